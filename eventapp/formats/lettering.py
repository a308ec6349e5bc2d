"""Letters for paper and pictures: which font draws what, in which order on the line, how wide, and where lines break.

Every name is printed with its own letters: Latin ones with those of West African languages, N'Ko and Arabic, which run
from right to left and join. Fonts are tried in a fixed order; a font is read only when a text needs it.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import uharfbuzz
from fpdf.bidi import BidiParagraph, auto_detect_base_direction
from fpdf.enums import TextDirection

FONTS = Path(__file__).resolve().parent.parent / "fonts"

REGULAR = ("NotoSans-Regular", "NotoSansArabic-Regular", "NotoSansNKo-Regular")
BOLD = ("NotoSans-Bold", "NotoSansArabic-Bold", "NotoSansNKo-Regular")
"""Fonts in the order in which they are tried. N'Ko exists in one weight."""

UNKNOWN = "\ufffd"
"""Stands for a letter that none of the fonts has."""

NARROWEST = 0.1
"""About how wide a letter is at least, in em."""

INK, SOFT = "#1c1813", "#5d554a"
"""Colours of the guest pages' text."""


class Span(NamedTuple):
    """A part of a line that looks one way. Its direction is its own, like that of ``<bdi>``, so that a name from
    right to left never turns the words beside it around; ``is_rtl`` is that of its first letter unless it is given.
    """

    text: str
    bold: bool = False
    colour: str = INK
    struck: bool = False
    is_rtl: bool | None = None


class Run(NamedTuple):
    """Letters that one font draws in one direction; ``text`` is in the order of reading."""

    text: str
    font: str
    is_rtl: bool


@cache
def _face(font: str) -> tuple[uharfbuzz.Font, frozenset[int], int]:
    """A font for measuring, what it covers, and its units per em."""
    face = uharfbuzz.Face((FONTS / f"{font}.ttf").read_bytes())
    return uharfbuzz.Font(face), frozenset(face.unicodes), face.upem


@lru_cache(maxsize=4096)
def _font_of(sign: str, fonts: tuple[str, ...]) -> str | None:
    return next((font for font in fonts if ord(sign) in _face(font)[1]), None)


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """What can be printed of a text, on one line: signs such as emoji go, and a letter that no font has is marked."""
    kept = []
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        if sign.isspace() and sign not in "\u00a0\u202f":
            kept.append(" ")
        elif kind[0] == "C":
            continue
        elif _font_of(sign, REGULAR) is not None:
            kept.append(sign)
        elif kind[0] in "LN":
            kept.append(UNKNOWN)
    return " ".join(filter(None, "".join(kept).split(" ")))


@lru_cache(maxsize=8192)
def runs(text: str, bold: bool = False, is_rtl: bool | None = None) -> tuple[Run, ...]:
    """A cleaned text as runs in the order in which they stand on the line, from left to right (UAX 9)."""
    fonts = BOLD if bold else REGULAR
    if all(ord(sign) < 0x590 or 0x1E00 <= ord(sign) < 0x2100 for sign in text) and not is_rtl:
        return tuple(_by_font(text, fonts, is_rtl=False))
    base = auto_detect_base_direction(text) if is_rtl is None else TextDirection.RTL if is_rtl else TextDirection.LTR
    found: list[Run] = []
    level, part = -1, ""
    for sign in (*BidiParagraph(text, base).get_reordered_characters(), None):
        if sign is None or sign.embedding_level != level:
            turned = level % 2 == 1
            pieces = _by_font(part[::-1] if turned else part, fonts, is_rtl=turned)
            found += reversed(pieces) if turned else pieces
            level, part = (sign.embedding_level if sign is not None else -1), ""
        if sign is not None:
            part += sign.character
    return tuple(found)


