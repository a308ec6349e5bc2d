"""An event that is cancelled: its people are told once, nothing else leaves, and it may take place after all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.errors import Refused
from eventapp.formats import letter as letters
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind, DeliveryState, EventState
from eventapp.services.invitation import InvitationFacts
from eventapp.services.registration import Person
from eventapp.services.speaker import SpeakerFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context")

NOTE = LocalizedText(fr="La salle est fermée.", en="The hall is closed.")


@pytest.fixture
def forum(time):
    return people.stage(capacity=3)


def cancel(event_id, **more):
    return services.cancellation.cancel(event_id, more.pop("note", NOTE), **{"tell": True, **more})


def refusal(action, *args, **more):
    with pytest.raises(Refused) as caught:
        action(*args, **more)
    db.session.rollback()
    return caught.value.code


def messages(event_id, *kinds):
    """Channel, address and state of the messages of these kinds, in the order of queueing."""
    rows = db.session.scalars(
        select(Delivery).where(Delivery.event_id == event_id, Delivery.kind.in_(kinds)).order_by(Delivery.id)
    )
    return [(row.channel.value, row.address, row.state.value) for row in rows]


def all_left(event_id):
    """As if everything that waits had been taken by the mail server, or told."""
    for message in db.session.scalars(select(Delivery).where(Delivery.event_id == event_id)):
        if message.state is DeliveryState.QUEUED:
            message.state, message.attempts = DeliveryState.SENT, 1
    db.session.commit()


def test_everybody_whom_it_concerns_is_told_once_however_they_are_reached(forum):
    people.register(forum.event_id, "Ada Traoré", email="ada@example.org")
    people.register(forum.event_id, "Binta Diarra", phone="+22365012345")
    gone = people.register(forum.event_id, "Max", email="max@example.org")
    services.attendee.cancel(queries.registration.get(gone).attendees[0].id)
    for name, address in (("Sam Sidibé", "sam@example.org"), ("Ada aussi", "ada@example.org")):
        services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr=name), email=address))
    invited = people.invite(forum.event_id, email="awa@example.org")
    services.invitation_letter.send(forum.event_id, invited)
    people.invite(forum.event_id, name="Knows nothing of it", email="nobody@example.org")
    for _time in range(2):
        cancel(forum.event_id)
    assert messages(forum.event_id, DeliveryKind.EVENT_CANCELLED) == [
        ("email", "ada@example.org", "queued"),
        ("hand", "+22365012345", "queued"),
        ("email", "sam@example.org", "queued"),
        ("email", "awa@example.org", "queued"),
    ]
    event = queries.event.get(forum.event_id)
    assert (event.state, event.cancelled_note) == (EventState.CANCELLED, NOTE)


def test_speaker_with_a_place_of_their_own_is_told_as_a_guest(forum):
    speaker = services.speaker.add(
        forum.event_id, SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), email="sam@example.org")
    )
    services.speaker_answer.confirm(forum.event_id, speaker.id)
    cancel(forum.event_id)
    assert len(messages(forum.event_id, DeliveryKind.EVENT_CANCELLED)) == 1


def test_nobody_is_told_if_that_is_not_wanted(forum):
    people.register(forum.event_id, "Ada Traoré", email="ada@example.org")
    assert cancel(forum.event_id, tell=False) == 0
    assert messages(forum.event_id, DeliveryKind.EVENT_CANCELLED) == []


def test_what_would_still_ask_people_to_come_is_not_sent_and_leaves_when_it_is_taken_back(forum):
    people.register(forum.event_id, "Ada Traoré", email="ada@example.org")
    cancel(forum.event_id)
    assert messages(forum.event_id, DeliveryKind.CONFIRMATION) == [("email", "ada@example.org", "dropped")]
    services.cancellation.revive(forum.event_id, tell=True)
    assert messages(forum.event_id, DeliveryKind.CONFIRMATION) == [("email", "ada@example.org", "queued")]
    # Nobody had read of the cancellation yet, so nobody has to hear that it was none.
    assert messages(forum.event_id, DeliveryKind.EVENT_CANCELLED) == [("email", "ada@example.org", "dropped")]
    assert messages(forum.event_id, DeliveryKind.EVENT_REVIVED) == []


def test_those_who_were_told_hear_once_that_it_takes_place_after_all(forum):
    people.register(forum.event_id, "Ada Traoré", email="ada@example.org")
    people.register(forum.event_id, "Binta Diarra", email="binta@example.org")
    cancel(forum.event_id)
    all_left(forum.event_id)
    query = select(Delivery).where(Delivery.address == "binta@example.org").order_by(Delivery.id)
    binta = db.session.scalars(query).all()[-1]
    binta.state = DeliveryState.BOUNCED
    db.session.commit()
    for _time in range(2):
        services.cancellation.revive(forum.event_id, tell=True)
    assert messages(forum.event_id, DeliveryKind.EVENT_REVIVED) == [("email", "ada@example.org", "queued")]
    event = queries.event.get(forum.event_id)
    assert (event.state, event.cancelled_at, event.cancelled_note) == (EventState.PUBLISHED, None, {})


def test_waiting_list_rests_and_offers_are_kept_anew(app, forum, time):
    event_id = forum.event_id
    guests = [people.register(event_id, f"Guest {number}", email=f"{number}@example.org") for number in range(4)]
    services.attendee.cancel(queries.registration.get(guests[0]).attendees[0].id)
    assert queries.registration.get(guests[3]).attendees[0].status is AttendeeStatus.OFFERED
    all_left(event_id)
    cancel(event_id)
    time.forward(timedelta(days=3))
    services.attendee.cancel(queries.registration.get(guests[1]).attendees[0].id)
    assert refusal(services.waiting_list.accept, guests[3]) == "event_over"
    jobs.run_all(app.app_context)
    db.session.expire_all()
    offered = queries.registration.get(guests[3]).attendees[0]
    assert offered.status is AttendeeStatus.OFFERED
    assert messages(event_id, DeliveryKind.OFFER_LAPSED) == []
    services.cancellation.revive(event_id, tell=True)
    jobs.run_all(app.app_context)
    db.session.expire_all()
    offered = queries.registration.get(guests[3]).attendees[0]
    assert (offered.status, offered.offer_until > time.now) == (AttendeeStatus.OFFERED, True)
    assert [state for _, _, state in messages(event_id, DeliveryKind.OFFER)] == ["sent", "queued"]


def test_cancelling_is_for_public_events_that_are_not_over(time):
    draft = people.stage("draft", published=False)
    assert refusal(cancel, draft.event_id) == "cancel_draft"
    forum = people.stage()
    assert refusal(cancel, forum.event_id, note=LocalizedText(fr="a" * 1001)) == "text_too_long"
    assert refusal(services.cancellation.change_note, forum.event_id, NOTE) == "cancel_not"
    time.now = people.ENDS
    assert refusal(cancel, forum.event_id) == "cancel_over"


def test_cancelled_event_is_not_published_by_the_way(forum):
    cancel(forum.event_id)
    assert refusal(services.event.publish, forum.event_id) == "publish_cancelled"


def test_nobody_registers_is_invited_or_reminded_any_more(forum):
    invited = people.invite(forum.event_id, email="awa@example.org")
    cancel(forum.event_id)
    assert refusal(people.register, forum.event_id, "Ada Traoré") == "registration_closed"
    for action in (services.invitation_letter.send_unsent, services.invitation_letter.remind):
        assert refusal(action, forum.event_id) == "invitation_closed"
    assert refusal(services.invitation_letter.send, forum.event_id, invited) == "invitation_closed"
    assert refusal(services.speaker_reminder.remind, forum.event_id, []) == "event_over"


@pytest.mark.parametrize("kind", [DeliveryKind.EVENT_CANCELLED, DeliveryKind.CONFIRMATION])
def test_message_that_is_untrue_when_it_could_leave_is_outdated(forum, kind):
    people.register(forum.event_id, "Ada Traoré", email="ada@example.org")
    cancel(forum.event_id)
    told = db.session.scalars(select(Delivery).where(Delivery.kind == kind)).one()

    def is_outdated():
        return letters.is_outdated(services.letter.of(queries.delivery.get_parts(told.id)))

    assert is_outdated() is (kind is DeliveryKind.CONFIRMATION)
    services.cancellation.revive(forum.event_id, tell=False)
    assert is_outdated() is (kind is DeliveryKind.EVENT_CANCELLED)


def test_invitee_who_comes_is_told_as_a_guest(forum):
    facts = InvitationFacts(
        ticket_type_id=queries.registration.list_ticket_types(forum.event_id)[0].id,
        language="fr",
        name="Awa Diarra",
        email="awa@example.org",
    )
    invited = services.invitation.add(forum.event_id, facts)
    services.invitation.accept(invited.id, [Person(name="Awa Diarra")])
    cancel(forum.event_id)
    assert len(messages(forum.event_id, DeliveryKind.EVENT_CANCELLED)) == 1
