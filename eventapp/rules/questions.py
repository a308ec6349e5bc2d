"""The built-in questions of a registration: their words, their answers, and which an event asks."""

from collections.abc import Mapping
from enum import StrEnum

from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.rules.vocabulary import AgeBand, Asked, ConsentAnswer, OrganizationType, PhotoConsent, Question, Sex

LABELS: dict[Question, str] = {
    Question.ORGANIZATION: N_("Organization, school or association"),
    Question.ORGANIZATION_TYPE: N_("Kind of organization"),
    Question.FUNCTION: N_("Function"),
    Question.SEX: N_("Sex"),
    Question.AGE_BAND: N_("Age"),
    Question.REGION: N_("Region or town"),
    Question.LANGUAGES: N_("Languages spoken"),
    Question.NEEDS: N_("What do you need in order to take part?"),
    Question.PHOTO_CONSENT: N_("May photographs show this person?"),
    Question.CONTACT_CONSENT: N_("May we write to this person after the event?"),
}

CHOICES: dict[Question, dict[StrEnum, str]] = {
    Question.SEX: {
        Sex.FEMALE: N_("Woman"),
        Sex.MALE: N_("Man"),
        Sex.OTHER: N_("Other"),
        Sex.UNDISCLOSED: N_("I prefer not to say"),
    },
    Question.AGE_BAND: {
        AgeBand.UNDER_15: N_("Under 15"),
        AgeBand.FROM_15_TO_17: N_("15 to 17"),
        AgeBand.FROM_18_TO_24: N_("18 to 24"),
        AgeBand.FROM_25_TO_35: N_("25 to 35"),
        AgeBand.FROM_36_TO_59: N_("36 to 59"),
        AgeBand.FROM_60: N_("60 and over"),
    },
    Question.ORGANIZATION_TYPE: {
        OrganizationType.ASSOCIATION: N_("Association or NGO"),
        OrganizationType.COMPANY: N_("Company"),
        OrganizationType.GOVERNMENT: N_("Public service"),
        OrganizationType.MEDIA: N_("Media"),
        OrganizationType.SCHOOL: N_("School or university"),
        OrganizationType.OTHER: N_("Other"),
    },
    Question.PHOTO_CONSENT: {
        PhotoConsent.YES: N_("Yes"),
        PhotoConsent.NO: N_("No"),
        PhotoConsent.ON_SITE: N_("I decide at the event"),
    },
    Question.CONTACT_CONSENT: {ConsentAnswer.YES: N_("Yes"), ConsentAnswer.NO: N_("No")},
}
"""Questions with given answers; the others take a line of text."""

MAX_TEXT = 200
MAX_NEEDS = 1000


def asked(settings: Mapping[str, str]) -> dict[Question, Asked]:
    """The questions that an event asks (its ``Event.asked``), in their order."""
    needs = {question: Asked(settings.get(question, Asked.OFF)) for question in Question}
    return {question: need for question, need in needs.items() if need is not Asked.OFF}


def answer(question: Question, value: str | None, need: Asked) -> str | StrEnum | None:
    """The answer as it is kept: text, or one of the given answers.

    Raises Refused with ``answer_required``, ``choice_invalid`` or ``text_too_long``.
    """
    if not value:
        if need is Asked.REQUIRED:
            raise Refused("answer_required")
        return None
    if question in CHOICES:
        for choice in CHOICES[question]:
            if choice == value:
                return choice
        raise Refused("choice_invalid")
    if len(value) > MAX_TEXT:
        raise Refused("text_too_long", max=MAX_TEXT)
    return value
