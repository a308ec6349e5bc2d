"""An event's own words: kept per language, changed by two people at once, and gone back from."""

import pytest

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats.letter import Words
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import DeliveryKind
from tests import people

KIND = DeliveryKind.CONFIRMATION
WORDS = Words(subject=LocalizedText(fr="Votre billet {nom}"), body=LocalizedText(fr="Bonjour {nom},"))


@pytest.fixture
def event_id(context):
    return people.stage().event_id


def test_words_are_kept_and_set_again(event_id):
    services.message_text.set_text(event_id, KIND, WORDS)
    services.message_text.set_text(event_id, KIND, Words(subject=LocalizedText(en="Your ticket")))
    row = queries.message.find_text(event_id, KIND)
    assert (row.subject, row.body) == ({"en": "Your ticket"}, {})


def test_words_that_are_all_empty_are_the_standard_ones(event_id):
    services.message_text.set_text(event_id, KIND, WORDS)
    services.message_text.set_text(event_id, KIND, Words())
    assert queries.message.list_texts(event_id) == {}


def test_going_back_twice_changes_nothing(event_id):
    services.message_text.set_text(event_id, KIND, WORDS)
    services.message_text.reset(event_id, KIND)
    services.message_text.reset(event_id, KIND)
    assert queries.message.find_text(event_id, KIND) is None


def test_second_of_two_is_told_and_may_save_once_more(event_id, at_noon):
    services.message_text.set_text(event_id, KIND, WORDS, seen="")
    other = Words(body=LocalizedText(fr="Salut"))
    with pytest.raises(Refused) as refused:
        services.message_text.set_text(event_id, KIND, other, seen="")
    assert refused.value.code == "message_changed"
    seen = services.message_text.version(queries.message.find_text(event_id, KIND))
    services.message_text.set_text(event_id, KIND, other, seen=seen)
    assert queries.message.find_text(event_id, KIND).body == {"fr": "Salut"}
    with pytest.raises(Refused):  # within the same second, too
        services.message_text.set_text(event_id, KIND, WORDS, seen=seen)


def test_same_words_sent_twice_are_no_conflict(event_id):
    services.message_text.set_text(event_id, KIND, WORDS, seen="")
    services.message_text.set_text(event_id, KIND, WORDS, seen="")


def test_placeholder_that_has_no_value_is_refused(event_id):
    with pytest.raises(Refused) as refused:
        services.message_text.set_text(event_id, KIND, Words(subject=LocalizedText(fr="{lien}")))
    assert (refused.value.code, refused.value.field) == ("placeholder_elsewhere", "subject")


def test_announcement_has_no_words_of_the_event(event_id):
    with pytest.raises(NotFound):
        services.message_text.set_text(event_id, DeliveryKind.ANNOUNCEMENT, WORDS)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.org/s", "https://example.org/s"),
        ("https://example.org/s?a=1", "https://example.org/s?a=1"),
        ("", None),
    ],
)
def test_survey_is_kept_with_https(event_id, typed, kept):
    services.event.set_survey(event_id, typed)
    assert queries.event.get(event_id).survey_url == kept


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://example.org", "survey_invalid"),
        ("javascript:alert(1)", "survey_invalid"),
        ("https://", "survey_invalid"),
        ("https://example.org/a b", "survey_invalid"),
        ("https://example.org/" + "a" * 300, "text_too_long"),
    ],
)
def test_survey_elsewhere_than_on_https_is_refused(event_id, address, code):
    with pytest.raises(Refused) as refused:
        services.event.set_survey(event_id, address)
    assert (refused.value.code, refused.value.field) == (code, "survey_url")
