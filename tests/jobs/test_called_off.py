"""What was stopped, cancelled, unsubscribed from or erased leaves in no way: by mail, by SMS or by hand."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.jobs import deliveries
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import Audience, DeliveryKind, DeliveryState, EventState
from eventapp.services.mailing import MailingFacts
from eventapp.services.registration import Person
from tests import people

pytestmark = pytest.mark.usefixtures("context", "time")

NOTE = LocalizedText(fr="La salle est fermée.", en="The hall is closed.")
PHONE = "+22376543210"


@pytest.fixture
def forum():
    return people.stage()


def states(kind):
    rows = db.session.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id))
    return [row.state.value for row in rows]


def mail_out(app, event_id, kind=DeliveryKind.ANNOUNCEMENT, audience=Audience.GUESTS):
    """Sends an announcement, or another mailing, as far as its messages are written down; returns its id."""
    facts = MailingFacts(
        subject=LocalizedText(fr="La salle"), body=LocalizedText(fr="C’est la salle B."), chosen={"by_hand": True}
    )
    mailing = services.mailing.draft(event_id, kind, audience, facts, form_id="a-mailing")
    services.mailing.send_now(event_id, mailing.id)
    jobs.mailings.work(app.app_context, threading.Event())
    return mailing.id


def register(event_id, **contact):
    """Somebody whose confirmation is out of the way."""
    registration_id = people.register(event_id, "Ada", **contact)
    db.session.execute(delete(Delivery))
    db.session.commit()
    return registration_id


def all_left():
    for message in db.session.scalars(select(Delivery).where(Delivery.state == DeliveryState.QUEUED)):
        message.state, message.attempts = DeliveryState.SENT, 1
    db.session.commit()


def leave(app, post):
    """What the worker sends now; the addresses."""
    deliveries.work(app.app_context, threading.Event())
    return post.recipients


@pytest.fixture
def post(installed, post):
    return post


def test_message_of_a_stopped_mailing_is_not_tried_again(app, forum, time, post):
    register(forum.event_id, email="ada@example.org")
    mailing_id = mail_out(app, forum.event_id)
    [claim] = services.sending.claim(1)
    assert services.sending.begin(claim)
    services.mailing.stop(forum.event_id, mailing_id)
    services.sending.note_failed(claim, "450 later")
    time.forward(timedelta(minutes=2))
    assert leave(app, post) == []
    db.session.expire_all()
    assert states(DeliveryKind.ANNOUNCEMENT) == ["dropped"]


def test_message_of_a_stopped_mailing_that_is_given_back_goes_to_nobody_else(app, forum):
    register(forum.event_id, phone=PHONE)
    mailing_id = mail_out(app, forum.event_id)
    message_id = services.hand_queue.take_next(forum.event_id, people.account("wanda"))
    services.mailing.stop(forum.event_id, mailing_id)
    services.hand_queue.give_back(forum.event_id, message_id, people.account("wanda"))
    assert services.hand_queue.take_next(forum.event_id, people.account("wendy")) is None


def test_stopped_mailing_does_not_come_back_with_its_event(app, forum):
    register(forum.event_id, email="ada@example.org")
    mailing_id = mail_out(app, forum.event_id, DeliveryKind.REMINDER)
    services.cancellation.cancel(forum.event_id, NOTE, tell=False)
    services.mailing.stop(forum.event_id, mailing_id)
    services.cancellation.revive(forum.event_id, tell=False)
    assert states(DeliveryKind.REMINDER) == ["dropped"]


def test_announcement_from_before_a_cancellation_does_not_leave_after_it(app, forum):
    register(forum.event_id, email="ada@example.org")
    mail_out(app, forum.event_id)
    services.cancellation.cancel(forum.event_id, NOTE, tell=False)
    assert states(DeliveryKind.ANNOUNCEMENT) == ["dropped"]


def test_who_unsubscribed_is_not_told_by_hand_either(app, forum):
    registration_id = register(forum.event_id, phone=PHONE)
    mail_out(app, forum.event_id)
    services.unsubscribing.set_unsubscribed(registration_id, True)
    assert services.hand_queue.take_next(forum.event_id, people.account("wanda")) is None
    assert states(DeliveryKind.ANNOUNCEMENT) == ["dropped"]


def test_erased_invitee_is_written_to_no_more_and_no_address_is_kept(app, forum, post):
    invitation_id = people.invite(forum.event_id, name="Awa Diarra", email="awa@example.org")
    services.invitation_letter.send(forum.event_id, invitation_id)
    all_left()
    [letter] = db.session.scalars(select(Delivery))
    letter.state, letter.last_error = DeliveryState.BOUNCED, "550 awa@example.org unknown"
    db.session.commit()
    mail_out(app, forum.event_id, audience=Audience.INVITEES)
    services.invitation.accept(invitation_id, [Person(name="Awa Diarra")])
    services.erasure.erase_all(queries.invitation.get_in(forum.event_id, invitation_id).registration_id)
    assert leave(app, post) == []
    db.session.expire_all()
    kept = [f"{one.address}{one.last_error}" for one in db.session.scalars(select(Delivery))]
    assert not any("awa" in one for one in kept)


def test_form_of_a_cancellation_that_was_taken_back_cancels_no_more(forum):
    register(forum.event_id, email="ada@example.org")
    assert services.cancellation.cancel(forum.event_id, NOTE, tell=True, form_id="a-form") == 1
    services.cancellation.revive(forum.event_id, tell=False, form_id="another")
    assert services.cancellation.cancel(forum.event_id, NOTE, tell=True, form_id="a-form") == 0
    assert queries.event.get(forum.event_id).state is EventState.PUBLISHED


def test_event_that_takes_place_after_all_twice_is_told_once(forum, time):
    register(forum.event_id, email="ada@example.org")
    for _twice in range(2):
        services.cancellation.cancel(forum.event_id, NOTE, tell=True)
        for message in db.session.scalars(select(Delivery).where(Delivery.kind == DeliveryKind.EVENT_CANCELLED)):
            message.state, message.attempts = DeliveryState.SENT, 1
        db.session.commit()
        time.forward(timedelta(minutes=1))
        services.cancellation.revive(forum.event_id, tell=True)
        time.forward(timedelta(minutes=1))
    assert states(DeliveryKind.EVENT_REVIVED).count("queued") == 1


def test_what_a_volunteer_told_while_the_event_was_cancelled_is_told(forum, time):
    registration_id = register(forum.event_id, phone=PHONE)
    services.delivery.queue(registration_id, DeliveryKind.PLACE_FREE)
    wanda = people.account("wanda")
    message_id = services.hand_queue.take_next(forum.event_id, wanda)
    services.cancellation.cancel(forum.event_id, NOTE, tell=False)
    services.hand_queue.sent(forum.event_id, message_id, wanda)
    services.cancellation.revive(forum.event_id, tell=False)
    time.forward(timedelta(minutes=11))
    assert services.hand_queue.take_next(forum.event_id, people.account("wendy")) is None
    assert states(DeliveryKind.PLACE_FREE) == ["sent"]
