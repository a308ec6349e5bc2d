"""Phones at the doors, and the entries that a person should look at."""

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import readiness
from eventapp.rules.vocabulary import Direction, Outcome
from eventapp.services.device import NewPhone
from eventapp.web.forms import ChoiceField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame, private_link, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("checkin", __name__)


class PhoneForm(StaffForm):
    """A phone that someone will hold at a door."""

    form_id = FormIdField()
    name = LineField(
        N_("Name"), max_length=120, description=N_("Whose phone, or where it stands: “Door A”, “Awa's phone”.")
    )
    checkpoint = ChoiceField(N_("Entrance"))
    room = ChoiceField(
        N_("Room"),
        description=N_("At a room the phone turns by itself to the session that runs there; elsewhere leave it empty."),
    )
    door = LineField(
        N_("Door"), max_length=120, description=N_("If an entrance has several doors: which one. May stay empty.")
    )
    direction = ChoiceField(N_("Direction"), default=Direction.ENTRY.value)


class OutcomeForm(StaffForm):
    """What was found out about an entry."""

    outcome = ChoiceField()


@bp.get("/<slug>/phones")
def phones(slug: str) -> str:
    """All phones of the event: whether each is ready, when it was last heard of, and what it still has to send."""
    return render_template(
        "organizer/phone_list.html",
        rows=[
            (device, checkpoint, readiness.read(device.health))
            for device, checkpoint in queries.device.list_of_event(g.event.id)
        ],
        teams=queries.team_link.list_of_event(g.event.id),
        version=queries.door_list.version(g.event.id),
        now=clock.now(),
    )


@bp.route("/<slug>/phones/new", methods=["GET", "POST"])
def add_phone(slug: str) -> Answer:
    """A further phone; the page that follows shows the link that prepares it."""
    form = PhoneForm()
    form.checkpoint.choices = [
        (str(c.id), str(c.name)) for c in queries.checkpoint.list_of_event(g.event.id) if c.closed_at is None
    ]
    form.direction.choices = words.choices(Direction)
    rooms = queries.programme.list_rooms(g.event.id)
    form.room.choices = [("", "—"), *((str(room.id), str(room.name)) for room in rooms)]
    made: list[NewPhone] = []

    def change() -> None:
        made.append(
            services.device.add(
                g.event.id,
                form.name.data or "",
                checkpoint_id=int(form.checkpoint.data),
                door=form.door.data or "",
                direction=Direction(form.direction.data),
                room_id=int(form.room.data) if form.room.data else None,
                by_account_id=frame.me(),
                form_id=form.form_id.data,
            )
        )

    if frame.attempt(form, change):
        return _show_link(made[0], _("Added."))
    return frame.page("phone_new.html", form)


def _show_link(phone: NewPhone, message: str) -> BaseResponse:
    """Leads to the phone's page."""
    private_link.remember("pair", phone.device_id, phone.pair_secret)
    return frame.done(message, ".phone", device_id=phone.device_id)


@bp.get(f"/<slug>/phones/<{ID}:device_id>")
def phone(slug: str, device_id: int) -> str:
    """One phone; right after its link was made, the link and its square."""
    row = queries.device.get(g.event.id, device_id)
    is_open = row.pair_expires_at is not None and row.pair_expires_at > clock.now()
    link = private_link.recall("pair", device_id, row.pair_hash) if is_open else None
    return render_template(
        "organizer/phone_show.html",
        row=row,
        checkpoint=queries.checkpoint.find(g.event.id, row.checkpoint_id),
        room=queries.programme.get_room(g.event.id, row.room_id) if row.room_id else None,
        ready=readiness.read(row.health),
        version=queries.door_list.version(g.event.id),
        link=link,
        square=private_link.square(link),
    )


@bp.post(f"/<slug>/phones/<{ID}:device_id>/link")
def renew_link(slug: str, device_id: int) -> BaseResponse:
    """A new link for a phone that is to be prepared, or prepared again."""
    made = services.device.renew_link(g.event.id, device_id, by_account_id=frame.me())
    return _show_link(made, _("The new link is ready."))


@bp.route(f"/<slug>/phones/<{ID}:device_id>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str, device_id: int) -> Answer:
    """Asks, then withdraws a phone."""
    row = queries.device.get(g.event.id, device_id)
    return frame.confirm(
        lambda: services.device.revoke(g.event.id, device_id, by_account_id=frame.me()),
        question=_("Withdraw “%(name)s”?", name=row.name),
        consequences=[
            _("The phone gets no more names, and erases those it has when it is next heard of."),
            _("Entries that it sent before still count. Those that it sends later are kept aside, not lost."),
        ],
        button=_("Withdraw the phone"),
        back=url_for(".phones", slug=slug),
        message=_("The phone is withdrawn."),
    )


@bp.get("/<slug>/entries-to-check")
def conflicts(slug: str) -> str:
    """Entries on which two doors, or a door and the list, disagree: those that nobody has settled, or the others."""
    counts = queries.conflict.count(g.event.id)
    is_settled = request.args.get("show") == "settled"
    last = max(1, -(-counts[is_settled] // queries.conflict.PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/conflict_list.html",
        rows=queries.conflict.list_of_event(g.event.id, settled=is_settled, page=page),
        counts=counts,
        is_settled=is_settled,
        page=page,
        last=last,
        outcomes=words.choices(Outcome),
    )


@bp.post("/<slug>/entries-to-check/<scan_id>")
def settle(slug: str, scan_id: str) -> Answer:
    """Notes what was found out about an entry."""
    form = OutcomeForm()
    form.outcome.choices = words.choices(Outcome)

    def change() -> None:
        services.conflict.settle(g.event.id, scan_id, Outcome(form.outcome.data), account_id=frame.me())

    was_settled = queries.conflict.get(g.event.id, scan_id).settled_at is not None
    back = {"show": "settled"} if was_settled else {}
    if frame.attempt(form, change):
        return frame.done(_("Noted."), ".conflicts", **back)
    return frame.done(" ".join(form.outcome.errors), ".conflicts", **back)


@bp.post("/<slug>/entries-to-check/<scan_id>/reopen")
def reopen(slug: str, scan_id: str) -> Answer:
    """Takes back what was noted: a click that went wrong."""
    services.conflict.reopen(g.event.id, scan_id, account_id=frame.me())
    return frame.done(_("It is to be checked again."), ".conflicts")
