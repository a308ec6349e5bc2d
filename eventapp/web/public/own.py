"""The contact's own page: who stands where, and what one tap changes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import gettext as _
from eventapp.rules import event as event_rules
from eventapp.rules import names, phones, refusals
from eventapp.rules.vocabulary import LIVE, AttendeeStatus
from eventapp.web import person_form, reader

if TYPE_CHECKING:
    from datetime import datetime

    from eventapp.models.event import Event
    from eventapp.models.registration import Attendee, Registration

bp = Blueprint("own", __name__)

KEPT = 1_000
"""Letters of a refused name that are shown again: enough to mend it, too few to make a page heavy."""


@dataclass(frozen=True)
class Wrong:
    """What could not be done; ``typed`` is a name that was refused."""

    sentence: str
    attendee_id: int | None = None
    typed: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the contact's page says besides its rows."""

    is_over: bool
    may_add: bool
    has_questions: bool
    number: int | None
    """The place on the waiting list."""
    offer_until: "datetime | None"
    may_take: bool
    """Whether places are free for people who had all their offers and did not answer."""
    restorable: set[int] = field(default_factory=set)
    """People who may take their place back."""
    shares: dict[int, tuple[str, str]] = field(default_factory=dict)
    """For everybody with a ticket: the addresses that send it by WhatsApp and by SMS."""


def page(secret: str, wrong: Wrong | None = None) -> str:
    """The contact's page: everyone on the registration, with their tickets. Raises NotFound."""
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    event = queries.event.get(registration.event_id)
    return render_template(
        "public/registration_show.html",
        event=event,
        registration=registration,
        secret=secret,
        facts=_facts(event, registration),
        masked_phone=phones.masked(registration.phone) if registration.phone else None,
        languages_known=[(code, language.NAMES[code]) for code in language.LANGUAGES],
        wrong=wrong,
        just_done=request.args.get("done"),
    )


def _facts(event: "Event", registration: "Registration") -> Facts:
    people = registration.attendees
    now = clock.now()
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, now)
    doors = event_rules.doors(
        stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, now
    )
    there = [one for one in people if one.status in LIVE]
    asks = person_form.sheet(event)
    return Facts(
        is_over=stage in (event_rules.Stage.FINISHED, event_rules.Stage.CANCELLED),
        may_add=doors is event_rules.Doors.OPEN and 0 < len(there) < event.max_party,
        has_questions=bool(asks.asked or asks.own),
        number=queries.waiting_list.number(registration.id),
        offer_until=min((one.offer_until for one in people if one.offer_until), default=None),
        may_take=queries.waiting_list.may_take(event, registration.id),
        restorable=_restorable(event, registration),
        shares={one.id: _shares(event, one) for one in people if one.ticket},
    )


def _restorable(event: "Event", registration: "Registration") -> set[int]:
    gone = {
        one.id for one in registration.attendees if one.status is AttendeeStatus.CANCELLED and one.erased_at is None
    }
    return gone - queries.own_data.list_cancelled_by_team(event.id, sorted(gone))


def _shares(event: "Event", attendee: "Attendee") -> tuple[str, str]:
    assert attendee.ticket is not None  # noqa: S101  only tickets are shared
    message = _(
        "%(event)s, ticket of %(name)s: %(address)s",
        event=event.title.pick(event.languages).value,
        name=names.public_name(attendee.name),
        address=f"{config.current().public_url}{url_for('public.ticket.show', code=attendee.ticket.code)}",
    )
    return f"https://wa.me/?text={quote(message)}", f"sms:?&body={quote(message)}"


def done(secret: str, what: str) -> BaseResponse:
    """Back to the contact's page, which says what was done."""
    return redirect(url_for("public.registration.show", secret=secret, done=what), 303)


def _own(secret: str) -> "Registration":
    """The registration of a link; what is said from now on is in its language. Raises NotFound."""
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    return registration


def own_attendee(secret: str, attendee_id: int) -> "Attendee":
    """A person on the registration of a link, spoken of in its language. Raises NotFound."""
    registration = _own(secret)
    found = next((one for one in registration.attendees if one.id == attendee_id), None)
    if found is None or found.erased_at is not None:
        raise NotFound(attendee_id)
    return found


@bp.post("/r/<secret>/offer")
def answer_offer(secret: str) -> BaseResponse | tuple[str, int]:
    """Takes the places that are offered, or does not."""
    registration_id = _own(secret).id
    said = request.form.get("answer")
    try:
        if said not in ("yes", "no"):
            raise Refused("choice_invalid")
        if said == "no":
            services.waiting_list.decline(registration_id)
            return done(secret, "declined")
        services.waiting_list.accept(registration_id)
    except Refused as refused:
        status = 422 if refused.code == "choice_invalid" else 409
        return page(secret, Wrong(refusals.sentence(refused))), status
    return done(secret, "accepted")


@bp.post("/r/<secret>/still-coming")
def still_coming(secret: str) -> BaseResponse:
    """Says once more that everybody comes."""
    services.no_show.confirm(_own(secret).id)
    return done(secret, "still-coming")


@bp.post("/r/<secret>/language")
def set_language(secret: str) -> BaseResponse | tuple[str, int]:
    """Sets the language of the tickets, the messages and this page."""
    code = request.form.get("language", "")
    try:
        services.contact.set_language(_own(secret).id, code)
    except Refused as refused:
        return page(secret, Wrong(refusals.sentence(refused))), 422
    reader.ask(code)
    return done(secret, "language")


@bp.post("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/name")
def rename(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Corrects a name; the ticket stays good."""
    own_attendee(secret, attendee_id)
    typed = request.form.get("name", "")
    try:
        services.attendee.rename(attendee_id, typed)
    except Refused as refused:
        return page(secret, Wrong(refusals.sentence(refused), attendee_id, typed[:KEPT])), 422
    return done(secret, "name")


@bp.post("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/give-back")
def give_back(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Gives a place back, for someone else to have."""
    own_attendee(secret, attendee_id)
    try:
        services.attendee.cancel(attendee_id)
    except Refused as refused:
        return page(secret, Wrong(refusals.sentence(refused), attendee_id)), 409
    return done(secret, "given-back")


@bp.post("/r/<secret>/attendees/<int(max=2147483647):attendee_id>/take-back")
def restore(secret: str, attendee_id: int) -> BaseResponse | tuple[str, int]:
    """Takes back that a place was given back, while there are seats."""
    own_attendee(secret, attendee_id)
    try:
        services.attendee.restore(attendee_id)
    except Refused as refused:
        return page(secret, Wrong(refusals.sentence(refused), attendee_id)), 409
    return done(secret, "taken-back")
