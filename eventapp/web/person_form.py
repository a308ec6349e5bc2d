"""One person on a form: a name, the built-in questions of the event and the organizer's own.

Used wherever somebody says who somebody is: by guests for themselves, by the team for others.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from wtforms import BooleanField, Field, Form, RadioField, SelectField, SelectMultipleField

from eventapp import language, queries, services
from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.rules import custom_question, names, questions, refusals
from eventapp.rules.vocabulary import MINORS, Asked, ConsentAnswer, ConsentPurpose, ConsentWay, Question
from eventapp.services.answer import Given
from eventapp.services.registration import Person
from eventapp.web.forms import LineField, ParagraphsField

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.question import EventQuestion

RADIOS = questions.CONSENTS
"""Questions whose answers stand side by side: nothing is chosen before the person chooses."""

GUARDIAN = ("guardian_name", "guardian_phone", "guardian_consent")

F = TypeVar("F", bound=Form)


class BoxesField(Field):
    """What stands in the box or boxes of an organizer's own question; its rule reads it."""

    data: list[str]

    def process_data(self, value: Any) -> None:
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [str(value) for value in valuelist[: custom_question.MAX_CHOICES]]


class PersonForm(Form):
    """One person of a registration: a name and the built-in questions."""

    name = LineField(max_length=names.MAX_LENGTH)
    organization = LineField(max_length=questions.MAX_TEXT)
    organization_type = SelectField(validate_choice=False)
    function = LineField(max_length=questions.MAX_TEXT)
    sex = SelectField(validate_choice=False)
    age_band = SelectField(validate_choice=False)
    guardian_name = LineField(max_length=names.MAX_LENGTH)
    guardian_phone = LineField(max_length=60)
    guardian_consent = BooleanField()
    region = LineField(max_length=questions.MAX_TEXT)
    languages = SelectMultipleField(validate_choice=False)
    languages_other = LineField(max_length=questions.MAX_TEXT)
    needs = ParagraphsField(max_length=questions.MAX_NEEDS)
    photo_consent = RadioField(validate_choice=False)
    contact_consent = RadioField(validate_choice=False)


@dataclass(frozen=True)
class Sheet:
    """What is asked of each person. ``is_eased``: in front of the team, where nothing is compulsory but the name."""

    asked: dict[Question, Asked]
    own: Sequence["EventQuestion"]
    is_eased: bool = False

    def needed(self, question: Question) -> bool:
        """Whether a built-in question has to be answered."""
        return not self.is_eased and self.asked[question] is Asked.REQUIRED

    def find(self, question_id: int) -> "EventQuestion | None":
        """One of the organizer's own questions."""
        return next((one for one in self.own if one.id == question_id), None)

    def condition_words(self, question: "EventQuestion") -> tuple[str, str] | None:
        """The answer and the earlier question on which a question depends, in the reader's words."""
        first = self.find(question.shown_if_question_id) if question.shown_if_question_id else None
        if first is None:
            return None
        value: Any = question.shown_if_value
        is_yes_no = first.kind not in custom_question.WITH_CHOICES
        return custom_question.in_words(first, value == "yes" if is_yes_no else value), str(first.label)

    def for_types(self, ticket_type_ids: Collection[int]) -> "Sheet":
        """The same for people of some ticket types."""
        own = [one for one in self.own if not one.ticket_type_ids or set(one.ticket_type_ids) & set(ticket_type_ids)]
        return replace(self, own=own)

    def without_sensitive(self) -> "Sheet":
        """The same for a reader who may not see what is sensitive."""
        asked = {question: need for question, need in self.asked.items() if question not in questions.SENSITIVE}
        return replace(self, asked=asked, own=[one for one in self.own if not one.is_sensitive])


def sheet(event: "Event", *, is_eased: bool = False) -> Sheet:
    """What an event asks."""
    return Sheet(questions.asked(event.asked), queries.question.list_asked(event.id), is_eased)


