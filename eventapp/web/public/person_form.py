"""One person on a form: a name and the questions of the event. Used wherever guests say who somebody is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wtforms import Form, RadioField, SelectField

from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.rules import names, questions, refusals
from eventapp.rules.vocabulary import Question
from eventapp.services.registration import Person
from eventapp.web.forms import LineField

if TYPE_CHECKING:
    from eventapp.models.event import Event

RADIOS = (Question.PHOTO_CONSENT, Question.CONTACT_CONSENT)
"""Questions whose answers stand side by side: nothing is chosen before the person chooses."""


class PersonForm(Form):
    """One person of a registration: a name and the built-in questions."""

    name = LineField(max_length=names.MAX_LENGTH)
    organization = LineField(max_length=200)
    organization_type = SelectField(validate_choice=False)
    function = LineField(max_length=200)
    sex = SelectField(validate_choice=False)
    age_band = SelectField(validate_choice=False)
    region = LineField(max_length=200)
    languages = LineField(max_length=questions.MAX_TEXT)
    needs = LineField(max_length=questions.MAX_NEEDS)
    photo_consent = RadioField(validate_choice=False)
    contact_consent = RadioField(validate_choice=False)


def prepare(entries: Sequence[Any]) -> None:
    """Gives the choices their words in the reader's language."""
    for entry in entries:
        for question, choices in questions.CHOICES.items():
            translated = [(str(choice), _(label)) for choice, label in choices.items()]
            field: Any = entry[question]
            field.choices = translated if question in RADIOS else [("", "—"), *translated]


def read(event: "Event", entries: Sequence[Any]) -> list[Person]:
    """The people that the boxes name; what is wrong stands beside its field then.

    A box that was added and left empty is nobody, but the first must be somebody.
    """
    found = (_person(event, entry, is_first=entry is entries[0]) for entry in entries)
    return [person for person in found if person is not None]


def _person(event: "Event", entry: Any, *, is_first: bool) -> Person | None:
    asked = questions.asked(event.asked)
    if not entry["name"].data:
        if is_first or any(entry[question].data for question in asked):
            _wrong(entry["name"], Refused("nobody_named"))
        return None
    answers: dict[str, Any] = {}
    for question, need in asked.items():
        try:
            answers[question] = questions.answer(question, entry[question].data, need)
        except Refused as refused:
            _wrong(entry[question], refused)
    return Person(name=entry["name"].data, **answers)


def _wrong(field: Any, refused: Refused) -> None:
    field.errors = [*field.errors, refusals.sentence(refused)]
