"""Placeholders: which are known, where each has a value, what is refused, and what stands for them."""

import pytest

from eventapp import language
from eventapp.rules import message, refusals
from eventapp.rules.message import Part
from eventapp.rules.vocabulary import DeliveryKind

CONFIRMATION, THANK_YOU = DeliveryKind.CONFIRMATION, DeliveryKind.THANK_YOU


def wrong(text, kind=CONFIRMATION, part=Part.BODY):
    return [(problem.code, problem.facts.get("name")) for problem in message.problems(kind, part, text)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("name", "name"),
        ("nom", "name"),
        ("Nom", "name"),
        ("événement", "event"),
        ("evenement", "event"),
        ("e\u0301ve\u0301nement", "event"),
        ("limite", "until"),
        ("session", "session"),
        ("names", None),
        ("", None),
        ("%(name)s", None),
    ],
)
def test_name_is_read_in_both_languages(typed, meant):
    assert message.read(typed) == meant


@pytest.mark.parametrize(("speaks", "name"), [("en", "{event}"), ("fr", "{événement}")])
def test_placeholder_is_shown_in_the_readers_language(speaks, name):
    with language.speaking(speaks):
        assert message.shown("event") == name


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Hello {name},", "Hello Ada,"),
        ("Bonjour { Nom }\u00a0!", "Bonjour Ada\u00a0!"),
        ("Hello {until},", "Hello,"),
        ("Bonjour {limite}\u00a0!", "Bonjour\u00a0!"),
        ("{until}, hello", "hello"),
        ("until {until} or later", "until or later"),
        ("Come ({until}).", "Come."),
        ("{name} {until} {event}", "Ada {name}"),
        ("{event}", "{name}"),
        ("{unknown} {", "{unknown} {"),
        ("{{name}}", "{Ada}"),
        ("100 % %(event)s %s", "100 % %(event)s %s"),
    ],
)
def test_text_is_filled_once_and_empty_values_take_their_blanks_along(text, filled):
    assert message.fill(text, {"name": "Ada", "event": "{name}", "until": ""}) == filled


def test_what_may_stand_follows_from_the_kind_and_the_part():
    assert "survey" in message.allowed(THANK_YOU)
    assert "survey" not in message.allowed(CONFIRMATION)
    assert {"link", "code"} & set(message.allowed(CONFIRMATION, Part.SUBJECT)) == set()
    assert "link" not in message.allowed(CONFIRMATION, Part.SHORT)
    assert message.allowed(DeliveryKind.PROOF_CODE, Part.SUBJECT) == ("event", "date", "place", "contact", "code")


@pytest.mark.parametrize("kind", message.EDITABLE)
def test_nothing_is_wrong_with_all_that_may_stand(kind):
    for part in Part:
        assert wrong(" ".join("{" + name + "}" for name in message.allowed(kind, part)), kind, part) == []


def test_placeholder_without_a_value_in_this_message_is_refused_by_name_with_what_may_stand():
    [problem] = message.problems(THANK_YOU, Part.BODY, "Answer by {until}")
    assert refusals.sentence(problem) == (
        "{until} stands for nothing here. These may: {name}, {event}, {date}, {place}, {link}, {contact}, {survey}."
    )


def test_close_misspelling_is_refused_with_what_is_meant():
    [problem] = message.problems(CONFIRMATION, Part.BODY, "Hello {nmae}")
    assert refusals.sentence(problem).startswith("{nmae} is no placeholder. Is {name} meant?")


def test_unknown_placeholder_is_refused_once_whatever_is_in_it():
    assert wrong("{xyzzy} {xyzzy}") == [("placeholder_unknown", "{xyzzy}")]
    assert wrong("{" + "x" * 500 + "}") == [("placeholder_unknown", "{" + "x" * 30 + "}")]


@pytest.mark.parametrize("part", Part)
def test_text_is_refused_beyond_its_length_and_not_before(part):
    most = message.MAX_LENGTH[part]
    assert wrong("a" * most, part=part) == []
    assert wrong("a" * (most + 1), part=part) == [("text_too_long", None)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (DeliveryKind.PROOF_CODE, "{code}"),
        (DeliveryKind.SESSION_SEAT, "{session}"),
        (DeliveryKind.EVENT_CANCELLED, "{reason}"),
    ],
)
def test_what_a_message_is_for_cannot_be_left_out(kind, name):
    assert wrong("Hello", kind) == [("placeholder_needed", name)]
    assert wrong("", kind) == []
    assert wrong(f"Hello {name}", kind) == []
