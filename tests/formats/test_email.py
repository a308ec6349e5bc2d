"""Messages by mail: what stands in them, in both languages, for every kind of name."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime

import html5lib
import pytest

from eventapp.formats.email import build, travelling, write
from eventapp.formats.letter import Guest, Letter, is_outdated
from eventapp.formats.reminder import Needed
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind, TaskKind
from tests import tables

CODE = "K7QM2XVD4P9RT"
CONFIRMATION = Letter(
    kind=DeliveryKind.CONFIRMATION,
    language="en",
    public_url="https://events.example.org",
    personal_link="https://events.example.org/r/secretsecret",
    slug="forum",
    title=LocalizedText(fr="Forum d’essai", en="Trial forum"),
    languages=["fr", "en"],
    venue=LocalizedText(fr="Hôtel de l’Amitié"),
    city=LocalizedText(fr="Bamako"),
    starts_at=datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 12, 18, 17, 0, tzinfo=UTC),
    timezone="Africa/Bamako",
    contact_email="organisation@example.org",
    guests=[Guest("Ada Traoré", AttendeeStatus.CONFIRMED, CODE)],
    needed=[Needed(TaskKind.PHOTO), Needed(TaskKind.CUSTOM, LocalizedText(fr="Fiche <technique>"))],
)
MAX_BYTES = 15_000
NAMES = [names.clean(name) for name in tables.full_names()]


def sent(letter, **more):
    """The message as it arrives, parsed from its bytes."""
    facts = {
        "sender": "Forum <no-reply@example.org>",
        "recipient": "ada@example.org",
        "message_id": "abc@events.example.org",
        "date": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        **more,
    }
    raw = build(write(letter), letter, **facts).as_bytes()
    assert len(raw) < MAX_BYTES
    raw.decode("ascii")  # seven bits: nothing is re-encoded on the way
    return email.message_from_bytes(raw, policy=email.policy.default)


def bodies(message):
    return [message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


def test_confirmation_has_the_right_headers():
    message = sent(CONFIRMATION)
    headers = {name: str(value) for name, value in message.items()}
    headers.pop("Content-Type")
    assert headers == {
        "From": "Forum <no-reply@example.org>",
        "To": "ada@example.org",
        "Reply-To": "organisation@example.org",
        "Subject": "Your entry ticket: Trial forum",
        "Date": "Tue, 24 Nov 2026 12:00:00 +0000",
        "Message-ID": "<abc@events.example.org>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "1.0",
    }


@pytest.mark.parametrize("body", bodies(sent(CONFIRMATION)), ids=["text", "html"])
def test_confirmation_names_person_code_day_place_and_links(body):
    for part in (
        "Ada Traoré",
        "K7QM-2XVD",
        f"https://events.example.org/t/{CODE}",
        "https://events.example.org/r/secretsecret",
        "https://events.example.org/e/forum/",
        "Friday 18 December 2026, 09:00 (time in Bamako)",
        "Hôtel de l’Amitié, Bamako",
        "organisation@example.org",
    ):
        assert part in body


def test_guest_reads_french():
    message = sent(replace(CONFIRMATION, language="fr"))
    assert message["Subject"] == "Votre billet d’entrée\u00a0: Forum d’essai"
    assert "vendredi 18 décembre 2026, 9\u00a0h\u00a000" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_every_kind_is_written_in_every_language_as_valid_html(kind, code):
    message = sent(replace(CONFIRMATION, kind=kind, language=code))
    text, html = bodies(message)
    html5lib.HTMLParser(strict=True).parse(html)
    assert f'<html lang="{code}">' in html
    for body in (text, html, message["Subject"]):
        assert "%(" not in body
        assert "{{" not in body
        assert "None" not in body


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES, ids=range(1, len(NAMES) + 1))
def test_every_name_comes_out_as_text(name, code):
    letter = replace(CONFIRMATION, language=code, guests=[Guest(name, AttendeeStatus.CONFIRMED, CODE)])
    message = sent(letter)
    text, html = bodies(message)
    assert f"\n{name}\n" in text
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    assert ["".join(bdi.itertext()) for bdi in tree.iter("bdi")] == [name]
    assert list(tree.iter("script")) == []
    assert len(message.items()) == len(sent(CONFIRMATION).items())


def test_title_with_line_breaks_adds_no_header():
    letter = replace(CONFIRMATION, title=LocalizedText(en="Forum\r\nBcc: max@example.org\n\nHello"))
    message = sent(letter)
    assert message["Subject"] == "Your entry ticket: Forum Bcc: max@example.org  Hello"
    assert message["Bcc"] is None


def test_party_gets_all_its_tickets_and_the_status_of_the_others():
    guests = [
        Guest("Ada", AttendeeStatus.CONFIRMED, CODE),
        Guest("Bintou", AttendeeStatus.CONFIRMED, "A7QM2XVD4P9RT"),
        Guest("Cheick", AttendeeStatus.CANCELLED, "B7QM2XVD4P9RT"),
    ]
    message = sent(replace(CONFIRMATION, guests=guests))
    text, _ = bodies(message)
    assert message["Subject"] == "Your entry tickets: Trial forum"
    assert "Here are the 2 entry tickets" in text
    assert text.count("/t/") == 2
    assert "Cheick\n(place given back)" in text


def test_message_of_a_demonstration_says_so():
    text, html = bodies(sent(replace(CONFIRMATION, is_demo=True)))
    assert text.startswith("(Demo data: partly made up)")
    assert "Demo data: partly made up" in html


def test_event_without_date_and_place_says_that_they_follow():
    letter = replace(CONFIRMATION, starts_at=None, ends_at=None, venue=LocalizedText(), city=LocalizedText())
    text, _ = bodies(sent(letter))
    assert "Date to be announced\nPlace to be announced" in text


def test_event_whose_hour_is_not_known_says_so():
    text, _ = bodies(sent(replace(CONFIRMATION, time_is_known=False)))
    assert "Friday 18 December 2026 (time to be confirmed)" in text


def test_event_of_two_days_names_both():
    text, _ = bodies(sent(replace(CONFIRMATION, ends_at=datetime(2026, 12, 19, 17, 0, tzinfo=UTC))))
    assert "Friday 18 December 2026 – Saturday 19 December 2026, 09:00" in text


@pytest.mark.parametrize(
    ("kind", "status", "outdated"),
    [
        (DeliveryKind.CONFIRMATION, AttendeeStatus.CONFIRMED, False),
        (DeliveryKind.CONFIRMATION, AttendeeStatus.CANCELLED, True),
        (DeliveryKind.PLACE_FREE, AttendeeStatus.CONFIRMED, False),
        (DeliveryKind.PLACE_FREE, AttendeeStatus.CANCELLED, True),
        (DeliveryKind.WAITING_LIST, AttendeeStatus.WAITLISTED, False),
        (DeliveryKind.WAITING_LIST, AttendeeStatus.CONFIRMED, True),
        (DeliveryKind.CANCELLATION, AttendeeStatus.CANCELLED, False),
        (DeliveryKind.CANCELLATION, AttendeeStatus.CONFIRMED, True),
    ],
)
def test_message_is_outdated_when_its_reason_has_passed(kind, status, outdated):
    assert is_outdated(replace(CONFIRMATION, kind=kind, guests=[Guest("Ada", status, CODE)])) is outdated


@pytest.mark.parametrize(
    ("address", "travels_as"),
    [
        ("ada@example.org", "ada@example.org"),
        ("ada@bücher.example.org", "ada@xn--bcher-kva.example.org"),
        ("adá@example.org", "adá@example.org"),
        ("no-reply@localhost", "no-reply@localhost"),
    ],
)
def test_domain_travels_in_ascii(address, travels_as):
    assert travelling(address) == travels_as


@pytest.mark.parametrize(
    ("tag", "words"),
    [("fr", "avant le jeudi 10 décembre 2026"), ("en", "by Thursday 10 December 2026")],
)
def test_invitation_addresses_the_invitee_and_gives_the_link(tag, words):
    letter = Letter(
        kind=DeliveryKind.INVITATION,
        language=tag,
        public_url="https://example.org",
        personal_link="https://example.org/i/secret",
        slug="forum",
        title=LocalizedText(fr="Forum", en="Forum"),
        is_for_guest=False,
        invitee=["Madame la Ministre Awa Diarra", "Ministre", "Ministère"],
        until=datetime(2026, 12, 10, 12, tzinfo=UTC),
    )
    facts = {"sender": "a@example.org", "recipient": "b@example.org", "message_id": "1@x", "date": letter.until}
    made = build(write(letter), letter, **facts)
    message = email.message_from_bytes(made.as_bytes(), policy=email.policy.default)
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        for part in ("Madame la Ministre Awa Diarra", "Ministère", "https://example.org/i/secret", words):
            assert part in text
    assert not is_outdated(letter)
    assert is_outdated(replace(letter, is_withdrawn=True))
