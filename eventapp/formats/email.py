"""Messages by mail: a subject, a plain text and a light HTML version, in the guest's language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr
from functools import cache
from hashlib import sha256
from itertools import islice
from math import ceil
from typing import Any

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from eventapp import config, language
from eventapp.formats import ical, png, programme_change
from eventapp.formats import letter as letters
from eventapp.formats.ical import Entry
from eventapp.formats.letter import Letter
from eventapp.language import gettext as _
from eventapp.rules import ticket
from eventapp.rules.vocabulary import WITH_TICKET, AttendeeStatus, DeliveryKind


class _Address(UnstructuredHeader, BaseHeader):
    """A header with a web address, which is never folded: in the middle of it, programs would read another one."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _Address)

POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)
"""Seven bits pass every server, so that nothing is re-encoded on the way."""

MAX_BYTES = 14_800
"""Of a whole message: what a phone on a bad network takes in at once, with what servers on the way write into it."""

_PICTURE_BYTES = 900
"""About what one small picture takes of it."""

_WHOLE_SIZE, _CODE_SIZE = 320, 165
"""Width of the pictures on the page."""

WITHOUT_PEOPLE = frozenset({DeliveryKind.ANNOUNCEMENT, DeliveryKind.THANK_YOU, DeliveryKind.EVENT_CANCELLED})
"""Kinds that are not about tickets, so that none is shown."""

_WEB = re.compile(r"(https?://[^\s<>]*[^\s<>.,;:!?)»])")


@dataclass(frozen=True)
class Content:
    """A message in words."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Picture:
    """A picture that travels inside the message."""

    content: bytes
    name: str
    label: str
    """What is read to whoever does not see it."""
    size: int
    """Width on the page, in pixels."""

    @property
    def cid(self) -> str:
        """How the page names it (RFC 2392): unlike any other, also where messages are quoted in one another."""
        return f"{sha256(self.content).hexdigest()[:24]}@ticket.eventapp"


def write(letter: Letter, pictures: Mapping[str, Picture] | None = None) -> Content:
    """The message in the language of whoever reads it. ``pictures``: of tickets, by their code."""
    with language.speaking(letter.language):
        facts: dict[str, Any] = {
            "letter": letter,
            "lang": language.current(),
            "title": letters.title(letter),
            "lead": letters.lead(letter),
            "when": letters.when(letter),
            "where": letters.where(letter),
            "status": _status,
            "event_url": f"{letter.public_url}/e/{letter.slug}/",
            "is_for_guest": letter.is_for_guest,
            "guests": () if letter.kind in WITHOUT_PEOPLE else letter.guests,
            "is_own_place": letter.kind not in WITHOUT_PEOPLE,
            "pictures": pictures or {},
            "news": _news(letter),
            "needed": [one.sentence(letter.languages) for one in letter.needed],
        }
        text = _environment().get_template("letter.txt").render(facts)
        html = _environment().get_template("letter.html").render(facts)
        return Content(letters.subject(letter), text.strip() + "\n", html)


def compose(letter: Letter, *, sender: str, recipient: str, message_id: str, date: datetime) -> EmailMessage:
    """The finished message with all that belongs into it: a message that brings tickets has their pictures inside and
    the event for the calendar, as far as `MAX_BYTES` allow. The links of all tickets are always there."""
    pictures = _pictures(letter) if letter.kind in WITH_TICKET else {}
    calendar = letter.calendar
    while True:
        message = build(
            write(letter, pictures),
            letter,
            sender=sender,
            recipient=recipient,
            message_id=message_id,
            date=date,
            pictures=list(pictures.values()),
            calendar=calendar,
        )
        excess = len(message.as_bytes()) - MAX_BYTES
        if excess <= 0 or not (pictures or calendar):
            return message
        if not pictures:
            calendar = None
        kept = max(0, len(pictures) - ceil(excess / _PICTURE_BYTES))
        pictures = dict(islice(pictures.items(), kept))


def build(
    content: Content,
    letter: Letter,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    pictures: Sequence[Picture] = (),
    calendar: Entry | None = None,
) -> EmailMessage:
    """The finished message (RFC 5322), marked as written by a program (RFC 3834).

    No header can be forged through its values: the policy refuses line breaks, and the subject has none. Pictures are
    part of the page (RFC 2387), and the page one of two ways to read the message (RFC 2046 5.1.4).
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(sender)
    message["To"] = Address(addr_spec=travelling(recipient))
    if letter.contact_email:
        message["Reply-To"] = Address(addr_spec=travelling(letter.contact_email))
    message["Subject"] = content.subject
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe_link:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    page = message.get_body(("html",))
    for picture in pictures:
        page.add_related(  # type: ignore[union-attr]  # it was just added
            picture.content, "image", "png", cid=f"<{picture.cid}>", disposition="inline", filename=picture.name
        )
    if calendar is not None:
        with language.speaking(letter.language):
            entry, name = ical.event_calendar(calendar).decode(), _("calendar")
        message.add_attachment(entry, subtype="calendar", params={"method": "PUBLISH"}, filename=f"{name}.ics")
    message["Content-Language"] = (
        letter.language
    )  # last: content headers before the parts would move into the first one
    return message


def _pictures(letter: Letter) -> dict[str, Picture]:
    """The tickets as pictures, by their code: of one person the whole ticket, of several the QR of each."""
    holders = [(holder.code, holder) for holder in letter.holders if holder.code]
    with language.speaking(letter.language):
        word, found = _("ticket"), {}
        for code, _holder in holders:
            link, short = ticket.link(letter.public_url, code), ticket.spoken(code)
            if len(holders) == 1:
                lines = [letters.when(letter), letters.where(letter)]
                content, size = png.ticket(link, short, letters.title(letter), lines), _WHOLE_SIZE
            else:
                content, size = png.code(link), _CODE_SIZE
            label = _("QR code of the ticket %(code)s", code=short)
            found[code] = Picture(content, f"{word}-{short}.png", label, size)
        return found


def travelling(address: str) -> str:
    """The address as every server takes it: its domain in ASCII (RFC 5891). One with other letters stays."""
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return address  # the sender of an installation without a domain, such as no-reply@localhost
    return found.ascii_email or found.normalized


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=travelling(address))


def _news(letter: Letter) -> list[programme_change.Told]:
    return [
        programme_change.tell(change, letter.before, letter.after, letter.timezone, letter.languages)
        for change in letter.changes
    ]


def _status(status: AttendeeStatus) -> str:
    """What stands beside a person who has no ticket."""
    if status is AttendeeStatus.WAITLISTED:
        return _("on the waiting list")
    if status in (AttendeeStatus.CANCELLED, AttendeeStatus.REJECTED):
        return _("place given back")
    return _("not confirmed yet")


def _link(address: str) -> Markup:
    return Markup('<a href="{0}">{0}</a>').format(escape(address))


def _lines(text: str) -> Markup:
    """A paragraph with its line breaks, and with links that can be tapped."""
    return Markup("<br>").join(
        Markup("").join(_link(part) if number % 2 else escape(part) for number, part in enumerate(_WEB.split(line)))
        for line in text.splitlines()
    )


@cache
def _environment() -> Environment:
    """An environment of its own, without Flask, since the worker serves no requests."""
    environment = Environment(
        loader=FileSystemLoader(config.resource_dir("templates") / "email"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        lambda message: language.catalogue(language.current()).gettext(message),
        lambda one, many, n: language.catalogue(language.current()).ngettext(one, many, n),
        newstyle=True,
    )
    environment.filters.update(spoken=ticket.spoken, link=_link, lines=_lines)
    return environment
