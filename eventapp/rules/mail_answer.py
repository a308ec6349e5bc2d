"""What a mail server's refusal means, in words that help: what happened, and what somebody of the team can do.

The words of servers differ and are English; their codes do not (RFC 5321 4.2.3, RFC 3463).
"""

import re
from dataclasses import dataclass

from eventapp.language import N_


@dataclass(frozen=True)
class Meaning:
    """What happened and what to do, as messages of the catalogue; ``is_address``: the address itself is the matter."""

    sentence: str
    advice: str
    is_address: bool = False


_ASK = N_("Read the address again letter by letter, or ask the person; correct it, then try again.")
_TELEPHONE = N_("Tell them by telephone, or try again in a day or two.")
_DISTRUST = N_(
    "The other side does not trust our mail. Tell them by telephone; the person who runs the server can find out why."
)
_SERVER = N_("Whoever runs the server looks at the settings for mail: the command “eventapp check” says more.")
_WAIT = N_("It is tried again by itself; nothing to do.")

NO_MAILBOX = Meaning(N_("There is no such mailbox."), _ASK, is_address=True)
NO_DOMAIN = Meaning(N_("What stands behind the @ takes no mail, or does not exist."), _ASK, is_address=True)
CLOSED = Meaning(N_("The mailbox was closed."), _ASK, is_address=True)
FULL = Meaning(N_("The mailbox is full."), _TELEPHONE)
TOO_LARGE = Meaning(N_("The message was too large for the other side."), _TELEPHONE)
DISTRUSTED = Meaning(N_("The other side refused it as unwanted."), _DISTRUST)
LATER = Meaning(N_("The other side asked to try later."), _WAIT)
SLOW = Meaning(N_("The mail server did not answer in time."), _WAIT)
CUT = Meaning(N_("The connection to the mail server broke off."), _WAIT)
NO_SERVER = Meaning(N_("Our mail server cannot be reached."), _SERVER)
NO_TRUST_IN_SERVER = Meaning(N_("The connection to our mail server is not safe, so nothing was sent."), _SERVER)
NO_LOGIN = Meaning(N_("Our mail server did not accept the password."), _SERVER)

PASSING = (LATER, SLOW, CUT)
"""What another try may well settle."""

_ANSWER = re.compile(r"(?:[\w.:-]+: )?([245][0-9]{2})(?:[ -]+([245])\.([0-9]{1,3})\.([0-9]{1,3})\b)?(.*)", re.DOTALL)

_BY_STATUS = {
    (1, 1): NO_MAILBOX,
    (1, 2): NO_DOMAIN,
    (1, 3): NO_MAILBOX,
    (1, 6): CLOSED,
    (1, 10): NO_DOMAIN,
    (2, 1): CLOSED,
    (2, 2): FULL,
    (2, 3): TOO_LARGE,
    (3, 4): TOO_LARGE,
    (4, 4): NO_DOMAIN,
    (7, 8): NO_LOGIN,
}
"""By subject and detail of an enhanced status code; the class before them is that of the answer."""

_BY_CODE = {530: NO_LOGIN, 534: NO_LOGIN, 535: NO_LOGIN, 551: NO_MAILBOX, 552: FULL, 553: NO_MAILBOX, 452: FULL}

_BY_WORDS = (
    (re.compile(r"spam|block|black|reput|policy|denied|relay|dmarc|dkim|\bspf\b|banned|prohibited", re.I), DISTRUSTED),
    (re.compile(r"quota|full|storage", re.I), FULL),
    (re.compile(r"disabled|inactive|suspended", re.I), CLOSED),
    (re.compile(r"domain|host", re.I), NO_DOMAIN),
    (re.compile(r"user|mailbox|recipient|address|account|exist|unknown|found|invalid", re.I), NO_MAILBOX),
)

_WITHOUT_CODE = (
    (re.compile(r"certificate|offers no TLS|\bSSL\b", re.I), NO_TRUST_IN_SERVER),
    (re.compile(r"refused|unreachable|name or service|resolution|getaddrinfo|no route|nodename", re.I), NO_SERVER),
    (re.compile(r"timed out", re.I), SLOW),
    (re.compile(r"unexpectedly closed|reset by peer|broken pipe", re.I), CUT),
)


def read(said: str) -> Meaning | None:
    """What an answer means; None for words that say nothing we know, which are shown as they are."""
    answer = _ANSWER.match(said)
    if answer is None:
        return next((meaning for words, meaning in _WITHOUT_CODE if words.search(said)), None)
    code, subject, detail = int(answer[1]), answer[3], answer[4]
    known = _BY_STATUS.get((int(subject), int(detail))) if subject else None
    if known is None and subject == "7":
        known = DISTRUSTED
    known = known or _BY_CODE.get(code)
    if code < 500:
        return known if known in (FULL, NO_LOGIN) else LATER
    return known or next((meaning for words, meaning in _BY_WORDS if words.search(answer[5])), DISTRUSTED)
