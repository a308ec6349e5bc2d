"""What the entrance's pages say of their place: the room, what is handed out, and which door is the right one."""

from typing import TYPE_CHECKING

from eventapp import language, queries
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.queries.door_page import Answered, Desk
from eventapp.rules.vocabulary import CheckpointKind, ScanKind, SessionSeatStatus, Verdict

if TYPE_CHECKING:
    from eventapp.models.checkin import Scan

GIFTS: dict[Verdict, str] = {
    Verdict.ADMITTED: N_("Given"),
    Verdict.ADMITTED_UNLISTED: N_("Given"),
    Verdict.BACK_AGAIN: N_("Given"),
    Verdict.ALREADY_ADMITTED: N_("Already given"),
    Verdict.LEFT: N_("Handed back"),
    Verdict.NOT_INSIDE: N_("Was not given"),
}
"""Headlines where something is handed out, as far as they differ from those of a door."""


def gift(scan: "Scan") -> str:
    """The headline of a scan by which something was to be given or given back; empty for any other."""
    if scan.kind not in (ScanKind.GIVEN, ScanKind.GIVEN_BACK) or scan.verdict not in GIFTS:
        return ""
    return _(GIFTS[scan.verdict])


def room(desk: Desk) -> str:
    """What a phone at a room says of itself: the session it turned to and since when; empty at an entrance."""
    if desk.room is None:
        return ""
    languages = desk.event.languages
    name = desk.room.name.pick(languages).value
    session = queries.checkpoint.released_sessions(desk.event.id).get(desk.checkpoint.session_id or 0)
    if session is None or session.starts_at is None or session.room_id != desk.room.id:
        return _("%(room)s: no session with an entrance", room=name)
    starts = language.time(language.local(session.starts_at, desk.event.timezone))
    return _("%(room)s: %(session)s, %(time)s", room=name, session=session.title.pick(languages).value, time=starts)


def other_door(answered: Answered, desk: Desk) -> str:
    """Why a ticket does not open this entrance, and which ones it opens."""
    place = queries.checkpoint.place_of(desk.checkpoint)
    type_id = answered.ticket_type.id if answered.ticket_type is not None else 0
    if place.session_id is not None and answered.attendee and type_id in (place.ticket_type_ids or [type_id]):
        return _seats(answered.attendee.id, desk)
    names = [
        checkpoint.name.pick(desk.event.languages).value
        for checkpoint in queries.checkpoint.list_of_event(desk.event.id)
        if checkpoint.closed_at is None
        and checkpoint.kind is desk.checkpoint.kind
        and type_id in (checkpoint.ticket_type_ids or [type_id])
    ]
    if not names:
        return _("This ticket does not open this entrance.")
    return _("This ticket is for: %(names)s.", names=", ".join(names))


def _seats(attendee_id: int, desk: Desk) -> str:
    seats = queries.session_seat.of_attendee(attendee_id)
    sessions = {seat.session_id for seat in seats if seat.status is SessionSeatStatus.CONFIRMED}
    names = [
        door.name.pick(desk.event.languages).value
        for door in queries.checkpoint.list_of_event(desk.event.id)
        if door.kind is CheckpointKind.SESSION and door.closed_at is None and door.session_id in sessions
    ]
    if not names:
        return _("No seat in this session.")
    return _("No seat in this session, but in: %(names)s.", names=", ".join(names))