def asking(form: type[F], asks: Sheet) -> type[F]:
    """A form with a field for each of the organizer's own questions, named ``q<id>``."""
    return type(form.__name__, (form,), {f"q{one.id}": BoxesField() for one in asks.own})


def prepare(entries: Sequence[Any]) -> None:
    """Gives the choices their words in the reader's language."""
    for entry in entries:
        for question, choices in questions.CHOICES.items():
            translated = [(str(choice), _(label)) for choice, label in choices.items()]
            field: Any = entry[question]
            field.choices = translated if question in RADIOS else [("", "—"), *translated]
        entry["languages"].choices = [(tag, _begun(questions.language_name(tag))) for tag in questions.SPOKEN]


def _begun(text: str) -> str:
    """With a capital: a language in French has none, unless it begins a line."""
    return text[:1].upper() + text[1:]


def facts(asks: Sheet, *, type_field: str = "ticket_type") -> dict[str, Any]:
    """What the templates of these questions (`macros/person.html`) need; ``type_field`` is where a type is chosen."""
    return {
        "type_field": type_field,
        "asks": asks,
        "labels": {question: _(label) for question, label in questions.LABELS.items()},
        "helps": {question: _(text) for question, text in questions.HELP.items()},
        "choices_now": custom_question.choices_now,
        "guardian_words": _(questions.GUARDIAN_CONSENT),
        "minors": list(MINORS),
    }


def present(attendee: Any, answers: dict[int, Any]) -> dict[str, Any]:
    """What the boxes hold for somebody who answered before, by the names of their fields."""
    return {
        "name": attendee.name,
        "languages": [tag for tag in attendee.languages if tag in questions.SPOKEN],
        "languages_other": ", ".join(
            questions.language_name(tag) for tag in attendee.languages if tag not in questions.SPOKEN
        ),
        **{
            question.value: getattr(attendee, question.value)
            for question in Question
            if question not in (Question.LANGUAGES, Question.CONTACT_CONSENT)
        },
        "contact_consent": {None: None, True: "yes", False: "no"}[attendee.contact_consent],
        "guardian_name": attendee.guardian_name,
        "guardian_phone": attendee.guardian_phone,
        **{f"q{question_id}": custom_question.typed(value) for question_id, value in answers.items()},
    }


def read(
    asks: Sheet,
    entries: Sequence[Any],
    *,
    ticket_type_id: int | None = None,
    way: ConsentWay = ConsentWay.ONLINE,
    account_id: int | None = None,
) -> list[Person]:
    """The people that the boxes name; what is wrong stands beside its field then.

    A box that was added and left empty is nobody, but the first must be somebody. ``ticket_type_id`` is what they
    register for; ``way`` and ``account_id`` say how consents were given, and to whom of the team.
    """
    people = []
    for entry in entries:
        if not entry["name"].data:
            if entry is entries[0] or _is_filled(asks, entry):
                wrong(entry["name"], Refused("nobody_named"))
            continue
        people.append(read_person(asks, entry, ticket_type_id=ticket_type_id, way=way, account_id=account_id))
    return people


def _is_filled(asks: Sheet, entry: Any) -> bool:
    built_in = (entry[name].data for name in (*asks.asked, "languages_other"))
    own = (box.strip() for one in asks.own for box in entry[f"q{one.id}"].data)
    return any(built_in) or any(own)


def read_person(
    asks: Sheet,
    entry: Any,
    *,
    ticket_type_id: int | None = None,
    way: ConsentWay = ConsentWay.ONLINE,
    account_id: int | None = None,
) -> Person:
    """One person, as `read` reads several; the name is what the box holds."""
    told: dict[str, Any] = {}
    for question in asks.asked:
        told[question] = _built_in(asks, entry, question)
    if told.get(Question.AGE_BAND) in MINORS:
        told |= _guardian(asks, entry)
    consents = [
        Given(purpose, answer, wording, language.current(), way, account_id)
        for purpose, answer, wording in _consents(told, entry)
    ]
    if Question.CONTACT_CONSENT in told and told[Question.CONTACT_CONSENT] is not None:
        told[Question.CONTACT_CONSENT] = told[Question.CONTACT_CONSENT] is ConsentAnswer.YES
    return Person(
        name=entry["name"].data or "",
        answers=_own(asks, entry, ticket_type_id),
        consents=consents,
        **{str(name): value for name, value in told.items()},
    )


