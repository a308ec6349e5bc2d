"""Texts as they are kept: without what cannot be seen."""

import unicodedata

from eventapp.errors import Refused
from eventapp.language import LocalizedText

_JOINERS = ("\u200c", "\u200d")
"""Invisible, yet they decide how letters and pictures around them are drawn."""

_GLUE = ("\u00a0", "\u202f")
"""Blanks at which a line does not break, as French sets before ``:`` and ``?``."""

MAX_LINE = 300
"""Letters of a title of a session or topic, or of a room's name. Large conferences' longest title has 171."""

MAX_ABSTRACT = 32_000
"""Letters of a session's abstract. The longest that we know of has 30,484; a cell of a spreadsheet holds 32,767."""

MAX_BIOGRAPHY = 5_000
"""Letters of what is told of a speaker."""


def line(text: str) -> str:
    """One line: NFC, blanks and line breaks folded, nothing invisible.

    Unlike `rules.names.clean` it keeps no-break spaces, and the joiners of scripts and pictures that need them.
    """
    kept = []
    for sign in unicodedata.normalize("NFC", text):
        if sign in _GLUE or sign in _JOINERS:
            kept.append(sign)
        elif sign.isspace():
            kept.append(" ")
        elif not unicodedata.category(sign).startswith("C"):
            kept.append(sign)
    return " ".join(part for part in "".join(kept).split(" ") if part).strip("".join((" ", *_GLUE, *_JOINERS)))


def paragraphs(text: str) -> str:
    """Several lines: NFC, ends of lines as one sign and without blanks before them, no control characters."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "\n".join(one.rstrip() for one in kept.split("\n")).strip()


def check_length(text: LocalizedText, most: int, field: str) -> None:
    """Refuses (``text_too_long``) a text that has more letters than that in a language."""
    if any(len(part) > most for part in text.values()):
        raise Refused("text_too_long", field=field, max=most)
