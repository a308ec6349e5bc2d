"""The events I may see, a new one, and the overview of one: what is missing, how it stands, what to do next."""

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, language, queries, services
from eventapp.language import LANGUAGES, N_
from eventapp.language import gettext as _
from eventapp.rules import concerns
from eventapp.rules import event as rules
from eventapp.rules.access import Right, may
from eventapp.rules.concerns import Kind
from eventapp.rules.vocabulary import EventState
from eventapp.services.event import NewEvent
from eventapp.web import auth
from eventapp.web.forms import ChoiceField, CountField, FormIdField, InstantField, LineField, LocalizedField, StaffForm
from eventapp.web.organizer import frame, move, words
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from eventapp.models.event import Event

bp = Blueprint("event", __name__)

USUAL_ZONE = "Africa/Bamako"
"""Proposed for someone's first event; later ones begin with the zone of the one before."""


class NewEventForm(StaffForm):
    """What is needed to begin an event."""

    form_id = FormIdField()
    title = LocalizedField(N_("Title"), required=True, description=N_("One language is enough to begin with."))
    slug = LineField(
        N_("Address"),
        max_length=80,
        description=N_("The end of the page's address. Left empty, it is made from the title."),
    )
    timezone = ChoiceField(N_("Time zone"), description=N_("The city on whose clocks all times are read."))
    starts_at = InstantField(N_("Start"), description=N_("May stay empty until it is known."))
    ends_at = InstantField(N_("End"))
    capacity = CountField(N_("Seats"), description=N_("Left empty, there is no limit."))


@bp.get("/")
def index() -> str:
    """The events of this account."""
    account = auth.account()
    rows = queries.event.list_for_account(account.account_id, is_admin=account.is_admin)
    now = clock.now()
    return render_template(
        "organizer/event_list.html",
        rows=[
            (event, role, _stage(event), may(role, Right.SEE_DESK, is_admin=account.is_admin)) for event, role in rows
        ],
        taken=queries.seats.count_taken_by_event([event.id for event, _role in rows]),
        now=now,
    )


def _stage(event: "Event") -> rules.Stage:
    return rules.stage(event.state, event.starts_at, event.ends_at, clock.now())


@bp.route("/new", methods=["GET", "POST"])
def add() -> Answer:
    """A new event, as a draft that only its team sees."""
    zone = queries.event.find_last_zone(frame.me()) or USUAL_ZONE
    form = NewEventForm(timezone=zone)
    form.timezone.choices = words.zones(zone)
    form.starts_at.zone = form.ends_at.zone = form.timezone.data if form.timezone.data in rules.zones() else zone
    made: list[Event] = []
    if frame.attempt(form, lambda: made.append(_create(form))):
        return redirect(url_for(".show", slug=made[0].slug), 303)
    return frame.page("event_new.html", form)


def _create(form: NewEventForm) -> "Event":
    first = language.current()
    return services.event.create(
        NewEvent(
            slug=form.slug.data or "",
            title=form.title.data,
            timezone=form.timezone.data,
            languages=[first, *(code for code in LANGUAGES if code != first)],
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            capacity=form.capacity.data,
        ),
        owner_id=frame.me(),
        form_id=form.form_id.data,
    )


@bp.get("/<slug>/")
def show(slug: str) -> str:
    """What is missing, how registration stands, and the one thing to do next."""
    event = g.event
    stage = _stage(event)
    doors = rules.doors(
        stage, event.registration_open, event.registration_opens_at, event.registration_closes_at, clock.now()
    )
    return render_template(
        "organizer/event_show.html",
        stage=stage,
        doors=doors,
        missing=rules.missing(_prepared(event)) if stage is not rules.Stage.FINISHED else [],
        figures=queries.registration.count_by_status(event.id),
        places=queries.event.places(event),
        entered=queries.registration.count_entered(event.id),
        to_check=queries.conflict.count(event.id)[0],
        to_do=queries.waiting_list.to_do(event.id),
        moved=move.waiting(event),
        fields={"title": _("Title"), "theme": _("Theme"), "description": _("Description")},
    )


def _prepared(event: "Event") -> rules.Prepared:
    sessions = queries.programme.list_sessions(event.id)
    found = concerns.among(sessions, queries.timetable.circumstances(event))
    speakers = queries.speaker.list_speakers(event.id)
    return rules.Prepared(
        languages=event.languages,
        texts={"title": event.title, "theme": event.theme, "description": event.description},
        starts_at=event.starts_at,
        has_place=bool(event.venue or event.city),
        has_contact=event.contact_email is not None,
        hosts=len(queries.event.list_organizations(event.id)),
        capacity=event.capacity,
        sessions=len(sessions),
        sessions_without_time=sum(session.starts_at is None for session in sessions),
        sessions_outside=sum(concern.kind is Kind.DAYS for concern in found),
        sessions_half_translated=sum(any(code not in s.title for code in event.languages) for s in sessions),
        clashes=len({(c.session_id, c.other_id) for c in found if c.other_id is not None}),
        unreleased=queries.release.count_unreleased(event.id) if event.state is EventState.PUBLISHED else 0,
        speakers=len(speakers),
        speakers_without_link=sum(speaker.link_hash is None for speaker in speakers),
    )


@bp.post("/<slug>/publish")
def publish(slug: str) -> BaseResponse:
    """Shows the event and its programme to everyone."""
    return frame.tried(
        lambda: services.event.publish(g.event.id, account_id=frame.me()), _("The event is published."), ".show"
    )


@bp.post("/<slug>/registration-open")
def open_registration(slug: str) -> BaseResponse:
    """Opens or closes registration by hand."""
    is_open = request.form.get("open") == "yes"
    services.event.open_registration(g.event.id, is_open, account_id=frame.me())
    return frame.done(_("Registration is open.") if is_open else _("Registration is closed."), ".show")
