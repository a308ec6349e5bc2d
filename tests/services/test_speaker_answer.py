"""Speakers who say whether they come: one place, one ticket, counted once."""

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.checkin import Checkpoint
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.rules.vocabulary import EventState, PhotoConsent, TicketKind, Verdict
from eventapp.services.speaker import SpeakerFacts
from tests import door, people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


@pytest.fixture
def forum(context, at_noon):
    return people.stage(capacity=2)


def speaker(forum, name="Sam Sidibé", **facts):
    return services.speaker.add(forum.event_id, SpeakerFacts(name=LocalizedText(fr=name), **facts)).id


def confirm(forum, speaker_id):
    services.speaker_answer.confirm(forum.event_id, speaker_id)


def decline(forum, speaker_id, reason=None):
    services.speaker_answer.decline(forum.event_id, speaker_id, reason)


def row(forum, speaker_id):
    return queries.speaker.get_by_id(forum.event_id, speaker_id)


def place(forum, speaker_id):
    return queries.speaker_answer.find_place(row(forum, speaker_id))


def attendees(forum):
    """Name, category and status of everybody, in the order in which they came."""
    return [
        tuple(found)
        for found in db.session.execute(
            select(Attendee.name, TicketType.kind, Attendee.status)
            .join(TicketType, TicketType.id == Attendee.ticket_type_id)
            .where(Attendee.event_id == forum.event_id)
            .order_by(Attendee.id)
        )
    ]


def taken(forum):
    return queries.seats.count_taken(forum.event_id)


@transactional
def change(model, row_id, **values):
    found = db.session.get_one(model, row_id)
    for name, value in values.items():
        setattr(found, name, value)


def test_confirming_gives_a_ticket_of_the_speakers_category(forum):
    sam = speaker(
        forum, email="sam@example.org", phone="+22365012345", function=LocalizedText(fr="Conteur", en="Storyteller")
    )
    confirm(forum, sam)
    assert attendees(forum) == [("Sam Sidibé", "speaker", "confirmed")]
    found = place(forum, sam)
    assert len(found.ticket.code) == 13
    registration = found.registration
    assert (found.function, registration.channel, registration.language) == ("Conteur", "assisted", "fr")
    assert (registration.email, registration.phone) == ("sam@example.org", "+22365012345")
    assert row(forum, sam).answer == "confirmed"
    assert found.ticket_type.name == {"fr": "Intervenant·e", "en": "Speaker"}


def test_confirming_twice_changes_nothing(forum):
    sam = speaker(forum, email="sam@example.org")
    confirm(forum, sam)
    first = (place(forum, sam).ticket.code, row(forum, sam).answered_at, list(db.session.scalars(select(Delivery.id))))
    confirm(forum, sam)
    again = (place(forum, sam).ticket.code, row(forum, sam).answered_at, list(db.session.scalars(select(Delivery.id))))
    assert again == first
    assert len(attendees(forum)) == 1


def test_two_speakers_share_one_category(forum):
    confirm(forum, speaker(forum, "Sam"))
    confirm(forum, speaker(forum, "Fatou"))
    kinds = db.session.scalars(select(TicketType.kind).where(TicketType.event_id == forum.event_id))
    assert sorted(kinds) == ["public", "speaker"]


def test_speakers_take_no_seat_of_the_audience(forum):
    people.register(forum.event_id, "Ada", "Bintou")
    confirm(forum, speaker(forum))
    assert [status for _name, _kind, status in attendees(forum)] == ["confirmed"] * 3
    assert taken(forum) == 2
    assert queries.seats.count_taken_by_event([forum.event_id]) == {forum.event_id: 2}
    assert queries.invariants.list_oversold() == []
    assert queries.event.find_public_state(forum.slug).is_full


@pytest.mark.parametrize(
    ("guest", "known"),
    [
        ({"email": "sam@example.org"}, {"email": "Sam@Example.org"}),
        ({"phone": "+22365012345"}, {"phone": "+22365012345", "email": "elsewhere@example.org"}),
    ],
)
def test_guest_who_becomes_a_speaker_keeps_the_ticket_and_is_counted_once(forum, guest, known):
    registration_id = people.register(forum.event_id, "Sam SIDIBE", "Ada", email=guest.get("email"))
    change(Registration, registration_id, **guest)
    code = people.ticket_codes(registration_id)[0]
    people.register(forum.event_id, "Waiting Guest")
    sam = speaker(forum, **known)
    confirm(forum, sam)
    assert place(forum, sam).ticket.code == code
    assert attendees(forum) == [
        ("Sam SIDIBE", "speaker", "confirmed"),
        ("Ada", "public", "confirmed"),
        ("Waiting Guest", "public", "offered"),
    ]
    assert taken(forum) == 2


def test_guest_who_waits_and_becomes_a_speaker_has_a_ticket_at_once(forum):
    people.register(forum.event_id, "Ada", "Bintou")
    people.register(forum.event_id, "Sam Sidibé", email="sam@example.org")
    sam = speaker(forum, email="sam@example.org")
    confirm(forum, sam)
    assert (place(forum, sam).status, place(forum, sam).ticket is not None) == ("confirmed", True)
    assert len(attendees(forum)) == 3


