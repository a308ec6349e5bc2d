"""An organizer's own words in messages: in the reader's language, escaped, on one line where it must be, and filled."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime

import html5lib
import pytest

from eventapp import language
from eventapp.formats import letter as letters
from eventapp.formats.email import build, write
from eventapp.formats.letter import Guest, Letter, Words
from eventapp.formats.reminder import Needed
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.rules import message
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind

CODE = "K7QM2XVD4P9RT"
FULL = Letter(
    kind=DeliveryKind.CONFIRMATION,
    language="en",
    public_url="https://events.example.org",
    personal_link="https://events.example.org/r/secretsecret",
    slug="forum",
    title=LocalizedText(fr="Forum {nom} d’essai", en="Trial {name} forum"),
    languages=("fr", "en"),
    venue=LocalizedText(fr="Hôtel de l’Amitié"),
    starts_at=datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
    timezone="Africa/Bamako",
    contact_email="organisation@example.org",
    guests=[Guest("Ada <i>{event}</i> ߡߎߛߊ", AttendeeStatus.CONFIRMED, CODE)],
    needed=[Needed()],
    until=datetime(2026, 12, 10, 9, 0, tzinfo=UTC),
    code="123456",
    session="Atelier",
    note=LocalizedText(fr="Inondations", en="Floods"),
    survey_url="https://example.org/s",
)
HOSTILE = {
    "html": "<script>alert(1)</script> & </body> <b>{name}</b>",
    "braces": "{ {name} } {{name}} }{ {",
    "percent": "%(event)s %s %d 100 % {event}",
    "lines": "Hello\r\nBcc: max@example.org\n\n{name}",
    "nko": "ߡߎߛߊ ߖߊߙߊ {name} \u200fمحمد",
    "long": "a" * 3_990 + " {name}",
    "jinja": "{% raw %} {# no #} {{ letter }} {name}",
}


def sent(letter):
    raw = build(
        write(letter),
        letter,
        sender="no-reply@example.org",
        recipient="ada@example.org",
        message_id="1@example.org",
        date=letter.starts_at,
    ).as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def own(text):
    return Words(*(LocalizedText(dict.fromkeys(LANGUAGES, text)) for _part in range(3)))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", message.EDITABLE)
def test_every_kind_says_all_placeholders_in_both_languages(kind, code):
    said = {}
    for tongue in LANGUAGES:
        with language.speaking(tongue):
            said[tongue] = " ".join(map(message.shown, message.allowed(kind)))
    guests = [Guest("Ada", AttendeeStatus.CONFIRMED, CODE)]
    words = Words(subject=LocalizedText(fr="{nom} {événement}", en="{name} {event}"), body=LocalizedText(said))
    letter = replace(FULL, kind=kind, language=code, guests=guests, title=LocalizedText(fr="Forum"), own=words)
    arrived = sent(letter)
    for body in (arrived["Subject"], *(arrived.get_body((way,)).get_content() for way in ("plain", "html"))):
        assert not re.search(r"[{}]|None|%\(", body.partition("</style>")[2] or body)


@pytest.mark.parametrize("kind", message.EDITABLE)
def test_whatever_is_written_arrives_as_text(kind):
    for what, text in HOSTILE.items():
        arrived = sent(replace(FULL, kind=kind, own=own(text)))
        assert len(str(arrived["Subject"]).splitlines()) == 1, what
        assert arrived["Bcc"] is None, what
        html = arrived.get_body(("html",)).get_content()
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
        assert not [element for element in tree.iter() if element.tag in ("script", "b", "i")], what
        plain = arrived.get_body(("plain",)).get_content().replace("\r\n", "\n")
        expected = "Ada <i>{event}</i> ߡߎߛߊ" if "{name}" in text else "%(event)s %s %d 100 % Trial {name} forum"
        assert expected in plain, what
        assert expected in " ".join(tree.itertext()), what


def test_own_words_stand_only_for_their_language():
    french = Words(subject=LocalizedText(fr="Salut {nom}"), body=LocalizedText(fr="Salut {nom}, à bientôt."))
    letter = replace(FULL, own=french)
    assert write(letter).subject == "Your entry ticket: Trial {name} forum"
    assert "Hello,\n" in write(letter).text
    content = write(replace(letter, language="fr"))
    assert content.subject.startswith("Salut Ada")
    assert content.text.startswith("Salut Ada")  # their own greeting, and no other one before it
    for fact in ("vendredi 18 décembre 2026", "Hôtel de l’Amitié", "K7QM-2XVD", FULL.personal_link):
        assert fact in content.text


def test_own_words_that_come_to_nothing_are_the_standard_ones():
    letter = replace(FULL, survey_url=None, own=own("{survey}"))
    assert write(letter).subject == "Your entry ticket: Trial {name} forum"
    assert "The registration is confirmed." in write(letter).text


def test_invitee_is_addressed_above_own_words():
    letter = replace(FULL, kind=DeliveryKind.INVITATION, guests=(), invitee=["Madame Awa Diarra"], own=own("Come."))
    assert write(letter).text.startswith("Madame Awa Diarra\n\nCome.\n")


def test_party_reads_all_its_codes():
    guests = [Guest("Ada", AttendeeStatus.CONFIRMED, CODE), Guest("Awa", AttendeeStatus.CONFIRMED, "A7QM2XVD4P9RT")]
    assert "K7QM-2XVD, A7QM-2XVD." in write(replace(FULL, code="", guests=guests, own=own("Codes: {code}."))).text


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", message.EDITABLE)
def test_standard_words_may_be_begun_with_and_then_say_the_same(kind, code):
    letter = replace(FULL, kind=kind, language=code, title=LocalizedText(fr="Forum", en="Forum"))
    with language.speaking(code):
        subject, body = letters.standard(letter)
    assert message.problems(kind, message.Part.SUBJECT, subject) == []
    assert message.problems(kind, message.Part.BODY, body) == []
    begun = replace(letter, own=Words(subject=LocalizedText({code: subject}), body=LocalizedText({code: body})))
    assert write(begun) == write(letter)


def test_thank_you_asks_how_it_was_where_there_is_a_survey():
    thanks = replace(FULL, kind=DeliveryKind.THANK_YOU)
    assert "https://example.org/s" in write(thanks).text
    assert "How was it?" not in write(replace(thanks, survey_url=None)).text


def test_nothing_that_opens_something_is_left_for_other_eyes():
    letter = letters.without_secrets(replace(FULL, own=own("{link} {code}")))
    for text in (write(letter).text, write(letter).html):
        for secret in ("secretsecret", CODE, "K7QM-2XVD", "123456"):
            assert secret not in text
    assert len(letters.EXAMPLE_ENDING) == 26
    assert "https://events.example.org/r/exemple-example-not-secret" in write(letter).text
