"""The built-in questions."""

import pytest

from eventapp import language
from eventapp.errors import Refused
from eventapp.rules import questions
from eventapp.rules.vocabulary import AgeBand, Asked, Question


@pytest.mark.parametrize("question", questions.CONSENTS)
def test_consent_is_never_required(question):
    assert questions.asked({question: "required"}) == {question: Asked.OPTIONAL}
    assert Asked.REQUIRED not in questions.may_be(question)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["bm", "fr"], ["bm", "fr"]),
        (["bm", "Soninké, Français; dogon"], ["bm", "Soninké", "fr", "dogon"]),
        (["bm", "Bambara"], ["bm"]),
        (["anglais"], ["en"]),
        (["", " , "], []),
        (None, []),
    ],
)
def test_languages_are_a_list(typed, kept):
    assert questions.answer(Question.LANGUAGES, typed, Asked.OPTIONAL) == kept


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        (Question.LANGUAGES, [], "answer_required"),
        (Question.LANGUAGES, [",".join(f"l{n}" for n in range(13))], "languages_too_many"),
        (Question.LANGUAGES, ["x" * 41], "text_too_long"),
        (Question.NEEDS, "x" * 1001, "text_too_long"),
        (Question.REGION, "x" * 201, "text_too_long"),
        (Question.REGION, "", "answer_required"),
        (Question.SEX, "none of these", "choice_invalid"),
    ],
)
def test_wrong_answer_is_refused(question, value, code):
    with pytest.raises(Refused) as refused:
        questions.answer(question, value, Asked.REQUIRED)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (Question.LANGUAGES, ["bm", "en", "dogon"], "bambara, anglais, dogon"),
        (Question.AGE_BAND, AgeBand.FROM_60, "60 ans et plus"),
        (Question.CONTACT_CONSENT, True, "Oui"),
        (Question.CONTACT_CONSENT, False, "Non"),
        (Question.CONTACT_CONSENT, None, ""),
        (Question.NEEDS, "Une rampe\nUne chaise", "Une rampe\nUne chaise"),
    ],
)
def test_answer_is_read_in_words(question, value, words):
    with language.speaking("fr"):
        assert questions.in_words(question, value) == words