@pytest.mark.parametrize(
    ("name", "email"), [("Sam Sidibé", "other@example.org"), ("Samba Diallo", "sam@example.org"), ("Sam Sidibé", None)]
)
def test_somebody_else_is_not_taken_for_the_speaker(forum, name, email):
    people.register(forum.event_id, name, email=email)
    confirm(forum, speaker(forum, email="sam@example.org"))
    assert [kind for _name, kind, _status in attendees(forum)] == ["public", "speaker"]


def test_two_speakers_are_never_one_attendee(forum):
    people.register(forum.event_id, "Sam Sidibé", email="sam@example.org")
    first, second = (speaker(forum, email="sam@example.org") for _time in range(2))
    confirm(forum, first)
    confirm(forum, second)
    assert place(forum, first).id != place(forum, second).id


def test_declining_needs_no_reason_and_keeps_the_one_given(forum):
    sam = speaker(forum)
    decline(forum, sam)
    assert (row(forum, sam).answer, row(forum, sam).decline_reason) == ("declined", None)
    decline(forum, sam, "En voyage")
    assert row(forum, sam).decline_reason == "En voyage"
    assert attendees(forum) == []
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"speaker:{sam}"))
    assert sorted(actions) == ["speaker.add", "speaker.decline"]


def test_declining_after_confirming_gives_the_ticket_back_and_confirming_again_revives_it(forum):
    sam = speaker(forum)
    confirm(forum, sam)
    code = place(forum, sam).ticket.code
    decline(forum, sam, "Malade")
    assert attendees(forum) == [("Sam Sidibé", "speaker", "cancelled")]
    confirm(forum, sam)
    assert attendees(forum) == [("Sam Sidibé", "speaker", "confirmed")]
    assert (place(forum, sam).ticket.code, row(forum, sam).decline_reason) == (code, None)
    assert queries.invariants.count_without_one_ticket() == 0


def test_place_given_back_on_the_guests_page_comes_back_with_the_answer(forum):
    sam = speaker(forum)
    confirm(forum, sam)
    services.attendee.cancel(place(forum, sam).id)
    assert (row(forum, sam).answer, row(forum, sam).answered_at) == ("open", None)
    confirm(forum, sam)
    assert (row(forum, sam).answer, place(forum, sam).status) == ("confirmed", "confirmed")


def test_who_was_let_in_cannot_decline(forum):
    sam = speaker(forum)
    door.entrance(forum.event_id)
    confirm(forum, sam)
    door.ask(door.phone(forum.event_id), place(forum, sam).ticket.code)
    with pytest.raises(Refused) as refused:
        decline(forum, sam)
    assert refused.value.code == "speaker_admitted"
    assert row(forum, sam).answer == "confirmed"


@pytest.mark.parametrize("state", [EventState.CANCELLED, "finished"])
def test_answer_to_an_event_that_is_over_is_refused(forum, at_noon, state):
    sam = speaker(forum)
    over = {"starts_at": at_noon.replace(hour=8), "ends_at": at_noon.replace(hour=9)}
    change(Event, forum.event_id, **({"state": state} if state != "finished" else over))
    for answer in (lambda: confirm(forum, sam), lambda: decline(forum, sam)):
        with pytest.raises(Refused) as refused:
            answer()
        assert refused.value.code == "event_over"


def test_entrance_for_some_categories_opens_for_the_speakers_one_too(forum):
    public = db.session.scalar(select(TicketType.id).where(TicketType.event_id == forum.event_id))
    entrance = door.entrance(forum.event_id, ticket_type_ids=[public])
    lunch = door.lunch(forum.event_id, ticket_type_ids=[public])
    sam = speaker(forum)
    confirm(forum, sam)
    assert door.ask(door.phone(forum.event_id), place(forum, sam).ticket.code) is Verdict.ADMITTED
    made = place(forum, sam).ticket_type_id
    db.session.expire_all()
    assert db.session.get_one(Checkpoint, entrance).ticket_type_ids == [public, made]
    assert db.session.get_one(Checkpoint, lunch).ticket_type_ids == [public]


def test_category_of_speakers_that_is_there_is_taken(forum):
    @transactional
    def own():
        made = TicketType(event_id=forum.event_id, kind=TicketKind.SPEAKER, name=LocalizedText(fr="Voix"), position=7)
        db.session.add(made)
        db.session.flush()
        return made.id

    category = own()
    sam = speaker(forum)
    confirm(forum, sam)
    assert place(forum, sam).ticket_type_id == category


def test_answer_about_photographs_goes_with_the_ticket(forum):
    sam = speaker(forum)
    services.speaker_material.set_photo_consent(forum.event_id, sam, PhotoConsent.NO)
    confirm(forum, sam)
    assert place(forum, sam).photo_consent == "no"
    services.speaker_material.set_photo_consent(forum.event_id, sam, PhotoConsent.YES)
    assert place(forum, sam).photo_consent == "yes"


def test_message_with_the_ticket_goes_out_in_the_speakers_language(forum):
    sam = speaker(forum, email="sam@example.org")
    services.speaker_material.set_language(forum.event_id, sam, "en")
    confirm(forum, sam)
    sent = list(db.session.execute(select(Delivery.kind, Delivery.address, Delivery.language)))
    assert [tuple(found) for found in sent] == [("confirmation", "sam@example.org", "en")]
