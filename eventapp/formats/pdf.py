"""The ground of everything that is printed: pages with letters for every name, the woven band, QR codes.

Lengths are in millimetres from the upper left corner, sizes of letters too (`point` makes them from points). Files are
compressed, carry language and title, and are the same bytes for the same content and time.
"""

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import TextDirection
from fpdf.fonts import TTFFont

from eventapp.formats import qr, weave
from eventapp.formats.lettering import BOLD, FONTS, REGULAR, SOFT, Run, Span, clean, run_width, runs, width
from eventapp.language import gettext as _

A4, A6 = (210.0, 297.0), (105.0, 148.0)
"""Width and height, upright."""

MIMETYPE = "application/pdf"
_PLAIN = (REGULAR[0], BOLD[0])
"""Fonts whose letters stand alone beside each other: they need no shaping unless marks stand above them, or brackets
that open to the other side."""


def point(points: float) -> float:
    """A size of letters in millimetres."""
    return points * 25.4 / 72


class _Shaping(FPDF):
    """fpdf2, but for the text: its cells shape each script for itself and so tear marks off their letters."""

    def shaped(self, run: Run, x: float, baseline: float) -> None:
        """Draws a run in the present font, glyph by glyph as HarfBuzz places them; who copies it gets its letters."""
        font = self.current_font
        assert isinstance(font, TTFFont)  # noqa: S101  only such are added here
        if not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(font, self.font_size_pt))
        direction = TextDirection.RTL if run.is_rtl else TextDirection.LTR
        step = self.font_size_pt * font.scale / 1000
        left, base = x * self.k, (self.h - baseline) * self.k
        drawn = []
        for glyph in font.shape_text(run.text, self.font_size_pt, {"features": {}, "fragment_direction": direction}):
            place = f"1 0 0 1 {left + glyph['x_offset'] * step:.2f} {base + glyph['y_offset'] * step:.2f} Tm"
            drawn.append(f"{place} ({font.escape_text(chr(glyph['mapped_char']))}) Tj")
            left += glyph["x_advance"] * step
        colour = self.text_color
        assert colour is not None  # noqa: S101  set before
        line = f"q {colour.serialize().lower()} BT {' '.join(drawn)} ET Q"
        if "Arabic" not in run.font:  # there readers find the order themselves, and some would turn ours around again
            line = f"/Span <</ActualText <FEFF{run.text.encode('utf-16-be').hex().upper()}>>> BDC {line} EMC"
        self._out(line)

    def modules(self, modules: list[list[bool]], x: float, y: float, side: float, label: str) -> None:
        """Fills the dark modules of a code, which has its quiet zone inside of ``side``, with black."""
        step = side * self.k / (len(modules) + 2 * qr.QUIET_ZONE)
        left, top = x * self.k + qr.QUIET_ZONE * step, (self.h - y) * self.k - qr.QUIET_ZONE * step
        path = " ".join(
            f"{left + column * step:.3f} {top - (row + 1) * step:.3f} {length * step:.3f} {step:.3f} re"
            for row, line in enumerate(modules)
            for column, length in qr.lengths(line)
        )
        with self._marked_sequence(alt_text=label):
            self._out(f"q 0 g {path} f Q")


