"""One person on the contact's page: their answers and consents, somebody more, somebody else in their place."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from eventapp import language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import gettext as _
from eventapp.rules import phones, questions, refusals
from eventapp.rules.vocabulary import ConsentAnswer, ConsentPurpose, Question
from eventapp.services.answer import Given
from eventapp.services.registration import Person
from eventapp.web import person_form, personal, reader
from eventapp.web.forms import FormIdField, GuestForm, show_refusal
from eventapp.web.person_form import PersonForm, Sheet
from eventapp.web.public import own

if TYPE_CHECKING:
    from flask import Response

    from eventapp.models.registration import Registration, TicketType

bp = Blueprint("own_person", __name__)

WORDING = {
    ConsentPurpose.PHOTOGRAPHS: questions.LABELS[Question.PHOTO_CONSENT],
    ConsentPurpose.CONTACT: questions.LABELS[Question.CONTACT_CONSENT],
    ConsentPurpose.GUARDIAN: questions.GUARDIAN_CONSENT,
}
"""The requests for consent, as they are read."""


class OwnPersonForm(GuestForm, PersonForm):
    """One person, as the form of registration asks for them."""

    form_id = FormIdField()


@bp.route("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/answers", methods=["GET", "POST"])
def answers(secret: str, attendee_id: int) -> "Response | BaseResponse | tuple[str, int]":
    """Changes what somebody answered and agreed to."""
    attendee = own.own_attendee(secret, attendee_id)
    asks = _asks(attendee.registration, attendee.ticket_type)
    given = queries.question.answers_of([attendee_id]).get(attendee_id, {})
    guardian = queries.question.latest_consents(attendee_id).get(ConsentPurpose.GUARDIAN)
    has_agreed = guardian is not None and guardian.answer is ConsentAnswer.YES
    before = {**person_form.present(attendee, given), "guardian_consent": has_agreed, "guardian_phone": None}
    form = person_form.asking(OwnPersonForm, asks)(data=before)
    # Its last digits may be what proves who somebody is (`rules.proof`), so it is not shown; an empty box keeps it.
    on_file = attendee.guardian_phone
    if request.method == "POST" and "guardian_phone" in form and not form["guardian_phone"].data:
        form["guardian_phone"].data = on_file
    ticket_type, untouched, own_ids = attendee.ticket_type, person_form.untouched(asks), [one.id for one in asks.own]
    person = _sent(asks, form, attendee.ticket_type_id)
    if person is not None:
        try:
            services.attendee.change_answers(attendee_id, person, untouched=untouched, questions=own_ids)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done(secret, "answers")
        attendee = own.own_attendee(secret, attendee_id)  # what was read before the change is forgotten
        ticket_type = attendee.ticket_type
    if "guardian_phone" in form and form["guardian_phone"].data == on_file:
        form["guardian_phone"].data = None
    heading = _("Answers of %(name)s", name=attendee.name)
    masked = phones.masked(on_file) if on_file else ""
    facts = {"name": attendee.name, "guardian_on_file": masked}
    return _page(secret, attendee.registration, form, asks, ticket_type, "answers", heading, **facts)


@bp.route("/r/<secret>/people/new", methods=["GET", "POST"])
def add(secret: str) -> "Response | BaseResponse | tuple[str, int]":
    """Puts one more person on the registration; sent twice, it is one."""
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    if registration.erased_at is not None:
        raise NotFound("registration")
    ticket_type = registration.attendees[0].ticket_type
    asks = _asks(registration, ticket_type)
    form = person_form.asking(OwnPersonForm, asks)()
    person = _sent(asks, form, ticket_type.id, is_new=True)
    if person is not None:
        try:
            services.registration.add_person(registration.id, person, form_id=form.form_id.data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done(secret, "added")
        registration = queries.registration.get_by_secret(secret)
        ticket_type = registration.attendees[0].ticket_type
    return _page(secret, registration, form, asks, ticket_type, "add", _("Add a person"))


@bp.route("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/hand-on", methods=["GET", "POST"])
def hand_on(secret: str, attendee_id: int) -> "Response | BaseResponse | tuple[str, int]":
    """Gives somebody's place to another person, with a new ticket."""
    attendee = own.own_attendee(secret, attendee_id)
    asks = _asks(attendee.registration, attendee.ticket_type)
    form = person_form.asking(OwnPersonForm, asks)()
    person = _sent(asks, form, attendee.ticket_type_id, is_new=True)
    if person is not None:
        try:
            services.attendee.hand_on(attendee_id, person)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done(secret, "handed-on")
        attendee = own.own_attendee(secret, attendee_id)
    heading = _("Hand on the ticket of %(name)s", name=attendee.name)
    return _page(
        secret, attendee.registration, form, asks, attendee.ticket_type, "hand-on", heading, name=attendee.name
    )


def _asks(registration: "Registration", ticket_type: "TicketType") -> Sheet:
    return person_form.sheet(queries.event.get(registration.event_id)).for_types([ticket_type.id])


def _sent(asks: Sheet, form: Any, ticket_type_id: int, *, is_new: bool = False) -> Person | None:
    """What was sent; None if nothing was, or if something in it is wrong, which then stands beside its field."""
    person_form.prepare([form])
    if request.method != "POST":
        return None
    form.validate()
    person = person_form.read_person(asks, form, ticket_type_id=ticket_type_id)
    if is_new and not person.name:
        person_form.wrong(form.name, Refused("nobody_named"))
    return None if form.errors else person


def _page(
    secret: str,
    registration: "Registration",
    form: Any,
    asks: Sheet,
    ticket_type: "TicketType",
    mode: str,
    heading: str,
    *,
    name: str = "",
    guardian_on_file: str = "",
) -> "Response | tuple[str, int]":
    content = render_template(
        "public/own_person.html",
        event=queries.event.get(registration.event_id),
        secret=secret,
        form=form,
        mode=mode,
        heading=heading,
        name=name,
        guardian_on_file=guardian_on_file,
        types=[ticket_type],
        has_conditions=Question.AGE_BAND in asks.asked or any(one.shown_if_question_id for one in asks.own),
        **person_form.facts(asks),
    )
    return (content, 422) if form.errors or form.form_errors else personal.answer(content)


@bp.post("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/consent")
def consent(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Gives or withdraws one consent."""
    own.own_attendee(secret, attendee_id)
    purpose, answer = request.form.get("purpose"), request.form.get("answer")
    if purpose not in set(ConsentPurpose) or answer not in (ConsentAnswer.YES, ConsentAnswer.NO):
        return own.page(secret, own.Wrong(refusals.sentence(Refused("choice_invalid")))), 422
    given = Given(
        ConsentPurpose(purpose), ConsentAnswer(answer), _(WORDING[ConsentPurpose(purpose)]), language.current()
    )
    services.consent.change(attendee_id, given)
    return own.done(secret, "consent")
