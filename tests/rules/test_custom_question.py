"""An organizer's own questions: who is asked, what an answer is, and what makes no question."""

import pytest

from eventapp import language
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules import custom_question as rules
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import QuestionKind

TWO = ({"key": "c1", "label": {"fr": "Bus", "en": "Bus"}}, {"key": "c2", "label": {"fr": "Vélo", "en": "Bicycle"}})


def question(number=1, kind=QuestionKind.SHORT_TEXT, **more):
    choices = TWO if kind in rules.WITH_CHOICES else ()
    return Asking(**{"id": number, "kind": kind, "label": LocalizedText(en="What?"), "choices": choices, **more})


@pytest.mark.parametrize(
    ("kind", "boxes", "kept"),
    [
        (QuestionKind.SHORT_TEXT, ["  Un  bus "], "Un bus"),
        (QuestionKind.LONG_TEXT, ["One\r\ntwo"], "One\ntwo"),
        (QuestionKind.NUMBER, ["12"], 12),
        (QuestionKind.NUMBER, ["0"], 0),
        (QuestionKind.NUMBER, ["1 200"], 1200),
        (QuestionKind.NUMBER, ["2,5"], 2.5),
        (QuestionKind.NUMBER, ["-3"], -3),
        (QuestionKind.DATE, ["2026-12-18"], "2026-12-18"),
        (QuestionKind.DATE, ["18/12/2026"], "2026-12-18"),
        (QuestionKind.ONE_CHOICE, ["c2"], "c2"),
        (QuestionKind.SEVERAL_CHOICES, ["c2", "c1"], ["c1", "c2"]),
        (QuestionKind.YES_NO, ["yes"], True),
        (QuestionKind.YES_NO, ["no"], False),
        (QuestionKind.SHORT_TEXT, [" "], None),
        (QuestionKind.SEVERAL_CHOICES, [], None),
    ],
)
def test_answer_is_kept_by_its_kind(kind, boxes, kept):
    assert rules.read(question(kind=kind), boxes) == kept


@pytest.mark.parametrize(
    ("kind", "boxes", "code"),
    [
        (QuestionKind.SHORT_TEXT, ["x" * 201], "text_too_long"),
        (QuestionKind.LONG_TEXT, ["x" * 2001], "text_too_long"),
        (QuestionKind.NUMBER, ["twelve"], "number_unclear"),
        (QuestionKind.NUMBER, ["1e5"], "number_unclear"),
        (QuestionKind.NUMBER, ["٣"], "number_unclear"),
        (QuestionKind.NUMBER, ["1000000001"], "number_too_large"),
        (QuestionKind.DATE, ["31/02/2026"], "day_invalid"),
        (QuestionKind.DATE, ["soon"], "day_invalid"),
        (QuestionKind.DATE, ["0001-01-01"], "day_invalid"),
        (QuestionKind.ONE_CHOICE, ["c9"], "choice_invalid"),
        (QuestionKind.SEVERAL_CHOICES, ["c1", "c9"], "choice_invalid"),
        (QuestionKind.YES_NO, ["maybe"], "choice_invalid"),
    ],
)
def test_wrong_answer_is_refused(kind, boxes, code):
    with pytest.raises(Refused) as refused:
        rules.read(question(kind=kind), boxes)
    assert refused.value.code == code


@pytest.mark.parametrize("boxes", [[], [""], [" "], ["\u200b"]])
def test_required_question_has_to_be_answered(boxes):
    with pytest.raises(Refused) as refused:
        rules.read(question(is_required=True), boxes)
    assert refused.value.code == "answer_required"
    assert rules.read(question(is_required=True), boxes, may_be_empty=True) is None


def test_no_to_a_required_question_is_an_answer():
    assert rules.read(question(kind=QuestionKind.YES_NO, is_required=True), ["no"]) is False
    assert rules.read(question(kind=QuestionKind.NUMBER, is_required=True), ["0"]) == 0


@pytest.mark.parametrize(
    ("answers", "value", "is_met"),
    [
        ({1: True}, "yes", True),
        ({1: False}, "yes", False),
        ({1: False}, "no", True),
        ({}, "no", False),
        ({1: "c1"}, "c1", True),
        ({1: "c11"}, "c1", False),
        ({1: ["c1", "c2"]}, "c2", True),
        ({1: ["c11"]}, "c1", False),
    ],
)
def test_condition_looks_at_the_earlier_answer(answers, value, is_met):
    assert rules.is_met(question(2, shown_if_question_id=1, shown_if_value=value), answers) is is_met


def test_question_without_condition_is_always_asked():
    assert rules.is_met(question(), {})


