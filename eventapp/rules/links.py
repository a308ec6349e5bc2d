"""Personal links: secrets that are never stored, yet can be written again in a resent mail."""

import base64
import hashlib
import hmac
import re
import secrets
from enum import StrEnum


class Purpose(StrEnum):
    """What a personal link opens; the same row id under another purpose gives another secret."""

    REGISTRATION = "registration"
    SPEAKER = "speaker"
    AGENDA = "agenda"
    INVITATION = "invitation"
    UNSUBSCRIBE = "unsubscribe"
    """To say that one wants no announcements; it opens nothing else, since mail servers follow it by themselves."""
    HAND_IN = "hand_in"
    """Not a link: the key by which a phone proves that a file of scans is its own."""
    PROOF = "proof"
    """Not a link: the code that is mailed to whoever wants to erase or to take away what is stored."""


def personal_secret(key: str, purpose: Purpose, row_id: int, generation: int) -> str:
    """The secret of a personal link: 130 bits of HMAC-SHA256, 26 letters and digits.

    Renewing raises the generation, which ends the old link.
    """
    digest = hmac.new(key.encode(), f"{purpose}:{row_id}:{generation}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:26].lower()


def random_secret() -> str:
    """A secret for one use: a sign-in link, a form, a phone; 160 random bits, 32 letters and digits."""
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii").lower()


def digest(secret: str) -> str:
    """What the database keeps of a secret: SHA-256 in hexadecimal. Enough, since the secrets are long and random."""
    return hashlib.sha256(secret.encode()).hexdigest()


_NUMBERED = re.compile(r"([1-9][0-9]{0,9})-([a-z2-7]{26})", re.ASCII)


def numbered(text: str) -> tuple[int, str] | None:
    """The number and the secret of a link that has both, as it is written in any case; None for anything else."""
    found = _NUMBERED.fullmatch(text.lower())
    return (int(found[1]), found[2]) if found and int(found[1]) < 2**31 else None


def is_same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that does not say how far they agree."""
    return hmac.compare_digest(one.encode(), other.encode())
