"""Registering, and the contact's own page: see, correct a name, give a place back."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import FormField, HiddenField, StringField

from eventapp import clock, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import gettext as _
from eventapp.rules import emails, links, no_show, phones, questions, refusals
from eventapp.rules import event as event_rules
from eventapp.services.registration import Booking
from eventapp.web import cache, personal, reader
from eventapp.web.forms import FormIdField, GuestForm, RowsField
from eventapp.web.public import person_form
from eventapp.web.public.person_form import PersonForm

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("registration", __name__)

MAX_PEOPLE_READ = 100
"""How many people a sent form is read for; more are counted, to be refused, but cost nothing."""


class RegistrationForm(GuestForm):
    """A registration of one contact: one or more people, and how to reach them."""

    form_id = FormIdField()
    phone_seen = HiddenField()
    attendees = RowsField(FormField(PersonForm), min_entries=1, max_entries=MAX_PEOPLE_READ)
    email = StringField()
    phone = StringField()
    lang = HiddenField()


@bp.route("/e/<slug>/register", methods=["GET", "POST"])
def new(slug: str) -> Response | BaseResponse | tuple[str, int]:
    """The form; sent, it makes one registration however often it is sent, and leads to the contact's page."""
    state = cache.state_of(slug)
    event = queries.event.get(state.event_id)
    form = RegistrationForm(request.form)
    if request.method == "GET":
        return page(event, form, 200)
    reader.ask(request.form.get("lang"))
    if "add_attendee" in request.form:
        if len(form.attendees) < event.max_party:
            form.attendees.append_entry()
        return page(event, form, 200)
    booking = read(event, form)
    if booking is None:
        return page(event, form, 422)
    try:
        registration = services.registration.register(event.id, booking)
    except Refused as refused:
        form.form_errors.append(refusals.sentence(refused))
        if refused.code == "form_used":
            form.form_id.data = links.random_secret()  # sent once more, it is meant
        return page(queries.event.get(state.event_id), form, 409)
    return redirect(url_for(".show", secret=services.registration.secret(registration)), 303)


def page(event: "Event", form: RegistrationForm, status: int) -> tuple[str, int]:
    """The form's page, in whatever state the form is."""
    now = clock.now()
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, now)
    doors = event_rules.doors(
        stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
    )
    person_form.prepare(list(form.attendees))
    return render_template(
        "public/registration_new.html",
        event=event,
        form=form,
        stage=stage,
        doors=doors,
        places=queries.seats.for_newcomers(event),
        asked=questions.asked(event.asked),
        released_at=no_show.released_at(event.starts_at, event.release_days),
        labels={question: _(label) for question, label in questions.LABELS.items()},
    ), status


def read(event: "Event", form: RegistrationForm) -> Booking | None:
    """What the form says; None if something is wrong, which then stands beside its field."""
    form.validate()
    email = _reading(form, "email", lambda: emails.read(form.email.data or ""))
    phone = _reading(form, "phone", lambda: _phone(form))
    people = person_form.read(event, list(form.attendees))
    if form.errors or any(field.errors for entry in form.attendees for field in entry.form):
        return None
    return Booking(
        form_id=str(form.form_id.data),
        language=language.current(),
        people=people,
        email=email,
        phone=phone,
    )


def _reading(form: RegistrationForm, name: str, reading: Any) -> Any:
    try:
        return reading()
    except Refused as refused:
        form[name].errors = [refusals.sentence(refused)]
        return None


def _phone(form: RegistrationForm) -> str | None:
    phone = phones.read(form.phone.data or "")
    if phone is None:
        return None
    if not phone.is_known and form.phone_seen.data != phone.e164:
        form.phone_seen.data = phone.e164  # sent once more, it is taken
        raise Refused("phone_unsure")
    return phone.e164


@bp.get("/r/<secret>")
def show(secret: str) -> Response:
    """The contact's page: everyone on the registration, with their tickets."""
    return personal.answer(_own_page(secret))


def _own_page(secret: str, problem: str | None = None, typed: str | None = None, attendee_id: int | None = None) -> str:
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    return render_template(
        "public/registration_show.html",
        event=queries.event.get(registration.event_id),
        registration=registration,
        secret=secret,
        problem=problem,
        typed=typed,
        wrong_id=attendee_id,
        just_done=request.args.get("done"),
    )


@bp.post("/r/<secret>/attendees/<int:attendee_id>/name")
def rename(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Corrects a name; the ticket stays good."""
    _check_own(secret, attendee_id)
    try:
        services.attendee.rename(attendee_id, request.form.get("name", ""))
    except Refused as refused:
        return _own_page(secret, refusals.sentence(refused), request.form.get("name", ""), attendee_id), 422
    return redirect(url_for(".show", secret=secret, done="name"), 303)


@bp.post("/r/<secret>/attendees/<int:attendee_id>/give-back")
def give_back(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Gives a place back, for someone else to have."""
    _check_own(secret, attendee_id)
    try:
        services.attendee.cancel(attendee_id)
    except Refused as refused:
        return _own_page(secret, refusals.sentence(refused), attendee_id=attendee_id), 409
    return redirect(url_for(".show", secret=secret, done="given-back"), 303)


def _check_own(secret: str, attendee_id: int) -> None:
    if attendee_id not in [a.id for a in queries.registration.get_by_secret(secret).attendees]:
        raise NotFound(attendee_id)