def test_question_for_a_type_is_asked_of_its_people_alone():
    both, press = question(1), question(2, ticket_type_ids=[7])
    assert rules.for_type([both, press], 7) == [both, press]
    assert rules.for_type([both, press], 8) == [both]
    assert rules.for_type([both, press], None) == [both, press]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"label": LocalizedText()}, "question_missing"),
        ({"label": LocalizedText(en="x" * 301)}, "text_too_long"),
        ({"help": LocalizedText(en="x" * 501)}, "text_too_long"),
        ({"kind": QuestionKind.ONE_CHOICE, "choices": TWO[:1]}, "choices_missing"),
        ({"kind": QuestionKind.ONE_CHOICE, "choices": (TWO[0], {**TWO[1], "removed": True})}, "choices_missing"),
        ({"ticket_type_ids": [9]}, "choice_invalid"),
        ({"shown_if_question_id": 5, "shown_if_value": "yes"}, "condition_later"),
        ({"shown_if_question_id": 1, "shown_if_value": "perhaps"}, "condition_answer"),
        ({"label": LocalizedText(fr="Nationalité")}, "reason_missing"),
        ({"help": LocalizedText(fr="Votre religion")}, "reason_missing"),
        ({"reason": "x" * 1001}, "text_too_long"),
    ],
)
def test_question_that_cannot_be_asked_is_refused(more, code):
    with pytest.raises(Refused) as refused:
        rules.check(question(2, **more), [question(1, QuestionKind.YES_NO)], [7])
    assert refused.value.code == code


def test_delicate_choice_needs_a_reason_too():
    delicate = ({"key": "c1", "label": {"fr": "Réfugiés"}}, TWO[0])
    with pytest.raises(Refused):
        rules.check(question(kind=QuestionKind.ONE_CHOICE, choices=delicate), [], [])
    rules.check(question(kind=QuestionKind.ONE_CHOICE, choices=delicate, reason="Pour un interprète"), [], [])


def test_order_in_which_a_question_comes_before_its_condition_is_refused():
    first, second = question(1, QuestionKind.YES_NO), question(2, shown_if_question_id=1, shown_if_value="yes")
    rules.check_order([first, second])
    with pytest.raises(Refused) as refused:
        rules.check_order([second, first])
    assert refused.value.code == "condition_later"


def keys(choices):
    return [choice["key"] for choice in choices if not choice.get("removed")]


def test_choices_have_keys_of_their_own():
    made = rules.choices({"fr": "Bus\nVélo\n", "en": "Bus\nBicycle"}, ())
    assert made == [
        {"key": "c1", "label": {"fr": "Bus", "en": "Bus"}},
        {"key": "c2", "label": {"fr": "Vélo", "en": "Bicycle"}},
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Bicycle\nBus", ["c2", "c1"]),  # another order
        ("Bus\nBicycles", ["c1", "c2"]),  # a word corrected
        ("Bicycles\nBus", ["c2", "c1"]),  # and moved
        ("Bus\nTaxi", ["c1", "c3"]),  # another one
        ("Bus\nTaxi\nBicycle", ["c1", "c3", "c2"]),  # one more
        ("Bus", ["c1"]),  # one less
    ],
)
def test_choice_keeps_its_key(typed, expected):
    assert keys(rules.choices({"en": typed}, TWO)) == expected


def test_key_of_a_choice_that_was_taken_off_is_never_used_again():
    without = rules.choices({"en": "Bus"}, TWO)
    assert keys(rules.choices({"en": "Bus\nTaxi"}, without)) == ["c1", "c3"]
    assert keys(rules.choices({"en": "Bus\nBicycle"}, without)) == ["c1", "c2"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"fr": "Bus\nVélo", "en": "Bus"}, "choices_uneven"),
        ({"en": "Bus\nbus"}, "choices_twice"),
        ({"en": "\n".join(map(str, range(41)))}, "choices_too_many"),
        ({"en": "x" * 201 + "\ny"}, "text_too_long"),
    ],
)
def test_wrong_choices_are_refused(typed, code):
    with pytest.raises(Refused) as refused:
        rules.choices(typed, ())
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        (QuestionKind.SHORT_TEXT, "Un bus", "Un bus"),
        (QuestionKind.NUMBER, 1200, "1\u202f200"),
        (QuestionKind.DATE, "2026-12-18", "vendredi 18 décembre 2026"),
        (QuestionKind.ONE_CHOICE, "c2", "Vélo"),
        (QuestionKind.SEVERAL_CHOICES, ["c1", "c2"], "Bus, Vélo"),
        (QuestionKind.YES_NO, False, "Non"),
        (QuestionKind.YES_NO, None, ""),
    ],
)
def test_answer_is_read_in_words(kind, value, words):
    with language.speaking("fr"):
        assert rules.in_words(question(kind=kind), value) == words
