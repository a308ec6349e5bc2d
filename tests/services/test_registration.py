"""Registering: seats, waiting, giving back."""

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.models.registration import Attendee
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def statuses(event_id):
    return list(db.session.scalars(select(Attendee.status).where(Attendee.event_id == event_id).order_by(Attendee.id)))


def test_register_gives_a_seat_and_a_ticket():
    forum = people.stage(capacity=2)
    registration = queries.registration.get(people.register(forum.event_id))
    assert statuses(forum.event_id) == ["confirmed"]
    assert len(registration.attendees[0].ticket.code) == 13


def test_full_event_puts_a_whole_party_on_the_waiting_list():
    forum = people.stage(capacity=2)
    people.register(forum.event_id, "Ada")
    people.register(forum.event_id, "Bintou", "Cheick")
    assert statuses(forum.event_id) == ["confirmed", "waitlisted", "waitlisted"]


def test_place_given_back_goes_to_the_first_party_that_fits():
    forum = people.stage(capacity=1)
    first = queries.registration.get(people.register(forum.event_id, "Ada"))
    people.register(forum.event_id, "Bintou", "Cheick")
    people.register(forum.event_id, "Djénéba")
    services.attendee.cancel(first.attendees[0].id)
    assert statuses(forum.event_id) == ["cancelled", "waitlisted", "waitlisted", "offered"]


def test_party_over_the_limit_is_refused():
    forum = people.stage(max_party=1)
    with pytest.raises(Refused) as refused:
        people.register(forum.event_id, "Ada", "Bintou")
    assert refused.value.code == "party_too_large"
