"""Seats in sessions: taken and given back, each under the event's lock, so that none is given twice.

A session that does not take place gives no seats, and keeps those it gave for the day it is restored: its people hear
of it as they hear of every change to their programme.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.models.programme import EventSession
from eventapp.models.registration import Attendee
from eventapp.models.session_seat import SessionSeat, SessionSignUp
from eventapp.models.version import touch
from eventapp.rules import agenda as agenda_rules
from eventapp.rules import session_seat as rules
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind, EventState, SessionKind, SessionSeatStatus
from eventapp.services import agenda, audit, delivery

CONFIRMED, WAITLISTED, CANCELLED = (
    SessionSeatStatus.CONFIRMED,
    SessionSeatStatus.WAITLISTED,
    SessionSeatStatus.CANCELLED,
)


@transactional
def set_seats(event_id: int, session_id: int, seats: int | None, *, account_id: int | None = None) -> None:
    """Sets how many seats a session has; None: anybody may come, and nobody has a seat any more.

    More seats go to those who wait; with fewer nobody loses theirs. When a session is for anybody, those who waited are
    told that they can come, and its doors ask for no seat. Raises NotFound, and Refused with ``seats_out_of_range`` or
    ``break_has_no_seats``.
    """
    queries.event.lock(event_id)
    session = queries.programme.get_session_by_id(event_id, session_id)
    if seats is not None and not 0 <= seats <= rules.MAX_SEATS:
        raise Refused("seats_out_of_range", field="seats", max=rules.MAX_SEATS)
    if seats is not None and session.kind is SessionKind.BREAK:
        raise Refused("break_has_no_seats", field="seats")
    sign_up = queries.session_seat.find(event_id, session_id)
    if (sign_up.seats if sign_up is not None else None) == seats:
        return
    if seats is None:
        assert sign_up is not None  # noqa: S101  None and None is the same
        _give(session, queries.session_seat.list_waiting(session_id))
        db.session.flush()
        for attendee in queries.session_seat.list_seated(session_id):
            touch(attendee)
        for door in queries.checkpoint.list_of_session(session_id):
            door.needs_seat = False
        db.session.delete(sign_up)
    elif sign_up is None:
        label = rules.label(seats, 0)
        db.session.add(SessionSignUp(session_id=session_id, event_id=event_id, seats=seats, fill=label))
    else:
        sign_up.seats = seats
        _settle(sign_up)
    audit.record(
        "session_seat.set_seats", f"session:{session_id}", event_id=event_id, account_id=account_id, seats=seats
    )


@transactional
def choose(registration_id: int, wanted: Mapping[int, Collection[int]], among: Collection[int]) -> None:
    """Gives the people of a registration exactly the seats they want in the sessions ``among`` which they chose.

    ``wanted``: ids of sessions by the id of the attendee. Where no seat is free one waits; what is not wanted any more
    goes to whoever waits. Sent twice it changes nothing; what cannot be had, as the form may be older than the
    programme, is left out. Raises NotFound.
    """
    event = queries.event.lock(queries.registration.get(registration_id).event_id)
    if event.state is not EventState.PUBLISHED:
        return
    people = [one for one in queries.registration.list_people(registration_id) if _has_place(one)]
    programme = agenda_rules.choosable(queries.programme.list_programme(event.id), among)
    released = {session.id for session in programme if session.id in set(among)}
    for session_id in sorted(released & set(queries.session_seat.labels(event.id))):
        for attendee in people:
            if session_id in wanted.get(attendee.id, ()):
                _take(event.id, session_id, attendee, None)
            else:
                _leave(event.id, session_id, attendee.id, None)
        if session_id not in queries.session_seat.sessions_with_seat(registration_id):
            agenda.take_off(registration_id, session_id)


@transactional
def take(event_id: int, session_id: int, attendee_id: int, *, account_id: int) -> SessionSeatStatus:
    """Gives somebody a seat by hand, or a place on the waiting list where none is free; says which. Twice is once.

    Raises NotFound, and Refused with ``not_at_event`` or ``session_takes_nobody``.
    """
    queries.event.lock(event_id)
    attendee = queries.registration.get_attendee_in(event_id, attendee_id)
    if queries.session_seat.find(event_id, session_id) is None:
        raise NotFound(session_id)
    if not _has_place(attendee):
        raise Refused("not_at_event")
    seat = _take(event_id, session_id, attendee, account_id)
    if seat is None:
        raise Refused("session_takes_nobody")
    return seat.status


@transactional
def leave(event_id: int, session_id: int, attendee_id: int, *, account_id: int | None = None) -> None:
    """Takes somebody out of a session, or off its waiting list; the seat goes to whoever waits. Twice changes nothing.

    Raises NotFound.
    """
    queries.event.lock(event_id)
    queries.registration.get_attendee_in(event_id, attendee_id)
    _leave(event_id, session_id, attendee_id, account_id)


@transactional
def release(attendee_id: int) -> None:
    """Ends all seats of somebody whose place at the event is no more; they go to those who wait. Twice is once."""
    event_id = queries.registration.get_attendee(attendee_id).event_id
    queries.event.lock(event_id)
    for seat in queries.session_seat.of_attendee(attendee_id):
        _leave(event_id, seat.session_id, attendee_id, None)


@transactional
def promote(event_id: int, session_id: int) -> None:
    """Gives the free seats of a session to those who wait: it takes place again, or later."""
    queries.event.lock(event_id)
    sign_up = queries.session_seat.find(event_id, session_id)
    if sign_up is not None:
        _settle(sign_up)


def _has_place(attendee: Attendee) -> bool:
    return attendee.status is AttendeeStatus.CONFIRMED and attendee.erased_at is None


def _take(event_id: int, session_id: int, attendee: Attendee, account_id: int | None) -> SessionSeat | None:
    """The seat of somebody in a session, new unless they have one; None when no seats are given any more."""
    seat = db.session.get(SessionSeat, (attendee.id, session_id))
    if seat is not None and seat.status is not CANCELLED:
        return seat
    session = queries.programme.get_session_by_id(event_id, session_id)
    sign_up = queries.session_seat.find(event_id, session_id)
    now = clock.now()
    if sign_up is None or not rules.is_open(session.cancelled_at, session.ends_at, now):
        return None
    waiting = queries.session_seat.list_waiting(session_id)
    if seat is None:
        seat = SessionSeat(attendee_id=attendee.id, session_id=session_id, event_id=event_id)
        db.session.add(seat)
    seat.status = WAITLISTED
    seat.status_at = rules.queued_at(now, waiting[-1].status_at if waiting else None)
    audit.record("session_seat.take", f"attendee:{attendee.id}", event_id=event_id, account_id=account_id)
    _settle(sign_up, newcomer=attendee.id)
    return seat


def _leave(event_id: int, session_id: int, attendee_id: int, account_id: int | None) -> None:
    seat = db.session.get(SessionSeat, (attendee_id, session_id))
    if seat is None or seat.status is CANCELLED:
        return
    if seat.status is CONFIRMED:
        touch(queries.registration.get_attendee(attendee_id))
    seat.status, seat.status_at = CANCELLED, clock.now()
    audit.record("session_seat.leave", f"attendee:{attendee_id}", event_id=event_id, account_id=account_id)
    db.session.flush()
    registration_id = queries.registration.get_attendee(attendee_id).registration_id
    if session_id not in queries.session_seat.sessions_with_seat(registration_id):
        agenda.take_off(registration_id, session_id)
    promote(event_id, session_id)


def _settle(sign_up: SessionSignUp, *, newcomer: int | None = None) -> None:
    """Gives free seats to those who wait, and writes the label when it is another one. ``newcomer`` sees on the page
    what they got, and is not told."""
    db.session.flush()
    session = queries.programme.get_session_by_id(sign_up.event_id, sign_up.session_id)
    taken = queries.session_seat.numbers(sign_up.event_id, sign_up.session_id)[sign_up.session_id].taken
    if rules.is_open(session.cancelled_at, session.ends_at, clock.now()):
        waiting = queries.session_seat.list_waiting(sign_up.session_id)
        by_id = {seat.attendee_id: seat for seat in waiting}
        chosen = [by_id[one] for one in rules.next_ones(list(by_id), sign_up.seats, taken)]
        _give(session, chosen, newcomer=newcomer)
        taken += len(chosen)
    label = rules.label(sign_up.seats, taken)
    if sign_up.fill is not label:  # public pages are made anew with every change of this row
        sign_up.fill = label
    db.session.flush()


def _give(session: EventSession, seats: Collection[SessionSeat], *, newcomer: int | None = None) -> None:
    at: datetime = clock.now()
    for seat in seats:
        seat.status, seat.status_at = CONFIRMED, at
        attendee = queries.registration.get_attendee(seat.attendee_id)
        touch(attendee)  # doors that ask for the seat know of it by the person
        registration_id = attendee.registration_id
        agenda.put_on(registration_id, session.id)
        if seat.attendee_id != newcomer:
            delivery.queue(registration_id, DeliveryKind.SESSION_SEAT, session_id=session.id)
