"""What tickets open: the entrances of the venue and of sessions, distributions, and a rehearsal."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from eventapp import language, queries, services
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import checkpoint as rules
from eventapp.rules import texts
from eventapp.rules.vocabulary import CheckpointKind, Policy, SessionKind
from eventapp.services.checkpoint import CheckpointFacts
from eventapp.web.forms import (
    ChoiceField,
    FormIdField,
    InstantField,
    LineField,
    LocalizedField,
    StaffForm,
    TicksField,
)
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.checkin import Checkpoint

bp = Blueprint("checkpoint", __name__)

POLICIES = {
    Policy.SINGLE: N_("The second time within a half-day the phone says “already in”. For lunch, kits, strict doors."),
    Policy.RETURNS: N_(
        "Coming back later is green, “welcome back”; within ten minutes it is not: the ticket may have been handed on."
    ),
    Policy.IN_OUT: N_(
        "Ways in and ways out are scanned, and it shows who is inside now. For headsets: given, given back, once more."
    ),
}
"""What each policy does, in the words of a door."""


class CheckpointForm(StaffForm):
    """An entrance."""

    form_id = FormIdField()
    name = LocalizedField(
        N_("Name"),
        required=True,
        missing="name_missing",
        max_length=texts.MAX_LINE,
        description=N_("As people at the door call it: “Main gate”, “Lunch”, “Room B”."),
    )
    kind = ChoiceField(N_("What for"))
    session = ChoiceField(N_("Session"), description=N_("For the door of a session: which one."))
    needs_seat = BooleanField(
        N_("Only for those who have a seat in this session"),
        description=N_(
            "For sessions with limited seats: others hear that they have none, and which entrance is theirs."
        ),
    )
    policy = ChoiceField(N_("How often"), default=Policy.RETURNS.value)
    opens_at = InstantField(N_("Opens"), description=N_("Left empty: at any time."))
    closes_at = InstantField(N_("Closes"))
    times = LineField(
        N_("Half-days begin at"),
        description=N_("Everybody counts anew from these times of day, on each day: “08:00 14:00”. May stay empty."),
    )
    types = TicksField(N_("For these categories only"), description=N_("None ticked: for all of them."))


@bp.get("/<slug>/entrances")
def index(slug: str) -> str:
    """All of them, in the organizer's order."""
    return render_template(
        "organizer/checkpoint_list.html",
        rows=queries.checkpoint.list_at_desk(g.event.id),
        types={one.id: one for one in queries.registration.list_ticket_types(g.event.id)},
        rooms=queries.programme.list_rooms(g.event.id),
        has_programme=queries.release.find_last(g.event.id) is not None,
        times={row.id: _times(row) for row in queries.checkpoint.list_of_event(g.event.id)},
    )


def _times(row: "Checkpoint") -> str:
    return " ".join(f"{at:%H:%M}" for at in rules.times_of(row.periods, g.event.timezone))