def _built_in(asks: Sheet, entry: Any, question: Question) -> Any:
    typed = entry[question].data
    if question is Question.LANGUAGES:
        # Cut before it is read: what is too long is refused beside its field, and nobody speaks a hundred languages.
        typed = [*(typed or ())[:100], (entry["languages_other"].data or "")[: questions.MAX_TEXT]]
    need = Asked.REQUIRED if asks.needed(question) else Asked.OPTIONAL
    try:
        return questions.answer(question, typed, need)
    except Refused as refused:
        wrong(entry[question], refused)
        return () if question is Question.LANGUAGES else None


def _guardian(asks: Sheet, entry: Any) -> dict[str, Any]:
    """Who answers for somebody under 18, and how to reach them."""
    name, phone = entry["guardian_name"].data, None
    try:
        phone = services.contact.read_phone(entry["guardian_phone"].data)
    except Refused as refused:
        wrong(entry["guardian_phone"], refused)
    else:
        if phone is None and not asks.is_eased:
            wrong(entry["guardian_phone"], Refused("guardian_phone_missing"))
    if not name and not asks.is_eased:
        wrong(entry["guardian_name"], Refused("guardian_missing"))
    if not entry["guardian_consent"].data and not asks.is_eased:
        wrong(entry["guardian_consent"], Refused("guardian_consent_missing"))
    return {"guardian_name": name, "guardian_phone": phone}


def _consents(told: dict[str, Any], entry: Any) -> list[tuple[ConsentPurpose, ConsentAnswer, str]]:
    """What was agreed to or not, in the words that were read."""
    found = []
    photo, contact = told.get(Question.PHOTO_CONSENT), told.get(Question.CONTACT_CONSENT)
    if photo is not None:
        wording = _(questions.LABELS[Question.PHOTO_CONSENT])
        found.append((ConsentPurpose.PHOTOGRAPHS, ConsentAnswer(photo), wording))
    if contact is not None:
        wording = _(questions.LABELS[Question.CONTACT_CONSENT])
        found.append((ConsentPurpose.CONTACT, ConsentAnswer(contact), wording))
    if told.get(Question.AGE_BAND) in MINORS and entry["guardian_consent"].data:
        found.append((ConsentPurpose.GUARDIAN, ConsentAnswer.YES, _(questions.GUARDIAN_CONSENT)))
    return found


def _own(asks: Sheet, entry: Any, ticket_type_id: int | None) -> dict[int, Any]:
    """The answers to the organizer's own questions; one whose condition does not hold is not read."""
    answers: dict[int, Any] = {}
    for question in custom_question.for_type(asks.own, ticket_type_id):
        if not custom_question.is_met(question, answers):
            continue
        field = entry[f"q{question.id}"]
        try:
            value = custom_question.read(question, field.data, may_be_empty=asks.is_eased)
        except Refused as refused:
            wrong(field, refused)
        else:
            if value is not None:
                answers[question.id] = value
    return answers


def untouched(asks: Sheet) -> list[str]:
    """The fields of `Person` that were not on a form, and so stay as they are."""
    names_ = [question.value for question in Question if question not in asks.asked]
    return names_ if Question.AGE_BAND in asks.asked else [*names_, "guardian_name", "guardian_phone"]


def without_guardian(person: Person, way: ConsentWay, account_id: int | None) -> Person:
    """The person, whose guardian no longer agrees."""
    given = Given(
        ConsentPurpose.GUARDIAN, ConsentAnswer.NO, _(questions.GUARDIAN_CONSENT), language.current(), way, account_id
    )
    return replace(person, consents=[*person.consents, given])


def wrong(field: Any, refused: Refused) -> None:
    """Puts a refusal beside a field."""
    field.errors = [*field.errors, refusals.sentence(refused)]
