"""Registering, and the contact's own page; what they do there is in `own` and its neighbours."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import FormField, HiddenField, StringField

from eventapp import clock, language, queries, services
from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.rules import code as code_rules
from eventapp.rules import emails, links, names, no_show, phones, refusals
from eventapp.rules import event as event_rules
from eventapp.rules import registration as rules
from eventapp.rules.vocabulary import Question, TypeAccess
from eventapp.services.registration import Booking
from eventapp.web import cache, person_form, personal, reader
from eventapp.web.forms import FormIdField, GuestForm, LineField, RowsField, show_refusal
from eventapp.web.person_form import PersonForm, Sheet
from eventapp.web.public import own

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.registration import TicketType

bp = Blueprint("registration", __name__)

MAX_PEOPLE_READ = 100
"""How many people a sent form is read for; more are counted, to be refused, but cost nothing."""

SEATS_TOLD = 20
"""With fewer free seats the form says how many; more would only be a number."""


class RegistrationForm(GuestForm):
    """A registration of one contact: one or more people, and how to reach them. `_form` adds the people."""

    form_id = FormIdField()
    phone_seen = HiddenField()
    code = LineField(max_length=60)
    ticket_type = StringField()
    email = StringField()
    phone = StringField()
    lang = HiddenField()


@dataclass(frozen=True)
class Choice:
    """A ticket type that is open to everybody, as the form offers it."""

    type: "TicketType"
    is_open: bool
    state: str
    """Whether there are seats, in the reader's words."""


@dataclass(frozen=True)
class Offer:
    """What may be registered for, and what that asks of people."""

    open_types: list["TicketType"]
    by_code: "TicketType | None"
    """The type that the code is for which was typed or stands in the address."""
    asks: Sheet

    @property
    def types(self) -> list["TicketType"]:
        """The types that whoever sends the form may end up with."""
        return [self.by_code] if self.by_code else self.open_types


@bp.route("/e/<slug>/register", methods=["GET", "POST"])
def new(slug: str) -> Response | BaseResponse | tuple[str, int]:
    """The form; sent, it makes one registration however often it is sent, and leads to the contact's page."""
    state = cache.state_of(slug)
    event = queries.event.get(state.event_id)
    if request.method == "POST":
        reader.ask(request.form.get("lang"))
    code = (request.form if request.method == "POST" else request.args).get("code", "")
    offer = _offer(event, code)
    form = _form(offer.asks)
    if request.method != "POST":
        form.code.data = names.clean(code)[:60] or None
        return page(event, offer, form, 200)
    if "add_attendee" in request.form:
        for _number in range(min(_more(), event.max_party - len(form.attendees))):
            form.attendees.append_entry()
        return page(event, offer, form, 200)
    booking = read(offer, form)
    if booking is None:
        return page(event, offer, form, 422)
    try:
        registration = services.registration.register(event.id, booking)
    except Refused as refused:
        show_refusal(form, refused)
        if refused.code == "form_used":
            form.form_id.data = links.random_secret()  # sent once more, it is meant
        return page(queries.event.get(state.event_id), offer, form, 409)
    return redirect(url_for(".show", secret=services.registration.secret(registration)), 303)


def _form(asks: Sheet) -> Any:
    """The form with the questions of the event for each person."""
    one = FormField(person_form.asking(PersonForm, asks))
    people = RowsField(one, min_entries=1, max_entries=MAX_PEOPLE_READ)
    return type("RegistrationForm", (RegistrationForm,), {"attendees": people})(request.form)


def _more() -> int:
    """How many people are to be added; one unless the form says another number."""
    typed = request.form.get("people_more", "")
    return int(typed) if re.fullmatch(r"[1-9][0-9]?", typed, re.ASCII) else 1


def _offer(event: "Event", code: str) -> Offer:
    types = queries.registration.list_ticket_types(event.id)
    by_code = None
    if names.clean(code):
        known = queries.invitation_code.find(event.id, code_rules.compared(code))
        if known is not None and known.revoked_at is None:
            by_code = next(one for one in types if one.id == known.ticket_type_id)
    open_types = [one for one in types if one.access is TypeAccess.OPEN]
    shown = [by_code.id] if by_code else [one.id for one in open_types]
    return Offer(open_types, by_code, person_form.sheet(event).for_types(shown))


