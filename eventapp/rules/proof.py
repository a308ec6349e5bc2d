"""Whether whoever has the link of a registration is who they say: links get forwarded, so some things need more."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from eventapp.rules import links, names

CODE_LIFE = timedelta(minutes=30)
"""How long a mailed code is good."""

BETWEEN_CODES = timedelta(minutes=1)
"""A second code so soon is a second tap on the same button."""

CODES_A_DAY = 8
"""More would only fill the mailbox of somebody whose link was forwarded."""

MAX_FAILURES = 5
WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
"""After so many wrong proofs in a row nobody is heard for this long, and twice as long after as many more."""

PHONE_DIGITS = 3
"""How many of the last digits of the phone are asked for; pages that the link opens do not show them."""


class Way(StrEnum):
    """How somebody proves who they are."""

    PHONE = "phone"
    """The name of somebody on the registration, and the last digits of the phone on file."""
    CODE = "code"
    """A code that was mailed to the address on file."""


@dataclass(frozen=True)
class Proof:
    """What somebody gave to prove who they are, as typed."""

    way: Way
    name: str = ""
    answer: str = ""
    """The digits of the phone, or the mailed code."""


def ways(*, has_phone: bool, has_email: bool) -> list[Way]:
    """The proofs that a registration takes. Without phone and address there is none: the page shows all else that could
    be asked for, so the team has to look at who asks."""
    return [way for way, is_there in ((Way.PHONE, has_phone), (Way.CODE, has_email)) if is_there]


def code(key: str, registration_id: int, generation: int) -> str:
    """The mailed code: six digits, derived and never stored."""
    secret = links.personal_secret(key, links.Purpose.PROOF, registration_id, generation)
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest()[:8], "big") % 1_000_000
    return f"{number:06}"


def is_good_code(typed: str, expected: str, sent_at: datetime | None, now: datetime) -> bool:
    """Whether a typed code is the one that was mailed, and not too old."""
    is_fresh = sent_at is not None and now - sent_at < CODE_LIFE
    return hmac.compare_digest(_digits(typed).encode(), expected.encode()) and is_fresh


def is_phone(typed: str, phone: str) -> bool:
    """Whether the last digits of a phone were typed; more of them, or all, are good too if they are right."""
    digits = _digits(typed)
    return len(digits) >= PHONE_DIGITS and _digits(phone).endswith(digits)


def _digits(text: str) -> str:
    return "".join(re.findall(r"[0-9]", unicodedata.normalize("NFKC", text)))


def is_named(typed: str, key: str) -> bool:
    """Whether a typed name means the person of this key, however it is spelt: their words, in any order; one of
    several words is enough."""
    said, known = set(names.search_key(typed).split()), set(key.split())
    return bool(said) and bool(known) and (said <= known or known <= said)


def is_anybody_named(typed: str, keys: Iterable[str]) -> bool:
    """Whether a typed name means one of several people."""
    return any(is_named(typed, key) for key in keys)


def minutes_to_wait(failures: int, failed_at: datetime | None, now: datetime) -> int:
    """For how many minutes nobody is heard after too many wrong proofs; 0: they are."""
    if failures < MAX_FAILURES or failures % MAX_FAILURES or failed_at is None:
        return 0
    rounds = min(failures // MAX_FAILURES - 1, 10)
    left = failed_at + min(WAIT * 2**rounds, LONGEST_WAIT) - now
    return max(0, -(-int(left.total_seconds()) // 60))
