"""Personal links: secrets that are never stored, yet can be written again in a resent mail."""

import base64
import hashlib
import hmac
import secrets
from enum import StrEnum


class Purpose(StrEnum):
    """What a personal link opens; the same row id under another purpose gives another secret."""

    REGISTRATION = "registration"
    SPEAKER = "speaker"
    AGENDA = "agenda"
    INVITATION = "invitation"
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