@bp.route("/<slug>/entrances/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """A further one."""
    form = CheckpointForm()
    _prepare(form)
    if _is_proposal(form):
        return _page(form, None)

    def change() -> None:
        services.checkpoint.add(g.event.id, _facts(form, None), account_id=frame.me(), form_id=form.form_id.data)

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return _page(form, None)


@bp.route(f"/<slug>/entrances/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them, with what phones said about when it is open."""
    row = queries.checkpoint.get(g.event.id, row_id)
    chosen = [str(type_id) for type_id in row.ticket_type_ids]
    form = CheckpointForm(obj=row, session=str(row.session_id or ""), times=_times(row), types=chosen)
    _prepare(form)
    if _is_proposal(form):
        return _page(form, row)

    def change() -> None:
        services.checkpoint.change(g.event.id, row_id, _facts(form, row), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return _page(form, row)


def _prepare(form: CheckpointForm) -> None:
    sessions = queries.programme.list_sessions(g.event.id)
    form.kind.choices = words.choices(CheckpointKind)
    form.policy.choices = words.choices(Policy)
    form.session.choices = [
        ("", "—"),
        *(
            (str(one.id), _session_name(one.title, one.starts_at))
            for one in sessions
            if one.kind is not SessionKind.BREAK
        ),
    ]
    types = queries.registration.list_ticket_types(g.event.id)
    form.types.choices = [(str(one.id), str(one.name)) for one in types]
    form.opens_at.zone = form.closes_at.zone = g.event.timezone


def _session_name(title: language.LocalizedText, starts_at: datetime | None) -> str:
    when = language.short_moment(language.local(starts_at, g.event.timezone)) if starts_at is not None else ""
    return " · ".join(filter(None, (when, str(title))))


def _is_proposal(form: CheckpointForm) -> bool:
    """Whether the button asked for half-days by the programme; then they stand in the box, and nothing is saved."""
    if "propose" not in request.form:
        return False
    slots = [
        (one.starts_at, one.ends_at, one.kind is SessionKind.BREAK)
        for one in queries.programme.list_sessions(g.event.id)
        if one.starts_at is not None and one.ends_at is not None and one.cancelled_at is None
    ]
    proposed = rules.proposed_times(slots, g.event.timezone)
    form.times.data = " ".join(f"{at:%H:%M}" for at in proposed) or form.times.data
    if not proposed:
        form.times.errors = [_("The programme has no break of half an hour or more in the middle of a day.")]
    return True


def _page(form: CheckpointForm, row: "Checkpoint | None") -> Answer:
    return frame.page(
        "checkpoint_form.html",
        form,
        row=row,
        policies=[(words.word(policy), _(text)) for policy, text in POLICIES.items()],
        said=queries.window.list_of_checkpoint(row.id) if row is not None else [],
        current_id=queries.window.id_that_counts(row) if row is not None else "",
    )


def _facts(form: CheckpointForm, row: "Checkpoint | None") -> CheckpointFacts:
    """What the form says. Half-days that were left as they are stay as they are kept."""
    typed = form.times.data or ""
    if row is not None and typed == _times(row):
        periods = [datetime.fromisoformat(at) for at in row.periods]
    else:
        event = g.event
        periods = rules.each_day(rules.read_times(typed), event.starts_at, event.ends_at, event.timezone)
    return CheckpointFacts(
        name=form.name.data,
        kind=CheckpointKind(form.kind.data),
        policy=Policy(form.policy.data),
        session_id=int(form.session.data) if form.session.data else None,
        needs_seat=form.needs_seat.data,
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        periods=periods,
        ticket_type_ids={int(type_id) for type_id in form.types.data or ()},
    )


@bp.post(f"/<slug>/entrances/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    services.checkpoint.move(g.event.id, row_id, frame.steps())
    return frame.done(_("Moved."), ".index")


@bp.route(f"/<slug>/entrances/<{ID}:row_id>/close", methods=["GET", "POST"])
def close(slug: str, row_id: int) -> Answer:
    """Asks, then closes one for good, or until the desk opens it again."""
    row = queries.checkpoint.get(g.event.id, row_id)
    return frame.confirm(
        lambda: services.checkpoint.close(g.event.id, row_id, account_id=frame.me()),
        question=_("Close “%(name)s”?", name=str(row.name)),
        consequences=[
            _("From now on nobody is let in there. Who was let in stays let in."),
            _("Phones cannot open it again; you can, here."),
        ],
        button=_("Close this entrance"),
        back=url_for(".index", slug=slug),
        message=_("Closed."),
    )


@bp.post(f"/<slug>/entrances/<{ID}:row_id>/reopen")
def reopen(slug: str, row_id: int) -> BaseResponse:
    """Opens a closed one again."""
    services.checkpoint.reopen(g.event.id, row_id, account_id=frame.me())
    return frame.done(_("Open again."), ".index")


@bp.route(f"/<slug>/entrances/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then takes one away at which nothing has happened."""
    row = queries.checkpoint.get(g.event.id, row_id)
    return frame.confirm(
        lambda: services.checkpoint.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=str(row.name)),
        consequences=[_("Only an entrance where nobody was let in and no phone stands can be removed.")],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post("/<slug>/entrances/for-sessions")
def for_sessions(slug: str) -> BaseResponse:
    """Makes the doors of many sessions at once."""
    which = request.form.get("which", "")
    made = services.checkpoint.add_for_sessions(
        g.event.id,
        room_id=min(int(which), 2**31 - 1) if which.isascii() and which.isdecimal() else None,
        with_seats_only=which == "seats",
        account_id=frame.me(),
    )
    said = ngettext("%(num)s entrance was added.", "%(num)s entrances were added.", made)
    return frame.done(said if made else _("Each of these sessions has its entrance already."), ".index")
