"""The ticket code: thirteen signs that any camera reads and any voice can say.

Five signs of serial, three of check bits, five that only the server knows; see docs/checkin.md. The alphabet is
Crockford's base 32 (https://www.crockford.com/base32.html), read case-blind, with O as 0, I and L as 1.
"""

import hashlib
import hmac
import re
import secrets
from enum import StrEnum
from typing import NamedTuple

from eventapp.rules.vocabulary import AttendeeStatus

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SERIAL_LENGTH, CHECK_LENGTH, TAIL_LENGTH = 5, 3, 5
SHORT_LENGTH = SERIAL_LENGTH + CHECK_LENGTH
LENGTH = SHORT_LENGTH + TAIL_LENGTH

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SIGNS = re.compile(f"[{ALPHABET}]+")
_IGNORED = re.compile(r"[\s\-\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff]")
"""Blanks, dashes, and what messengers put into copied text unseen."""


class Reading(NamedTuple):
    """What a code says: ``tail`` is empty when only the short code was given."""

    serial: str
    check: str
    tail: str

    @property
    def short(self) -> str:
        return self.serial + self.check


class Standing(StrEnum):
    """What a ticket is worth to the one who holds it."""

    VALID = "valid"
    NOT_CONFIRMED = "not_confirmed"
    REPLACED = "replaced"
    GIVEN_BACK = "given_back"


def standing(status: AttendeeStatus, is_revoked: bool) -> Standing:
    """What a ticket is worth: first the place, then whether a newer ticket replaced this one, then confirmation."""
    if status in (AttendeeStatus.CANCELLED, AttendeeStatus.REJECTED):
        return Standing.GIVEN_BACK
    if is_revoked:
        return Standing.REPLACED
    return Standing.VALID if status is AttendeeStatus.CONFIRMED else Standing.NOT_CONFIRMED


def new_serial() -> str:
    """A random serial, 25 bits. The caller makes sure that the event never used it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SERIAL_LENGTH))


def new_tail() -> str:
    """The random end of a code, 25 bits known to the server only."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TAIL_LENGTH))


def check_signs(door_key: bytes, serial: str) -> str:
    """The three check signs: the first 15 bits of HMAC-SHA256 (RFC 2104) over the serial's five capitals."""
    bits = int.from_bytes(hmac.new(door_key, serial.encode("ascii"), hashlib.sha256).digest()[:2], "big") >> 1
    return ALPHABET[bits >> 10] + ALPHABET[bits >> 5 & 31] + ALPHABET[bits & 31]


def is_genuine(door_key: bytes, reading: Reading) -> bool:
    """Whether the check signs are right. One blind guess in 32,768 is."""
    return hmac.compare_digest(check_signs(door_key, reading.serial), reading.check)


def make_code(door_key: bytes, serial: str, tail: str) -> str:
    """The whole code of thirteen signs."""
    return serial + check_signs(door_key, serial) + tail


def read(text: str) -> Reading | None:
    """Reads a whole code, a short code or a ticket link; host and rest of a link are ignored.

    Returns None if the text holds no code: wrong length or a sign that is not in the alphabet.
    """
    text = text.strip().upper()
    if "/" in text:
        # A link: the code follows /T/; without one, the last part of the path.
        path = text.split("?", 1)[0].split("#", 1)[0].rstrip("/")
        text = path.rsplit("/T/", 1)[-1].split("/", 1)[0] if "/T/" in path else path.rsplit("/", 1)[-1]
        text = text.split(".", 1)[0]
    signs = _IGNORED.sub("", text).translate(_READ_AS)
    if len(signs) not in (SHORT_LENGTH, LENGTH) or not _SIGNS.fullmatch(signs):
        return None
    return Reading(signs[:SERIAL_LENGTH], signs[SERIAL_LENGTH:SHORT_LENGTH], signs[SHORT_LENGTH:])


def spoken(code: str) -> str:
    """The short code as it is printed and said: ``K7QM-2XVD``."""
    return f"{code[:4]}-{code[4:SHORT_LENGTH]}"


def link(public_url: str, code: str) -> str:
    """What the QR holds: the address of the ticket page in capitals, so that it fits the alphanumeric mode."""
    return f"{public_url.upper()}/T/{code}"
