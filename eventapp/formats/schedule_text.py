"""Texts of schedule files, as they are kept here: HTML, which some files hold, becomes Markdown."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

import nh3

from eventapp.rules import texts

_BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "table", "tr", "ul", "ol"}
_WITHIN = {"li", "a", "br", "code", "strong", "b", "em", "i", "u", "s", "span", "sub", "sup", "small", "font"}
_DROPPED = {"script", "style", "iframe", "object", "img", "svg"}
_KNOWN = "|".join(sorted(_BLOCKS | _WITHIN | _DROPPED, key=len, reverse=True))

MOST_HTML = 30_000
"""Signs of a text beyond which HTML stays as it is: three times the longest abstract that we know of. Deeply nested
HTML takes the cleaner the square of its length."""

MOST_INDENTED = 6
"""How deep lists in lists are indented."""

_TAG = re.compile(rf"</?(?:{_KNOWN})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(rf"<(?:{'|'.join(sorted(_BLOCKS, key=len, reverse=True))}|li)\b", re.IGNORECASE)
_NO_TAG = re.compile(rf"<(?!/?(?:{_KNOWN})\b)", re.IGNORECASE)
_ODD: dict[int, str] = {ord(sign): f"%{ord(sign):02X}" for sign in "()<> "}


def paragraphs(text: str) -> str:
    """An abstract as Markdown; HTML is turned into it."""
    return texts.paragraphs(markdown(text.replace("\t", " ")))


def joined(parts: Iterable[str]) -> str:
    """What several fields say, one below the other. A field that begins with what the one before says replaces it."""
    kept: list[str] = []
    for part in parts:
        if kept and part.startswith(kept[-1]):
            kept.pop()
        if part and part not in kept:
            kept.append(part)
    return "\n\n".join(kept)


def markdown(text: str) -> str:
    """The text with HTML turned into Markdown: paragraphs, lists, links; what is neither stays as text.

    A text without a tag of HTML is returned as it is. Scripts, pictures and frames are dropped. Whatever comes out is
    still shown through `formats.markdown`, which lets no HTML pass.
    """
    if len(text) > MOST_HTML or not _TAG.search(text):
        return text
    # What only looks like a tag is text. The cleaner closes what is open, so that the parser meets nothing odd.
    tidy = nh3.clean(
        _NO_TAG.sub("&lt;", text),
        tags=_BLOCKS | _WITHIN,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    writer = _Writer(has_blocks=_BLOCK.search(text) is not None)
    writer.feed(tidy)
    writer.close()
    return writer.text()


class _Writer(HTMLParser):
    """Writes the Markdown of clean HTML."""

    def __init__(self, *, has_blocks: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._has_blocks = has_blocks
        self._out: list[str] = []
        self._lists: list[int | None] = []  # the open lists: the number of the last entry, or None without numbers
        self._links: list[tuple[int, str]] = []  # the open links: where their text begins, and their address
        self._pre = 0

    def text(self) -> str:
        lines = [one.rstrip() for one in "".join(self._out).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "pre":
            self._pre += 1
        if tag in ("ul", "ol"):
            self._out.append("" if self._lists else "\n\n")
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._begin_entry()
        elif tag == "br":
            self._out.append("\n")
        elif tag == "a":
            self._links.append((len(self._out), dict(attrs).get("href") or ""))
        elif tag == "code" and not self._pre:
            self._out.append("`")
        elif tag in _BLOCKS and not self._lists:
            self._out.append("\n\n")

    def _begin_entry(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        mark = "-" if number is None else f"{number + 1}."
        self._out.append(f"\n{'  ' * min(max(len(self._lists) - 1, 0), MOST_INDENTED)}{mark} ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self._pre -= 1
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self._out.append("\n\n")
        elif tag == "a" and self._links:
            self._end_link()
        elif tag == "code" and not self._pre:
            self._out.append("`")
        elif tag in _BLOCKS and not self._lists:
            self._out.append("\n\n")

    def _end_link(self) -> None:
        begin, address = self._links.pop()
        words = " ".join("".join(self._out[begin:]).split())
        del self._out[begin:]
        if not address.startswith(("http:", "https:", "mailto:")):
            self._out.append(words)
        elif words in ("", address):
            self._out.append(address)
        else:
            shown = words.replace("[", "(").replace("]", ")")
            self._out.append(f"[{shown}]({address.translate(_ODD)})")

    def handle_data(self, data: str) -> None:
        if self._pre or not self._has_blocks:
            self._out.append(data)
            return
        # In HTML a line break is a blank; an empty line is kept, as files mix HTML with plain paragraphs.
        pieces = [" ".join(piece.split()) for piece in re.split(r"\n[ \r]*\n\s*", data)]
        text = "\n\n".join(pieces)
        before = "".join(self._out[-1:])
        if data[:1].isspace() and before and not before.endswith(("\n", " ")):
            text = f" {text}"
        if data[-1:].isspace() and text and not text.endswith((" ", "\n")):
            text += " "
        self._out.append(text)
