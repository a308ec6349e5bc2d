"""The letters of an SMS: folds text into the alphabet that every telephone has, and counts its signs.

3GPP TS 23.038 (formerly GSM 03.38), 6.2.1. One sign outside of it would make a message of 70 signs instead of 160.
"""

import unicodedata

ONE_PART = 160
"""Signs of one message."""

EACH_PART = 153
"""Signs of each part of a longer one: seven go into its heading."""

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("^{}\\[~]|€")
"""Signs of the extension table, each of which takes the place of two."""

_ALIKE = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "′": "'",
        "`": "'",
        "´": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "−": "-",
        "·": "-",
        "•": "-",
        "°": "o",
        "×": "x",
        "œ": "oe",
        "Œ": "OE",
        "ɛ": "e",
        "Ɛ": "E",
        "ɔ": "o",
        "Ɔ": "O",
        "ŋ": "ng",
        "Ŋ": "Ng",
        "ɲ": "ny",
        "Ɲ": "Ny",
        "ɓ": "b",
        "Ɓ": "B",
        "ɗ": "d",
        "Ɗ": "D",
        "ƴ": "y",
        "Ƴ": "Y",
        "ı": "i",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
    }
)


def fold(text: str) -> str:
    """A text in letters that an SMS has: accents that are missing go, quotes and dashes become plain.

    A word in a script that cannot be folded (N'Ko, Arabic) is left out, and so is every picture.
    """
    text = unicodedata.normalize("NFC", text).replace("«", '"\u2060').replace("»", '\u2060"').replace("…", "...")
    text = " ".join(text.split()).replace('"\u2060 ', '"').replace(' \u2060"', '"')  # no blanks inside the quotes
    words = [_word(word) for word in text.translate(_ALIKE).split()]
    return " ".join(word for word in words if word)


def _word(word: str) -> str:
    kept = []
    for sign in word:
        folded = sign if sign in _BASIC or sign in _DOUBLE else _without_marks(sign)
        if folded:
            kept.append(folded)
        elif unicodedata.category(sign)[0] == "L":
            return ""  # half a word says nothing
    return "".join(kept)


def _without_marks(sign: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(part))
    return plain.strip() if is_folded(plain) else ""


def is_folded(text: str) -> bool:
    """Whether every sign of a text is in the alphabet."""
    return all(sign in _BASIC or sign in _DOUBLE for sign in text)


def length(text: str) -> int:
    """How many signs of a message a folded text takes. Raises ValueError if it holds one that there is not."""
    if not is_folded(text):
        raise ValueError("the text is not folded")
    return len(text) + sum(sign in _DOUBLE for sign in text)


def cut(text: str, room: int) -> str:
    """A folded text in so many signs (at least 4), shortened after a word where one ends in its second half."""
    if length(text) <= room:
        return text
    kept = text
    while length(kept) > room - 3:
        kept = kept[:-1]
    whole = kept if text[len(kept)] == " " else kept.rpartition(" ")[0]
    if len(whole) >= len(kept) / 2:
        kept = whole
    return f"{kept.rstrip(' .,;:-')}..."


def room_beside(taken: int, least: int) -> int:
    """How many signs are left beside ``taken`` ones, in the fewest parts that leave at least ``least``."""
    parts = 1
    while (left := (ONE_PART if parts == 1 else parts * EACH_PART) - taken) < least:
        parts += 1
    return left