def _choices(event: "Event", offer: Offer) -> list[Choice]:
    seats = queries.seats.load(event)
    return [_choice(event, one, seats.free(one.id)) for one in offer.open_types]


def _choice(event: "Event", ticket_type: "TicketType", free: int | None) -> Choice:
    now = clock.now()
    is_open = rules.is_open(ticket_type.opens_at, ticket_type.closes_at, now)
    if ticket_type.opens_at is not None and now < ticket_type.opens_at:
        state = _("from %(when)s", when=language.moment(language.local(ticket_type.opens_at, event.timezone)))
    elif not is_open:
        state = _("no longer open")
    elif ticket_type.needs_approval:
        state = _("the organizer looks at each registration first")
    elif free == 0:
        state = _("full, with a waiting list") if event.waiting_list else _("full")
    elif free is not None and free <= SEATS_TOLD:
        state = ngettext("%(num)s seat free", "%(num)s seats free", free)
    else:
        state = _("seats free")
    return Choice(ticket_type, is_open and (free != 0 or event.waiting_list), state)


def page(event: "Event", offer: Offer, form: Any, status: int) -> tuple[str, int]:
    """The form's page, in whatever state the form is."""
    now = clock.now()
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, now)
    doors = event_rules.doors(
        stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
    )
    person_form.prepare(list(form.attendees))
    choices, asks = _choices(event, offer), offer.asks
    if request.method != "POST":
        form.ticket_type.data = next((str(one.type.id) for one in choices if one.is_open), None)
    has_conditions = Question.AGE_BAND in asks.asked or any(
        one.shown_if_question_id or (one.ticket_type_ids and len(offer.types) > 1) for one in asks.own
    )
    return render_template(
        "public/registration_new.html",
        event=event,
        form=form,
        stage=stage,
        doors=doors,
        places=queries.seats.for_newcomers(event),
        released_at=no_show.released_at(event.starts_at, event.release_days, event.timezone),
        choices=choices,
        by_code=offer.by_code,
        types=offer.types,
        asks_code=bool(form.code.data) or not choices or queries.invitation_code.has_any(event.id),
        has_conditions=has_conditions,
        is_wrong=status >= 400,
        **person_form.facts(asks),
    ), status


def read(offer: Offer, form: Any) -> Booking | None:
    """What the form says; None if something is wrong, which then stands beside its field."""
    form.validate()
    email = _reading(form, "email", lambda: emails.read(form.email.data or ""))
    phone = _reading(form, "phone", lambda: _phone(form))
    chosen = None if form.code.data else _chosen(offer, form)
    type_id = offer.by_code.id if offer.by_code else chosen
    if type_id is None and offer.open_types:
        type_id = offer.open_types[0].id
    people = person_form.read(offer.asks, list(form.attendees), ticket_type_id=type_id)
    if form.errors or any(field.errors for entry in form.attendees for field in entry.form):
        return None
    return Booking(
        form_id=str(form.form_id.data),
        language=language.current(),
        people=people,
        email=email,
        phone=phone,
        ticket_type_id=chosen,
        code=form.code.data,
    )


def _chosen(offer: Offer, form: Any) -> int | None:
    """The ticket type that was chosen; None: whichever is the first."""
    typed = form.ticket_type.data or ""
    if not typed:
        return None
    found = next((one.id for one in offer.open_types if str(one.id) == typed), None)
    if found is None:
        form.ticket_type.errors = [refusals.sentence(Refused("choice_invalid"))]
    return found


def _reading(form: Any, name: str, reading: Any) -> Any:
    try:
        return reading()
    except Refused as refused:
        form[name].errors = [refusals.sentence(refused)]
        return None


def _phone(form: Any) -> str | None:
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
    return personal.answer(own.page(secret))
