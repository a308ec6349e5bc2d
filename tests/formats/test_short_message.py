"""Short messages: whole for a messenger, and 160 signs of GSM-7 as an SMS, for every kind, language and name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.formats import gsm7, short_message
from eventapp.formats.letter import Guest, Letter, Words
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind
from tests import tables

CODE = "K7QM2XVD4P9RT"
SECRET = "abcdefghijklmnopqrstuvwxyz"
LONG_TITLE = LocalizedText(
    fr="Forum international sur les mobilités, la libre circulation et la paix à Bamako — «\u00a0Connect 223\u00a0»",
    en="International forum on mobility, freedom of movement and peace in Bamako: “Connect 223”",
)
PLACE_FREE = Letter(
    kind=DeliveryKind.PLACE_FREE,
    language="en",
    public_url="https://events.example.org",
    personal_link=f"https://events.example.org/r/{SECRET}",
    slug="forum",
    title=LocalizedText(fr="Forum d’essai", en="Trial forum"),
    languages=["fr", "en"],
    starts_at=datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
    timezone="Africa/Bamako",
    guests=[Guest("Ada Traoré", AttendeeStatus.CONFIRMED, CODE)],
    until=datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
    session="Frontières et libre circulation",
    code="123456",
)
NAMES = [names.clean(name) for name in tables.full_names()]
OWN = LocalizedText(
    fr="{name}, rendez-vous le {date} à {place} : {link}.", en="{name}, see you on {date} at {place}: {link}."
)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_every_kind_fits_with_its_words_and_link_whole(kind, code):
    letter = replace(PLACE_FREE, kind=kind, language=code, title=LONG_TITLE)
    text = short_message.sms(letter)
    assert gsm7.length(text) <= 160
    assert "%(" not in text
    assert "None" not in text
    if kind is DeliveryKind.PROOF_CODE:
        assert "123456" in text
        assert SECRET not in text
    else:
        assert text.endswith(f" {letter.personal_link}")
    if kind is not DeliveryKind.ANNOUNCEMENT:
        # Even beside a long title, shortened to a few words, the words of ours are whole.
        ours = gsm7.fold(short_message.write(replace(letter, title=LocalizedText())).replace(letter.personal_link, ""))
        assert ours.strip() in text
        assert text.startswith(("Forum inter", "International"))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", NAMES, ids=range(1, len(NAMES) + 1))
def test_every_name_in_own_words_fits(name, code):
    guests = [Guest(name, AttendeeStatus.CONFIRMED, CODE)]
    for kind in DeliveryKind:
        letter = replace(PLACE_FREE, kind=kind, language=code, guests=guests, own=Words(short=OWN))
        text = short_message.sms(letter)
        assert gsm7.length(text) <= 160
        if kind is not DeliveryKind.PROOF_CODE:
            assert text.endswith(letter.personal_link)
            assert text.count(letter.personal_link) == 1


signs = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=200)


@given(title=signs, own=signs, session=signs, host=st.integers(4, 300), code=st.sampled_from(LANGUAGES))
def test_whatever_is_written_fits_and_the_link_is_whole(title, own, session, host, code):
    link = f"https://{'h' * host}/r/{SECRET}"
    kinds = (DeliveryKind.SESSION_SEAT, DeliveryKind.OFFER, DeliveryKind.ANNOUNCEMENT)
    for kind in kinds:
        letter = replace(
            PLACE_FREE,
            kind=kind,
            language=code,
            title=LocalizedText({code: title}),
            session=session,
            own=Words(short=LocalizedText({code: own})),
            personal_link=link,
        )
        text = short_message.sms(letter)
        assert text == link or text.endswith(f" {link}")
        left = 160 - len(link) - 1
        assert gsm7.length(text) <= 160 or left < short_message.LEAST_WORDS


def test_link_that_leaves_no_room_for_words_makes_two_parts():
    letter = replace(PLACE_FREE, personal_link=f"https://{'h' * 100}.example.org/r/{SECRET}")
    text = short_message.sms(letter)
    assert text == (
        f"Trial forum. A place is free, and it is yours. Entry code: K7QM-2XVD. Ticket: {letter.personal_link}"
    )
    assert 160 < gsm7.length(text) <= 306


def test_title_is_shortened_first_and_the_words_after_it():
    text = short_message.sms(replace(PLACE_FREE, title=LONG_TITLE))
    assert text == (
        "International forum on mobility... A place is free, and it is yours. Entry code: K7QM-2XVD. Ticket: "
        f"https://events.example.org/r/{SECRET}"
    )
    own = Words(short=LocalizedText(en="Please be there early, " * 20))
    text = short_message.sms(replace(PLACE_FREE, title=LONG_TITLE, own=own))
    assert text == (
        "International... Please be there early, Please be there early, Please be there early, Please be there... "
        f"https://events.example.org/r/{SECRET}"
    )


def test_code_of_a_proof_stands_there_whatever_the_own_words():
    own = Words(short=LocalizedText(en="Hello"))
    assert "Your code: 123456." in short_message.sms(replace(PLACE_FREE, kind=DeliveryKind.PROOF_CODE, own=own))


def test_messenger_gets_all_letters():
    letter = replace(PLACE_FREE, language="fr", title=LONG_TITLE, guests=[])
    assert short_message.write(letter) == (
        "Forum international sur les mobilités, la libre circulation et la paix à Bamako — «\u00a0Connect 223\u00a0». "
        f"Une place s’est libérée\u00a0: elle est à vous. https://events.example.org/r/{SECRET}"
    )


def test_several_tickets_are_counted():
    guests = [Guest(name, AttendeeStatus.CONFIRMED, CODE) for name in ("Ada", "Bintou")]
    letter = replace(PLACE_FREE, kind=DeliveryKind.CONFIRMATION, guests=guests)
    assert "You are registered. Your 2 tickets: https://" in short_message.sms(letter)


def test_thanks_lead_to_the_survey():
    letter = replace(PLACE_FREE, kind=DeliveryKind.THANK_YOU, survey_url="https://survey.example.org/çà et là")
    assert short_message.sms(letter).endswith("Two minutes: https://survey.example.org/%C3%A7%C3%A0%20et%20l%C3%A0")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ça, c’est l’été à Ségou", "Ça, c'est l'été à Ségou"),
        ("reçu, fête, Noël, août", "recu, fete, Noel, aout"),
        ("«\u00a0Bonjour\u00a0» — oui…", '"Bonjour" - oui...'),
        ("Sɛku Ɲɛnɛ Ŋolo Bɔkari", "Seku Nyene Ngolo Bokari"),
        ("Aminata أمينة Diallo", "Aminata Diallo"),
        ("ߡߎߛߊ ߖߊߙߊ", ""),
        ("Fanta 🌍 Sogoba🎉", "Fanta Sogoba"),
        ("Participant·e n° 5, 20\u00a0h\u00a000", "Participant-e no 5, 20 h 00"),
        ("[a] {b} 5 €", "[a] {b} 5 €"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_text_is_folded(text, folded):
    assert gsm7.fold(text) == folded
    assert gsm7.is_folded(folded)


@given(signs)
def test_folding_gives_signs_of_the_alphabet_and_twice_is_once(text):
    folded = gsm7.fold(text)
    assert gsm7.is_folded(folded)
    assert gsm7.fold(folded) == folded


def test_signs_of_the_extension_count_double():
    assert gsm7.length("€{a}") == 7
    assert gsm7.length(gsm7.cut("€" * 100, 160)) <= 160


def test_sign_outside_the_alphabet_has_no_length():
    with pytest.raises(ValueError, match="not folded"):
        gsm7.length("ê")


def test_sms_app_is_opened_with_number_and_text():
    assert short_message.sms_address("+22376543210", "Hé & co?") == "sms:+22376543210?&body=H%C3%A9%20%26%20co%3F"
