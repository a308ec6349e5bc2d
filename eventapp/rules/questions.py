"""The built-in questions of a registration: their words, their answers, and which an event asks."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from eventapp import language
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.rules import names
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

HELP: dict[Question, str] = {
    Question.NEEDS: N_("A ramp, sign language, a quiet place, help with costs … Only the organizers read this."),
}

GUARDIAN_CONSENT = N_("I am this person’s parent or guardian, or speak for them: this person may take part.")

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
"""Questions with given answers; the others take text."""

CONSENTS = (Question.PHOTO_CONSENT, Question.CONTACT_CONSENT)
"""Questions that are never a condition: whoever does not answer them is registered all the same."""

SENSITIVE = (Question.NEEDS,)
"""Questions whose answers owner and organizer alone read."""

SPOKEN = ("bm", "fr", "en", "ff")
"""Languages that have a box to tick; others are typed. Few enough to be read on a small screen."""

_KNOWN = (*SPOKEN, "ses", "khq", "ar", "wo", "ha", "pt", "es", "de", "it")
"""Languages that are known by their names when they are typed."""

MAX_TEXT = 200
MAX_NEEDS = 1000
MAX_LANGUAGES = 12
MAX_LANGUAGE = 40


def asked(settings: Mapping[str, str]) -> dict[Question, Asked]:
    """The questions that an event asks (its ``Event.asked``), in their order. A consent is never required."""
    needs = {question: _need(question, settings) for question in Question}
    return {question: need for question, need in needs.items() if need is not Asked.OFF}


def _need(question: Question, settings: Mapping[str, str]) -> Asked:
    need = Asked(settings.get(question, Asked.OFF))
    return Asked.OPTIONAL if need is Asked.REQUIRED and question in CONSENTS else need


def may_be(question: Question) -> tuple[Asked, ...]:
    """How an organizer may have a question asked."""
    return (Asked.OFF, Asked.OPTIONAL) if question in CONSENTS else tuple(Asked)


def answer(question: Question, value: Any, need: Asked) -> Any:
    """The answer as it is kept: text, one of the given answers, a list of languages; None if there is none.

    ``value`` is what was typed or chosen, for languages a list of it. Raises Refused with ``answer_required``,
    ``choice_invalid``, ``text_too_long`` or ``languages_too_many``.
    """
    if question is Question.LANGUAGES:
        return _spoken(value or (), need)
    if not value:
        if need is Asked.REQUIRED:
            raise Refused("answer_required")
        return None
    if question in CHOICES:
        for choice in CHOICES[question]:
            if choice == value:
                return choice
        raise Refused("choice_invalid")
    limit = MAX_NEEDS if question is Question.NEEDS else MAX_TEXT
    if len(value) > limit:
        raise Refused("text_too_long", max=limit)
    return value


def _spoken(values: Sequence[str], need: Asked) -> list[str]:
    tags = list(dict.fromkeys(tag for value in values for tag in _tags(value)))
    if not tags and need is Asked.REQUIRED:
        raise Refused("answer_required")
    if len(tags) > MAX_LANGUAGES:
        raise Refused("languages_too_many", max=MAX_LANGUAGES)
    if any(len(tag) > MAX_LANGUAGE for tag in tags):
        raise Refused("text_too_long", max=MAX_LANGUAGE)
    return tags


def _tags(value: str) -> list[str]:
    """Languages out of a line: the tag of one that is known by a name or a tag, another one as typed."""
    typed = (names.clean(part) for part in re.split(r"[,;/\n]", value))
    return [_by_name().get(names.fold(name), name) for name in typed if name]


@cache
def _by_name() -> dict[str, str]:
    found = {tag: tag for tag in _KNOWN}
    for reader in language.LANGUAGES:
        with language.speaking(reader):
            found.update((names.fold(language.name_of(tag)), tag) for tag in _KNOWN)
    return found


def language_name(kept: str) -> str:
    """A language as it was kept, in the reader's words."""
    return language.name_of(kept) if kept in _KNOWN else kept


def in_words(question: Question, value: Any) -> str:
    """An answer as it was kept, in the reader's words; empty if there is none."""
    if question is Question.CONTACT_CONSENT and value is not None:
        value = ConsentAnswer.YES if value else ConsentAnswer.NO
    if not value:
        return ""
    if question is Question.LANGUAGES:
        return ", ".join(language_name(tag) for tag in value)
    if question in CHOICES:
        return language.gettext(CHOICES[question][value])
    return str(value)
