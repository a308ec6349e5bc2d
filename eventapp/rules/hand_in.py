"""A file of scans that a phone saved: which phone, what it holds, and whether that phone wrote it.

``static/checkin/hand_in.js`` writes what is read here.
"""

import hashlib
import hmac

from eventapp.rules import links

FORMAT = "eventapp-scans-1"

MAX_SCANS = 20_000
"""How many scans one file may hold: a phone that let in everybody of the largest event, twice."""


def proof(key: str, device_id: int, scans: str) -> str:
    """What only the phone that has the key can write under its scans: HMAC-SHA256 in hexadecimal.

    ``scans`` is the text as it stands in the file, so that nobody has to agree on how JSON is written.
    """
    return hmac.new(key.encode(), f"{FORMAT}\n{device_id}\n{scans}".encode(), hashlib.sha256).hexdigest()


def is_proven(key: str, device_id: int, scans: str, given: str) -> bool:
    """Whether the phone wrote just this."""
    return links.is_same(proof(key, device_id, scans), given)