def _by_font(text: str, fonts: tuple[str, ...], *, is_rtl: bool) -> list[Run]:
    found: list[Run] = []
    for sign in text:
        last = found[-1].font if found else None
        # Blanks and full stops stay with the letters before them; so do marks above them.
        font = last if last is not None and ord(sign) in _face(last)[1] else _font_of(sign, fonts) or fonts[0]
        if font == last:
            found[-1] = Run(found[-1].text + sign, font, is_rtl)
        else:
            found.append(Run(sign, font, is_rtl))
    return found


@lru_cache(maxsize=16384)
def run_width(run: Run) -> float:
    """How wide a run is, in em."""
    font, _covered, em = _face(run.font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.is_rtl else "ltr"
    uharfbuzz.shape(font, buffer)
    return float(sum(position.x_advance for position in buffer.glyph_positions)) / em


def width(spans: Iterable[Span]) -> float:
    """How wide spans are beside each other, in em."""
    return sum(run_width(run) for span in spans for run in runs(span.text, span.bold, span.is_rtl))


def wrapped(spans: Sequence[Span], most: float) -> list[tuple[Span, ...]]:
    """Spans in lines of at most ``most`` em: broken at blanks, and inside a word only if it is wider itself."""
    lines: list[tuple[Span, ...]] = []
    line: tuple[Span, ...] = ()
    taken = 0.0
    for word in _words(spans):
        wide = width(word)
        gap = run_width(Run(" ", (BOLD if word[0].bold else REGULAR)[0], False)) if line else 0.0
        if line and taken + gap + wide > most:
            lines.append(line)
            line, taken, gap = (), 0.0, 0.0
        while wide > most:
            head, word = _cut(word, most)
            lines.append(head)
            wide = width(word)
        line = _joined(line, word) if word else line
        taken += gap + wide
    return [*lines, line] if line else lines


def _words(spans: Sequence[Span]) -> Iterable[tuple[Span, ...]]:
    """What no line may break, each as parts of the spans."""
    word: tuple[Span, ...] = ()
    for span in spans:
        text = clean(span.text)
        # Blanks at the ends of a span separate it from its neighbours; cleaning took them away.
        if span.text[:1] == " " and word:
            yield word
            word = ()
        is_rtl = auto_detect_base_direction(text) is TextDirection.RTL if span.is_rtl is None else span.is_rtl
        for number, part in enumerate(text.split(" ") if text else ()):
            if number:
                yield word
                word = ()
            word += (span._replace(text=part, is_rtl=is_rtl),)
        if span.text[-1:] == " " and word:
            yield word
            word = ()
    if word:
        yield word


def _joined(line: tuple[Span, ...], word: tuple[Span, ...]) -> tuple[Span, ...]:
    """A line with a further word. Words of one span become one text again, since order and joining need the whole."""
    if not line:
        return word
    last, first = line[-1], word[0]
    if last[1:] == first[1:]:
        return (*line[:-1], last._replace(text=f"{last.text} {first.text}"), *word[1:])
    return (*line, Span(" ", bold=first.bold, struck=last.struck and first.struck, colour=first.colour), *word)


def _cut(word: tuple[Span, ...], most: float) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """As much of a word as fits, at least one letter with its marks; and the rest."""
    head: tuple[Span, ...] = ()
    for number, span in enumerate(word):
        if width((*head, span)) <= most:
            head += (span,)
            continue
        last = min(len(span.text), int(most / NARROWEST) + 2)  # a line holds no more, so that no text takes long
        ends = [end for end in range(1, last) if not unicodedata.combining(span.text[end])]
        count = bisect_right(ends, most, key=lambda end: width((*head, span._replace(text=span.text[:end]))))
        end = ends[count - 1] if count else 0 if head else ends[0] if ends else len(span.text)
        parts = (span._replace(text=span.text[:end]), span._replace(text=span.text[end:]))
        rest = tuple(part for part in parts[1:] if part.text)
        return (*head, *(part for part in parts[:1] if part.text)), (*rest, *word[number + 1 :])
    return head, ()