class Paper:
    """A document that is drawn page by page."""

    def __init__(
        self,
        title: str,
        language: str,
        made_at: datetime,
        *,
        size: tuple[float, float] = A4,
        is_wide: bool = False,
        margin: float = 15.0,
    ) -> None:
        self.width, self.height = reversed(size) if is_wide else size
        self.margin = margin
        self._pdf = pdf = _Shaping(unit="mm", format=(self.width, self.height))
        pdf.set_auto_page_break(False)
        pdf.set_margin(0)
        pdf.c_margin = 0
        pdf.set_title(clean(title))
        pdf.set_lang(language)
        pdf.set_creator("eventapp")
        pdf.set_creation_date(made_at)
        pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self._fonts: set[str] = set()

    @property
    def right(self) -> float:
        """Where the printed area ends on the right."""
        return self.width - self.margin

    @property
    def inner(self) -> float:
        """Width of the printed area."""
        return self.width - 2 * self.margin

    def add_page(self) -> None:
        """Begins the next page."""
        self._pdf.add_page()

    def bookmark(self, name: str) -> None:
        """Makes this page findable in the reader's list of contents."""
        self._pdf.start_section(name)

    def text(self, spans: Sequence[Span], x: float, baseline: float, size: float) -> None:
        """One line, as `lettering.wrapped` made it."""
        for span in spans:
            left = x
            self._pdf.set_text_color(span.colour)
            for run in runs(span.text, span.bold, span.is_rtl):
                self._run(run, x, baseline, size)
                x += run_width(run) * size
            if span.struck:
                self.box(left, baseline - 0.3 * size, x - left, 0.06 * size, span.colour)

    def _run(self, run: Run, x: float, baseline: float, size: float) -> None:
        pdf = self._pdf
        if run.font not in self._fonts:
            self._fonts.add(run.font)
            pdf.add_font(run.font, fname=FONTS / f"{run.font}.ttf")
        pdf.set_font(run.font, size=size * 72 / 25.4)
        if run.font in _PLAIN and not run.is_rtl and not any(0x300 <= ord(sign) < 0x370 for sign in run.text):
            pdf.text(x, baseline, run.text)
            return
        pdf.shaped(run, x, baseline)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled rectangle."""
        self._pdf.set_fill_color(colour)
        self._pdf.rect(x, y, width, height, style="F")

    def band(self, x: float, y: float, width: float, colour: str, height: float = 5.0) -> None:
        """The woven band of the pages."""
        scale = height / weave.HEIGHT
        self.box(x, y, width, weave.RULE * scale, colour)
        self.box(x, y + height - weave.RULE * scale, width, weave.RULE * scale, colour)
        starts, stretch = weave.steps(width / scale)
        for left in starts:
            for shapes, filling in ((weave.POLYGONS, colour), (weave.HOLES, "#ffffff")):
                self._pdf.set_fill_color(filling)
                for shape in shapes:
                    points = [(x + (left + across * stretch) * scale, y + down * scale) for across, down in shape]
                    self._pdf.polygon(points, style="F")

    def code(self, text: str, x: float, y: float, side: float, label: str) -> None:
        """The QR code of an address, its quiet zone included; ``label`` is read to who cannot see it.

        It is drawn as one path: sharp on every printer, and without hairlines between its modules.
        """
        self.box(x, y, side, side, "#ffffff")
        self._pdf.modules(qr.matrix(text), x, y, side, label)
        self.link(text, x, y, side, side, label)

    def dashes(self, x: float, y: float, length: float, colour: str) -> None:
        """A dashed line across, along which paper is cut."""
        self._pdf.set_draw_color(colour)
        self._pdf.set_line_width(0.2)
        self._pdf.set_dash_pattern(dash=2.0, gap=1.5)
        self._pdf.line(x, y, x + length, y)
        self._pdf.set_dash_pattern()

    def link(self, address: str, x: float, y: float, width: float, height: float, label: str) -> None:
        """Makes an area lead to an address."""
        self._pdf.link(x, y, width, height, address, alt_text=label)

    def content(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def close(self) -> None:
        """Gives the font files back, of a document that nobody finishes; a finished one has done so."""
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()


def foot(paper: Paper, words: str, number: int, count: int) -> None:
    """The last line of a page: what it is or as of when, and which page of how many it is."""
    size = point(8)
    baseline = paper.height - 9.0
    paper.box(paper.margin, baseline - 4.0, paper.inner, 0.2, "#e3dacb")
    page = Span(clean(_("Page %(page)s of %(last)s", page=number, last=count)), colour=SOFT)
    line = Span(clean(words), colour=SOFT)
    wide = width([page]) * size
    paper.text([line], paper.margin, baseline, min(size, (paper.inner - wide - 5.0) / width([line])))
    paper.text([page], paper.right - wide, baseline, size)
