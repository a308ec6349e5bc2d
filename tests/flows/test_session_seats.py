"""A session's seats under a race, and in every order of events: never oversold, nobody overtaken, nobody lost."""

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import SessionSeatStatus
from eventapp.services.programme import SessionFacts
from tests import people, races

HAS, WAITS = SessionSeatStatus.CONFIRMED, SessionSeatStatus.WAITLISTED
CLIENTS = 8
EACH = 15


def workshop(event_id: int, seats: int) -> int:
    """A released session with so many seats."""
    facts = SessionFacts(title=LocalizedText(fr="Atelier"), starts_at=people.STARTS, ends_at=people.ENDS)
    session_id = services.programme.add_session(event_id, facts).id
    services.session_seat.set_seats(event_id, session_id, seats)
    services.release.release(event_id)
    return session_id


def ask(app: Flask, number: int) -> int:
    """One client: its fifteen people ask for a seat, one after the other; the first of all asks twice."""
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        [session_id] = queries.session_seat.labels(event.id)
        everybody = queries.registration.list_attendees(event.id, "", None, offset=0, limit=CLIENTS * EACH)
        mine = [(one.registration_id, one.id) for one in everybody[number::CLIENTS]]
        for registration_id, attendee_id in [*mine, mine[0]]:
            services.session_seat.choose(registration_id, {attendee_id: [session_id]}, [session_id])
        return len(mine)


def test_a_hundred_and_twenty_people_for_forty_seats(app: Flask) -> None:
    with app.app_context():
        forum = people.stage(capacity=None)
        session_id = workshop(forum.event_id, 40)
        for number in range(CLIENTS * EACH):
            people.register(forum.event_id, f"Invité {number}")

    assert races.at_once(app, ask) == [EACH] * CLIENTS

    with app.app_context():
        listed = queries.session_seat.list_people(forum.event_id, session_id)
        assert [one.status for one in listed] == [HAS] * 40 + [WAITS] * 80
        waiting = [one for one in listed if one.status is WAITS]
        numbers = [queries.session_seat.of_registration(one.attendee.registration_id)[0].number for one in waiting]
        assert numbers == list(range(1, 81))
        assert len({one.since for one in waiting}) == 80
        assert max(one.since for one in listed[:40]) < waiting[0].since


class Seats(RuleBasedStateMachine):
    """One session and six people, as a list of who sits and a list of who waits."""

    def __init__(self) -> None:
        super().__init__()
        self.forum = people.stage(f"forum-{next(people._numbers)}", capacity=None)
        self.session_id = workshop(self.forum.event_id, 2)
        self.seats, self.is_cancelled = 2, False
        self.people: dict[int, int] = {}
        for number in range(6):
            registration_id = people.register(self.forum.event_id, f"Invité {number}")
            self.people[queries.registration.list_people(registration_id)[0].id] = registration_id
        self.sitting: set[int] = set()
        self.waiting: list[int] = []

    def settle(self) -> None:
        while not self.is_cancelled and self.waiting and len(self.sitting) < self.seats:
            self.sitting.add(self.waiting.pop(0))

    def choose(self, who: int, *, wants: bool) -> None:
        wanted = [self.session_id] if wants else []
        services.session_seat.choose(self.people[who], {who: wanted}, [self.session_id])

    @rule(data=st.data())
    def take(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.people)))
        self.choose(who, wants=True)
        if who not in self.sitting and who not in self.waiting and not self.is_cancelled:
            self.waiting.append(who)
        self.settle()

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.people)))
        self.choose(who, wants=False)
        self.gone(who)

    @rule(data=st.data())
    @precondition(lambda self: len(self.people) > 1)
    def cancel_attendee(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(sorted(self.people)))
        services.attendee.cancel(who)
        del self.people[who]
        self.gone(who)

    def gone(self, who: int) -> None:
        self.sitting.discard(who)
        self.waiting = [one for one in self.waiting if one != who]
        self.settle()

    @rule(seats=st.integers(0, 5))
    def change_number(self, seats: int) -> None:
        services.session_seat.set_seats(self.forum.event_id, self.session_id, seats)
        self.seats = seats
        self.settle()

    @rule()
    def cancel_or_restore_session(self) -> None:
        change = services.programme.restore_session if self.is_cancelled else services.programme.cancel_session
        change(self.forum.event_id, self.session_id)
        self.is_cancelled = not self.is_cancelled
        self.settle()

    @invariant()
    def everybody_stands_where_they_should(self) -> None:
        listed = queries.session_seat.list_people(self.forum.event_id, self.session_id)
        assert {one.attendee.id for one in listed if one.status is HAS} == self.sitting
        assert [one.attendee.id for one in listed if one.status is WAITS] == self.waiting
        for who in self.sitting:
            assert self.session_id in queries.agenda.session_ids(self.people[who])


@pytest.mark.usefixtures("context")
def test_seats_of_a_session_in_every_order() -> None:
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
