"""Everything that can happen to seats, in any order: none is promised twice, nobody is overtaken, nobody is lost.

The machine does what guests, organizers and the clock do, at random, and after each step looks at the whole event.
``make soak`` lets it run for longer.
"""

import itertools
import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, SeatPool, TicketType
from eventapp.rules import waiting_list as rules
from eventapp.rules.seats import Waiting
from eventapp.rules.vocabulary import SEATED, AttendeeStatus, TicketKind, TypeAccess
from eventapp.services.registration import Booking, Person
from tests import lists, people
from tests.conftest import NOON

EXAMPLES = int(os.environ.get("EVENTAPP_SOAK_EXAMPLES", "12"))
STEPS = 30
_numbers = itertools.count(1)

sizes = st.integers(1, 4)
some = st.integers(0, 10_000)
"""Picks one of those there are, whatever their number."""


class Seats(RuleBasedStateMachine):
    """One event with a limit of its own, a public category, and two more that share a pool."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.expected = 0
        self.waited: list[Waiting] = []
        self.invitations: list[int] = []
        clock.now = lambda: self.now  # put back by the test

    @initialize(
        capacity=st.integers(1, 5),
        has_list=st.sampled_from([True, True, True, False]),
        hours=st.sampled_from([24, 1, None]),
        parties=st.lists(sizes, min_size=3, max_size=9),
    )
    def stage(self, capacity: int, has_list: bool, hours: int | None, parties: list[int]) -> None:
        staged = people.stage(f"machine-{next(_numbers)}", capacity=capacity, max_party=4)
        self.event_id, self.owner_id = staged.event_id, staged.owner_id
        event = db.session.get_one(Event, self.event_id)
        event.waiting_list, event.offer_hours = has_list, hours
        pool = SeatPool(event_id=self.event_id, name="Balcony", capacity=3)
        db.session.add(pool)
        db.session.flush()
        db.session.add_all(
            [
                TicketType(event_id=self.event_id, kind=TicketKind.PRESS, name=LocalizedText(fr="Presse"), position=1,
                           capacity=2, pool_id=pool.id),
                TicketType(event_id=self.event_id, kind=TicketKind.INVITED, name=LocalizedText(fr="Invités"),
                           position=2, pool_id=pool.id, needs_approval=True),
                TicketType(event_id=self.event_id, kind=TicketKind.STAFF, name=LocalizedText(fr="Équipe"), position=3,
                           access=TypeAccess.STAFF),
            ]
        )  # fmt: skip
        db.session.commit()
        self.types = [row.id for row in queries.registration.list_ticket_types(self.event_id)]
        for size in parties:  # so that there is somebody who waits from the beginning
            self.now += timedelta(minutes=1)
            self.register(size, 0, by_team=False, email=True)

    def allowed(self, change, *codes):
        """Does it; one of the refusals that are right at some time changes nothing."""
        try:
            return change()
        except Refused as refused:
            assert refused.code in codes, refused.code
            return None

    def pick(self, number: int, *statuses: AttendeeStatus, known: bool = False) -> Attendee | None:
        """One of those who have a status; ``known``: who was not erased."""
        wanted = select(Attendee).where(
            Attendee.event_id == self.event_id, Attendee.status.in_(statuses or list(AttendeeStatus))
        )
        if known:
            wanted = wanted.where(Attendee.erased_at.is_(None))
        found = list(db.session.scalars(wanted.order_by(Attendee.id)))
        return found[number % len(found)] if found else None

    @rule(size=sizes, kind=st.integers(0, 3), by_team=st.booleans(), email=st.booleans())
    def somebody_registers(self, size: int, kind: int, by_team: bool, email: bool) -> None:
        self.register(size, kind, by_team=by_team, email=email)

    def register(self, size: int, kind: int, *, by_team: bool, email: bool) -> None:
        address = "guest@example.org" if email else None
        booking = Booking(
            f"form-{next(_numbers)}", "fr", [Person(f"Guest {n}") for n in range(size)], email=address,
            ticket_type_id=self.types[kind],
        )  # fmt: skip
        by = self.owner_id if by_team else None
        made = self.allowed(
            lambda: services.registration.register(self.event_id, booking, by_account_id=by),
            "full",
            "full_for_party",
            "choice_invalid",
        )
        self.expected += size if made else 0
        if made:
            assert services.registration.register(self.event_id, booking, by_account_id=by).id == made.id

    @rule(number=some)
    def add_person(self, number: int) -> None:
        if (attendee := self.pick(number, known=True)) is not None:
            made = self.allowed(
                lambda: services.registration.add_person(attendee.registration_id, Person("More")),
                "full",
                "party_too_large",
                "invitation_adds",
            )
            self.expected += made is not None

    @rule(number=some)
    def cancel(self, number: int) -> None:
        if (attendee := self.pick(number, *SEATED)) is not None:
            self.allowed(lambda: services.attendee.cancel(attendee.id), "place_is_gone")

    @rule(number=some)
    def cancel_somebody_who_has_no_seat(self, number: int) -> None:
        self.waited = []  # a party that is smaller now may fit
        if (attendee := self.pick(number)) is not None:
            self.allowed(lambda: services.attendee.cancel(attendee.id), "place_is_gone")

    @rule(number=some)
    def restore(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.CANCELLED)) is not None:
            codes = ("full", "place_erased", "party_too_large", "invitation_adds")
            self.allowed(lambda: services.attendee.restore(attendee.id), *codes)

    @rule(number=some)
    def accept(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.OFFERED, AttendeeStatus.WAITLISTED)) is not None:
            self.allowed(lambda: services.waiting_list.accept(attendee.registration_id), "offer_gone")

    @rule(number=some)
    def decline(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.OFFERED)) is not None:
            services.waiting_list.decline(attendee.registration_id)

    @rule(number=some)
    def pass_over(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.OFFERED)) is not None:
            services.waiting_list.pass_over(attendee.registration_id, by_account_id=self.owner_id)

    @rule(number=some)
    def approve(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.PENDING)) is not None:
            services.approval.approve(self.event_id, [attendee.registration_id])

    @rule(number=some)
    def reject(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.PENDING)) is not None:
            services.approval.reject(self.event_id, [attendee.registration_id])

    @rule(number=some)
    def reconsider(self, number: int) -> None:
        if (attendee := self.pick(number, AttendeeStatus.REJECTED)) is not None:
            services.approval.reconsider(self.event_id, attendee.registration_id)

    @rule(number=some)
    def hand_on(self, number: int) -> None:
        if (attendee := self.pick(number, known=True)) is not None:
            name = f"New {next(_numbers)}"
            self.allowed(lambda: services.attendee.hand_on(attendee.id, Person(name)), "place_is_gone")

    @rule(number=some, kind=st.integers(0, 3))
    def change_type(self, number: int, kind: int) -> None:
        self.waited = []  # what a party waits for is no longer what it was
        if (attendee := self.pick(number)) is not None:
            change = services.attendee.change_type
            self.allowed(lambda: change(attendee.id, self.types[kind], by_account_id=self.owner_id), "full")

    @rule(number=some)
    def erase(self, number: int) -> None:
        self.waited = []  # a party that is smaller now may fit
        if (attendee := self.pick(number)) is not None:
            services.erasure.erase(attendee.id)

    @rule(sizes=st.lists(sizes, min_size=1, max_size=3))
    def import_groups(self, sizes: list[int]) -> None:
        rows = [(f"Listed {next(_numbers)}", f"G{group}") for group, size in enumerate(sizes) for _ in range(size)]
        entries = lists.read(self.event_id, lists.csv(("Nom", "Groupe"), *rows)).entries
        made = self.allowed(lambda: services.attendee_import.import_attendees(self.event_id, entries), "list_is_full")
        if made:
            seated, waiting, there, left_out = lists.counts(made)
            assert seated + waiting + there + left_out == len(rows)
            self.expected += seated + waiting

    @rule(places=st.integers(1, 3), held=st.integers(0, 3), hours=st.integers(1, 60))
    def invite(self, places: int, held: int, hours: int) -> None:
        name, reply_by = f"Invitee {next(_numbers)}", self.now + timedelta(hours=hours)
        facts = {"places": places, "held": min(held, places), "reply_by": reply_by if held else None}
        made = self.allowed(lambda: people.invite(self.event_id, name=name, **facts), "hold_full")
        if made:
            self.invitations.append(made)

    @rule(number=some, size=st.integers(1, 3))
    def accept_invitation(self, number: int, size: int) -> None:
        if not self.invitations:
            return
        invitation_id = self.invitations[number % len(self.invitations)]
        names = [Person(f"Invited {next(_numbers)}") for _ in range(size)]
        before = self.count()
        codes = ("invitation_places", "invitation_withdrawn", "full", "full_for_party")
        self.allowed(lambda: services.invitation.accept(invitation_id, names), *codes)
        came = self.count() - before
        assert came in (0, size)
        self.expected += came

    @rule(number=some, ends=st.booleans())
    def refuse_or_withdraw_invitation(self, number: int, ends: bool) -> None:
        if not self.invitations:
            return
        invitation_id = self.invitations[number % len(self.invitations)]
        if ends:
            services.invitation.withdraw(self.event_id, invitation_id)
        else:
            self.allowed(lambda: services.invitation.decline(invitation_id), "invitation_withdrawn")

    @rule(seats=st.integers(1, 3))
    def more_seats(self, seats: int) -> None:
        event = db.session.get_one(Event, self.event_id)
        services.event.set_places(self.event_id, capacity=(event.capacity or 0) + seats, max_party=4)

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        if self.now < people.STARTS - timedelta(days=6):  # nothing here is about the last days
            self.now += timedelta(hours=hours)
        services.waiting_list.settle(self.event_id)

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        db.session.rollback()
        assert queries.invariants.list_oversold() == []

    @invariant()
    def each_confirmed_person_has_one_good_ticket(self) -> None:
        assert queries.invariants.count_without_one_ticket() == 0
        assert queries.invariants.count_wrong_serials() == 0

    @invariant()
    def nobody_waits_for_a_seat_that_is_free_or_is_overtaken(self) -> None:
        event = db.session.get(Event, getattr(self, "event_id", 0))
        if event is None:
            return
        parties = queries.waiting_list.list_parties(event.id, offered_less_than=rules.MAX_OFFERS)
        waits = {party.registration_id: party.people for party in parties}
        seats = queries.seats.load(event)
        for party in parties:
            assert not seats.fits(party.people)
        # Backwards through the list as it was: whoever still waits did not fit into what those behind them were given.
        for party in reversed(self.waited):
            if waits.get(party.registration_id) == party.people:
                assert not seats.fits(party.people)
            elif party.registration_id not in waits and self.has_seats(party.registration_id):
                for type_id, people_ in party.people.items():
                    seats.take(type_id, -people_)
        self.waited = parties

    def has_seats(self, registration_id: int) -> bool:
        return bool(queries.waiting_list.of_registration(registration_id, AttendeeStatus.OFFERED)) or bool(
            queries.waiting_list.of_registration(registration_id, AttendeeStatus.CONFIRMED)
        )

    @invariant()
    def nobody_is_lost(self) -> None:
        assert self.count() == self.expected

    def count(self) -> int:
        of_event = Attendee.event_id == getattr(self, "event_id", 0)
        return db.session.scalar(select(func.count()).select_from(Attendee).where(of_event)) or 0


@pytest.mark.usefixtures("context")
def test_seats_whatever_happens_in_whatever_order(monkeypatch):
    monkeypatch.setattr(clock, "now", clock.now)  # the machine moves the clock; this puts it back
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes: the steps say enough
        ),
    )
