"""Messages by mail: a subject, a plain text and a light HTML version, in the guest's language."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

from email_validator import EmailNotValidError, validate_email
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from eventapp import config, language
from eventapp.formats import letter as letters
from eventapp.formats import programme_change
from eventapp.formats.letter import Letter
from eventapp.language import gettext as _
from eventapp.rules import ticket
from eventapp.rules.vocabulary import AttendeeStatus

POLICY = SMTP.clone(cte_type="7bit")
"""Seven bits pass every server, so that nothing is re-encoded on the way."""

_WEB = re.compile(r"(https?://[^\s<>]*[^\s<>.,;:!?)»])")


@dataclass(frozen=True)
class Content:
    """A message in words."""

    subject: str
    text: str
    html: str


def write(letter: Letter) -> Content:
    """The message in the language of whoever reads it."""
    with language.speaking(letter.language):
        facts: dict[str, Any] = {
            "letter": letter,
            "lang": language.current(),
            "title": letters.title(letter),
            "greeting": letters.greeting(letter),
            "lead": letters.lead(letter),
            "when": letters.when(letter),
            "where": letters.where(letter),
            "status": _status,
            "event_url": f"{letter.public_url}/e/{letter.slug}/",
            "is_for_guest": letter.is_for_guest,
            "news": _news(letter),
            "needed": [one.sentence(letter.languages) for one in letter.needed],
        }
        text = _environment().get_template("letter.txt").render(facts)
        html = _environment().get_template("letter.html").render(facts)
        return Content(letters.subject(letter), text.strip() + "\n", html)


def build(
    content: Content,
    letter: Letter,
    *,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
) -> EmailMessage:
    """The finished message (RFC 5322), marked as written by a program (RFC 3834).

    No header can be forged through its values: the policy refuses line breaks, and the subject has none.
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
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    message["Content-Language"] = (
        letter.language
    )  # last: content headers before the parts would move into the first one
    return message


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
