"""Messages by mail as another program reads them: what is inside, how large it is, and every name in every kind."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import fast_mail_parser
import icalendar
import pytest
import zxingcpp
from markupsafe import escape
from PIL import Image

from eventapp.formats import email, ical
from eventapp.formats.letter import Guest
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.rules.release import Timetable
from eventapp.rules.vocabulary import UNSUBSCRIBABLE, WITH_TICKET, AttendeeStatus, DeliveryKind
from tests.formats.test_email import CODE, CONFIRMATION, NAMES, sent

FACTS = {
    "sender": "Forum <no-reply@example.org>",
    "recipient": "ada@example.org",
    "message_id": "abc@events.example.org",
    "date": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
}
CALENDAR = ical.Entry(
    uid="ticket-1@eventapp",
    updated_at=FACTS["date"],
    title="Forum d’essai",
    starts_at=CONFIRMATION.starts_at,
    ends_at=CONFIRMATION.ends_at,
    place="Hôtel de l’Amitié, Bamako",
    address=f"https://events.example.org/t/{CODE}",
)
UNRESOLVED = re.compile(r"%\(|\{\{|\{%|\{[a-z_]+\}|%[sd]|\bNone\b")
LINK = "https://events.example.org/u/12-abcdefghijklmnopqrstuvwxyz"


def party(people, **changes):
    """A letter to so many people who all have tickets."""
    guests = [Guest(f"Mariam Traoré {n}", AttendeeStatus.CONFIRMED, f"K7QM2XVD4P9{n:02d}") for n in range(people)]
    return replace(CONFIRMATION, language="fr", guests=guests, calendar=CALENDAR, needed=(), **changes)


def composed(letter):
    return email.compose(letter, **FACTS)


def tree(part):
    """The kinds of the parts, as they lie in one another."""
    inner = [tree(one) for one in part.iter_parts()] if part.is_multipart() else []
    return (part.get_content_type(), inner) if inner else part.get_content_type()


@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_every_name_in_every_language_is_read_by_another_parser(kind):
    for code in LANGUAGES:
        for name in NAMES:
            guests = [Guest(name, AttendeeStatus.CONFIRMED, CODE)]
            letter = replace(CONFIRMATION, kind=kind, language=code, guests=guests, address_name=name, code="123456")
            content = email.write(letter)
            read = fast_mail_parser.parse_email(email.build(content, letter, **FACTS).as_bytes())
            [text], [html] = read.text_plain, read.text_html
            assert text.replace("\r\n", "\n").strip() == content.text.strip()
            assert html.replace("\r\n", "\n").strip() == content.html.strip()
            assert read.subject == content.subject
            assert (f"\n{name}\n" in content.text) is (kind not in email.WITHOUT_PEOPLE)
            rest = " ".join((text, re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL), read.subject))
            rest = rest.replace(name, "").replace(str(escape(name)), "")  # some names look like placeholders
            assert not UNRESOLVED.search(rest), (name, code)


def test_parts_lie_in_one_another_as_mail_programs_expect():
    message = composed(party(1))
    assert tree(message) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
            "text/calendar",
        ],
    )


@pytest.mark.parametrize("people", [1, 2, 5, 10, 20])
def test_message_with_tickets_is_light_and_has_every_link(people):
    message = composed(party(people))
    raw = message.as_bytes()
    assert len(raw) < 15_000
    read = fast_mail_parser.parse_email(raw)
    pictures = [one for one in read.attachments if one.mimetype == "image/png"]
    assert len(pictures) == people if people <= 5 else 1 < len(pictures) < people
    assert len({one.filename for one in pictures}) in (1, len(pictures))
    for body in (*read.text_plain, *read.text_html):
        assert body.count("/t/K7QM2XVD4P9") == people


def test_party_too_large_for_any_picture_still_has_every_link():
    message = composed(party(60))
    assert tree(message) == ("multipart/alternative", ["text/plain", "text/html"])
    assert message.get_body(("plain",)).get_content().count("/t/K7QM2XVD4P9") == 60


@pytest.mark.parametrize("people", [1, 3])
def test_pictures_are_the_tickets_and_the_page_shows_each(people):
    message = composed(party(people))
    page = message.get_body(("html",)).get_content()
    shown = re.findall(r'<img src="cid:([^"]+)" alt="([^"]+)"', page)
    pictures = {part["Content-ID"]: part for part in message.walk() if part.get_content_type() == "image/png"}
    read = []
    for cid, label in shown:
        part = pictures[f"<{cid}>"]
        assert part.get_content_disposition() == "inline"
        assert part.get_filename() == "billet-K7QM-2XVD.png"
        assert label == "Code QR du billet K7QM-2XVD"
        [found] = zxingcpp.read_barcodes(Image.open(BytesIO(part.get_content())).convert("L"))
        read.append(found.text)
    assert read == [f"HTTPS://EVENTS.EXAMPLE.ORG/T/K7QM2XVD4P9{n:02d}" for n in range(people)]
    assert len(pictures) == people


def test_calendar_entry_is_attached():
    [part] = composed(party(2)).iter_attachments()
    assert part["Content-Type"].params["method"] == "PUBLISH"
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "calendrier.ics")
    [entry] = icalendar.Calendar.from_ical(part.get_content()).events
    assert (str(entry["UID"]), str(entry["LOCATION"])) == ("ticket-1@eventapp", "Hôtel de l’Amitié, Bamako")


@pytest.mark.parametrize("kind", sorted(set(DeliveryKind) - WITH_TICKET))
def test_message_about_anything_else_has_no_pictures(kind):
    letter = replace(party(1), kind=kind, calendar=None, changes=(), after=Timetable())
    assert tree(composed(letter)) == ("multipart/alternative", ["text/plain", "text/html"])


@pytest.mark.parametrize("kind", sorted(UNSUBSCRIBABLE))
def test_announcement_can_be_stopped_by_the_mail_program_itself(kind):
    letter = replace(CONFIRMATION, kind=kind, unsubscribe_link=LINK)
    message = sent(letter)
    assert message["List-Unsubscribe"] == f"<{LINK}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LINK in message.get_body(("plain",)).get_content()
    assert f'href="{LINK}"' in message.get_body(("html",)).get_content()


def test_long_address_to_stop_announcements_is_in_one_piece():
    link = f"https://{'inscriptions.' * 9}example.org/u/12-abcdefghijklmnopqrstuvwxyz"
    raw = email.build(email.write(CONFIRMATION), replace(CONFIRMATION, unsubscribe_link=link), **FACTS).as_bytes()
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in raw


def test_announcement_shows_its_paragraphs_and_no_tickets():
    own = replace(
        CONFIRMATION.own, body=LocalizedText(en="The hall has moved.\n\nTake <b>bus</b> 12:\nhttps://example.org/bus.")
    )
    message = sent(replace(CONFIRMATION, kind=DeliveryKind.ANNOUNCEMENT, own=own, needed=()))
    html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
    assert "<p>The hall has moved.</p>\n<p>Take &lt;b&gt;bus&lt;/b&gt; 12:<br>" in html
    assert '<a href="https://example.org/bus">https://example.org/bus</a>.</p>' in html
    assert CODE not in html
