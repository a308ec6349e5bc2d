"""Mailings: whom each choice reaches, what is left out, when they leave, and how they are stopped."""

import itertools
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from eventapp import jobs, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration
from eventapp.rules import custom_question
from eventapp.rules.custom_question import Asking
from eventapp.rules.mailing import Leaves, LeftOut
from eventapp.rules.vocabulary import (
    Audience,
    CheckpointKind,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
    EventState,
    MailingState,
    QuestionKind,
)
from eventapp.services.event import Dates
from eventapp.services.mailing import MailingFacts
from eventapp.services.programme import SessionFacts
from eventapp.services.registration import Person
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.ticket_type import TypeFacts
from tests import door, people
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("context")

NEWS = {"subject": LocalizedText(fr="Salle", en="Room"), "body": LocalizedText(fr="Salle B.", en="Room B, {name}.")}
_numbers = itertools.count(1)
A_DAY = timedelta(days=1)
AFTER = people.ENDS + A_DAY


@pytest.fixture
def forum(time):
    return people.stage()


def make(forum, kind=DeliveryKind.ANNOUNCEMENT, audience=Audience.GUESTS, form_id=None, **facts):
    words = NEWS if kind is DeliveryKind.ANNOUNCEMENT else {}
    made = services.mailing.draft(
        forum.event_id,
        kind,
        audience,
        MailingFacts(**{**words, **facts}),
        form_id=form_id or f"mailing-{next(_numbers)}",
    )
    return made.id


def get(forum, mailing_id):
    db.session.expire_all()
    return queries.mailing.get(forum.event_id, mailing_id)


def send(app, forum, mailing_id):
    services.mailing.send_now(forum.event_id, mailing_id)
    jobs.mailings.work(app.app_context, threading.Event())


def work(app):
    jobs.mailings.work(app.app_context, threading.Event())
    db.session.rollback()


def messages(mailing_id):
    return list(db.session.scalars(select(Delivery).where(Delivery.mailing_id == mailing_id).order_by(Delivery.id)))


def addresses(mailing_id):
    return [message.address.split("@")[0] for message in messages(mailing_id)]


def register(forum, name, **facts):
    return people.register(forum.event_id, name, **{"email": f"{name.casefold()}@example.org", **facts})


def person(registration_id, number=0):
    return queries.registration.list_people(registration_id)[number]


def dry_run(forum, mailing_id, at=None):
    row, event = get(forum, mailing_id), queries.event.get(forum.event_id)
    return services.mailing_preview.dry_run(row, event, at or NOON)


@pytest.fixture
def reach(app, forum, time):
    """Whom a choice reaches, by the dry run and by what is written: they must agree."""

    def reach(chosen, audience=Audience.GUESTS, kind=DeliveryKind.ANNOUNCEMENT, **facts):
        mailing_id = make(forum, kind, audience, chosen=chosen, **facts)
        row, event = get(forum, mailing_id), queries.event.get(forum.event_id)
        counted = services.mailing_preview.dry_run(row, event, time.now)
        send(app, forum, mailing_id)
        found = addresses(mailing_id)
        assert counted.total == len(found)
        return found

    return reach


def test_all_confirmed_people_are_meant_unless_others_are_chosen(forum, reach):
    register(forum, "Ada")
    services.event.set_places(forum.event_id, capacity=1, max_party=5)
    register(forum, "Waiting")
    gone = register(forum, "Gone")
    services.attendee.cancel(person(gone).id)
    assert reach({}) == ["ada"]
    assert reach({"statuses": ["waitlisted"]}) == ["waiting"]
    assert reach({"statuses": ["waitlisted", "confirmed"]}) == ["ada", "waiting"]


def test_categories_are_alternatives(forum, reach):
    press = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"))).id
    school = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Écoles"))).id
    register(forum, "Ada")
    register(forum, "Press", ticket_type_id=press)
    register(forum, "School", ticket_type_id=school)
    assert reach({"ticket_type_ids": [press]}) == ["press"]
    assert reach({"ticket_type_ids": [press, school]}) == ["press", "school"]


def test_session_is_on_the_agenda_or_somebody_has_a_seat(forum, reach):
    facts = SessionFacts(title=LocalizedText(fr="Débat"), starts_at=people.STARTS, ends_at=people.ENDS)
    chosen, other = (services.programme.add_session(forum.event_id, facts).id for _ in range(2))
    services.release.release(forum.event_id)
    starred, seated = register(forum, "Starred"), register(forum, "Seated")
    waits, elsewhere = register(forum, "Waits"), register(forum, "Elsewhere")
    services.agenda.choose(starred, [chosen])
    services.agenda.choose(elsewhere, [other])
    services.session_seat.set_seats(forum.event_id, other, 1)
    for registration_id in (seated, waits):
        services.session_seat.choose(registration_id, {person(registration_id).id: [other]}, [other])
    assert reach({"session_ids": [chosen]}) == ["starred"]
    assert "seated" in reach({"session_ids": [other]})


def test_who_came_was_let_in_at_the_entrance_and_practice_does_not_count(forum, reach, time):
    came, practised, ate, _absent = (register(forum, name) for name in ("Came", "Practised", "Ate", "Absent"))
    entrance = door.entrance(forum.event_id)
    rehearsal = door.lunch(forum.event_id, kind=CheckpointKind.REHEARSAL)
    lunch = door.lunch(forum.event_id)
    time.now = people.STARTS + timedelta(hours=1)
    for registration_id, checkpoint_id in ((came, entrance), (practised, rehearsal), (ate, lunch)):
        phone = door.phone(forum.event_id, f"{checkpoint_id}", checkpoint_id=checkpoint_id)
        door.ask(phone, people.ticket_codes(registration_id)[0])
    assert reach({"came": True}) == ["came"]
    assert reach({"came": False}) == ["practised", "ate", "absent"]


def test_answers_to_own_questions(forum, reach):
    lunch = services.question.add(
        forum.event_id, Asking(id=None, kind=QuestionKind.YES_NO, label=LocalizedText(fr="Repas ?"))
    ).id
    choices = custom_question.choices({"fr": "Bus\nVélo\nTaxi"}, ())
    ways, several = (
        services.question.add(
            forum.event_id, Asking(id=None, kind=kind, label=LocalizedText(fr="Comment ?"), choices=choices)
        ).id
        for kind in (QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES)
    )
    given = {
        "Ada": {lunch: True, ways: "c1", several: ["c1", "c3"]},
        "Bintou": {lunch: False, ways: "c2", several: ["c2"]},
        "Cheick": {},
    }
    for name, answers in given.items():
        registration_id = register(forum, name)
        services.attendee.change_answers(person(registration_id).id, Person(name=name, answers=answers))
    assert reach({"answers": {str(lunch): ["yes"]}}) == ["ada"]
    assert reach({"answers": {str(lunch): ["no"]}}) == ["bintou"]
    assert reach({"answers": {str(lunch): ["no", "yes"]}}) == ["ada", "bintou"]
    assert reach({"answers": {str(ways): ["c2"]}}) == ["bintou"]
    assert reach({"answers": {str(several): ["c3"]}}) == ["ada"]
    assert reach({"answers": {str(several): ["c2", "c3"]}}) == ["ada", "bintou"]
    assert reach({"answers": {str(lunch): ["yes"], str(ways): ["c1"]}}) == ["ada"]
    with pytest.raises(Refused, match="mailing_nobody"):
        reach({"answers": {str(lunch): ["yes"], str(ways): ["c2"]}})


def test_language_narrows_every_audience(forum, reach):
    register(forum, "Ada", language="en")
    register(forum, "Bintou", language="fr")
    add_speaker(forum, "Sam", language="en")
    add_speaker(forum, "Sira", language=None)
    assert reach({"languages": ["en"]}) == ["ada"]
    assert reach({"languages": ["fr"]}, Audience.SPEAKERS) == ["sira"]


def add_speaker(forum, name, **facts):
    wanted = SpeakerFacts(name=LocalizedText(fr=name), email=f"{name.casefold()}@example.org", **facts)
    return services.speaker.add(forum.event_id, wanted).id


def test_speakers_by_their_answer(forum, reach):
    sam, _sira, declined = (add_speaker(forum, name) for name in ("Sam", "Sira", "Declined"))
    services.speaker_answer.confirm(forum.event_id, sam)
    services.speaker_answer.decline(forum.event_id, declined, None)
    assert reach({}, Audience.SPEAKERS) == ["sam", "sira"]
    assert reach({"speakers": ["confirmed"]}, Audience.SPEAKERS) == ["sam"]
    assert reach({"speakers": ["open"]}, Audience.SPEAKERS) == ["sira"]


def test_invitees_by_their_answer_without_those_withdrawn(forum, reach):
    ids = {
        name: people.invite(forum.event_id, name=name, email=f"{name.casefold()}@example.org")
        for name in ("Open", "Yes", "No", "Represented", "Withdrawn")
    }
    services.invitation.accept(ids["Yes"], [Person(name="Yes")])
    services.invitation.decline(ids["No"])
    services.invitation.represent(ids["Represented"], Person(name="Somebody"))
    services.invitation.withdraw(forum.event_id, ids["Withdrawn"])
    assert reach({}, Audience.INVITEES) == ["open", "yes", "no", "represented"]
    for answer in ("open", "yes", "no", "represented"):
        assert reach({"invitees": [answer]}, Audience.INVITEES) == [answer]


def test_registration_gets_one_message_if_any_of_its_people_fits(forum, reach):
    press = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"))).id
    party = people.register(forum.event_id, "Ada", "Bintou", "Cheick", email="ada@example.org")
    for number in (1, 2):
        services.attendee.change_type(person(party, number).id, press, by_account_id=forum.owner_id)
    assert reach({"ticket_type_ids": [press]}) == ["ada"]


def test_all_parts_must_fit_the_same_person(forum, reach):
    press = services.ticket_type.add(forum.event_id, TypeFacts(name=LocalizedText(fr="Presse"))).id
    party = people.register(forum.event_id, "Ada", "Bintou", email="ada@example.org")
    services.attendee.change_type(person(party, 1).id, press, by_account_id=forum.owner_id)
    services.attendee.cancel(person(party, 1).id)
    with pytest.raises(Refused, match="mailing_nobody"):
        reach({"ticket_type_ids": [press]})


def test_dry_run_says_who_gets_what_which_way_and_who_does_not(forum):
    register(forum, "Ada", language="en")
    register(forum, "Bintou", language="fr")
    register(forum, "Phone", email=None, phone="+22365012345")
    register(forum, "Nobody", email=None)
    unsubscribe(register(forum, "Unsubscribed"))
    services.erasure.erase(person(register(forum, "Erased")).id)
    mailing_id = make(forum, subject=LocalizedText(fr="Salle"), body=LocalizedText(fr="Salle B."))
    found = dry_run(forum, mailing_id)
    assert found.by_way == {(DeliveryChannel.EMAIL, "fr"): 2, (DeliveryChannel.HAND, "fr"): 1}
    assert found.instead == {("en", "fr"): 1}
    assert found.left_out == {LeftOut.UNSUBSCRIBED: 1, LeftOut.NO_ADDRESS: 1}
    event = queries.event.get(forum.event_id)
    row = get(forum, mailing_id)
    assert services.mailing_preview.list_names(row, event, NOON) == ["Ada", "Bintou", "Phone"]


def test_nobody_of_the_team_is_asked_to_tell_it_when_that_is_not_wanted(forum):
    register(forum, "Ada")
    register(forum, "Phone", email=None, phone="+22365012345")
    found = dry_run(forum, make(forum, chosen={"by_hand": False}))
    assert (found.by_channel, found.left_out) == ({DeliveryChannel.EMAIL: 1}, {LeftOut.NO_ADDRESS: 1})


def unsubscribe(registration_id):
    db.session.execute(update(Registration).where(Registration.id == registration_id).values(unsubscribed_at=NOON))
    db.session.commit()


def consent(registration_id, agrees):
    db.session.execute(
        update(Attendee).where(Attendee.registration_id == registration_id).values(contact_consent=agrees)
    )
    db.session.commit()


def test_unsubscribed_people_are_reminded_of_their_own_place_all_the_same(forum, reach, time):
    unsubscribe(register(forum, "Ada"))
    register(forum, "Bintou")
    assert reach({}) == ["bintou"]
    assert reach({}, kind=DeliveryKind.REMINDER) == ["ada", "bintou"]
    time.now = AFTER
    assert reach({}, kind=DeliveryKind.THANK_YOU) == ["bintou"]


def test_after_the_event_announcements_need_consent_and_one_thank_you_does_not(forum, reach, time):
    for name, agrees in (("Ada", True), ("Bintou", False), ("Cheick", None)):
        consent(register(forum, name), agrees)
    time.now = AFTER
    assert reach({}) == ["ada"]
    assert reach({}, kind=DeliveryKind.THANK_YOU) == ["ada", "bintou", "cheick"]
    late = register_afterwards(forum, "Late")
    assert reach({}, kind=DeliveryKind.THANK_YOU) == ["late"]
    assert late


def register_afterwards(forum, name):
    """Somebody whom the desk adds when all is over."""
    booking = services.registration.Booking(
        f"late-{name}", "fr", [Person(name=name)], email=f"{name.casefold()}@example.org"
    )
    return services.registration.register(forum.event_id, booking, by_account_id=forum.owner_id).id


def test_thank_you_that_was_stopped_has_thanked_nobody(app, forum, time):
    register(forum, "Ada")
    time.now = AFTER
    first = make(forum, DeliveryKind.THANK_YOU)
    send(app, forum, first)
    services.mailing.stop(forum.event_id, first)
    again = services.mailing.copy(forum.event_id, first, form_id="the-copy").id
    send(app, forum, again)
    assert addresses(again) == ["ada"]


def test_reminder_by_rule_leaves_at_its_time_and_once(app, forum, time):
    register(forum, "Ada")
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    time.now = datetime(2026, 12, 17, 17, 59, 59, tzinfo=UTC)
    work(app)
    assert (addresses(mailing_id), get(forum, mailing_id).state) == ([], MailingState.SCHEDULED)
    time.forward(timedelta(seconds=1))
    work(app)
    assert (addresses(mailing_id), get(forum, mailing_id).state) == (["ada"], MailingState.SENT)
    register(forum, "Late")
    work(app)
    assert addresses(mailing_id) == ["ada"]


def move(forum, starts_at, zone="Africa/Bamako"):
    dates = Dates(
        languages=["fr", "en"], timezone=zone, starts_at=starts_at, ends_at=starts_at and starts_at + timedelta(hours=8)
    )
    services.event.set_dates(forum.event_id, dates)


def test_rule_follows_the_days_of_the_event(forum):
    reminder = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    thanks = make(forum, DeliveryKind.THANK_YOU, leaves=Leaves(days=1, minute=10 * 60))
    fixed = make(forum, leaves=Leaves(at=people.STARTS - A_DAY))
    for mailing_id in (reminder, thanks, fixed):
        services.mailing.schedule(forum.event_id, mailing_id)
    move(forum, people.STARTS + 7 * A_DAY)
    assert get(forum, reminder).send_at == datetime(2026, 12, 24, 18, 0, tzinfo=UTC)
    assert get(forum, thanks).send_at == datetime(2026, 12, 26, 10, 0, tzinfo=UTC)
    assert get(forum, fixed).send_at == people.STARTS - A_DAY


def test_rule_whose_time_passes_when_the_days_move_is_not_sent_by_surprise(app, forum, time):
    register(forum, "Ada")
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=3, minute=9 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    move(forum, time.now + A_DAY)
    work(app)
    row = get(forum, mailing_id)
    assert (row.state, row.send_at, addresses(mailing_id)) == (MailingState.SCHEDULED, None, [])
    move(forum, people.STARTS)  # the day was mistyped
    assert get(forum, mailing_id).send_at == people.STARTS - 3 * A_DAY
    move(forum, None)
    assert get(forum, mailing_id).send_at is None


def test_another_zone_keeps_the_time_of_day(forum):
    fixed = make(forum, leaves=Leaves(at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC)))
    rule = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    for mailing_id in (fixed, rule):
        services.mailing.schedule(forum.event_id, mailing_id)
    move(forum, datetime(2026, 12, 18, 14, 0, tzinfo=UTC), "America/New_York")
    assert get(forum, fixed).send_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    assert get(forum, rule).send_at == datetime(2026, 12, 17, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "starts", "leaves"),
    [
        ("Africa/Bamako", datetime(2027, 3, 29, 9, 0, tzinfo=UTC), datetime(2027, 3, 26, 18, 0, tzinfo=UTC)),
        ("Europe/Paris", datetime(2027, 3, 29, 7, 0, tzinfo=UTC), datetime(2027, 3, 26, 17, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 3, 15, 13, 0, tzinfo=UTC), datetime(2027, 3, 12, 23, 0, tzinfo=UTC)),
    ],
)
def test_draft_is_scheduled_and_sent_over_a_change_of_the_clocks(app, forum, time, zone, starts, leaves):
    register(forum, "Ada")
    move(forum, starts, zone)
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=3, minute=18 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    time.now = leaves - timedelta(seconds=1)
    work(app)
    assert addresses(mailing_id) == []
    time.now = leaves
    work(app)
    assert addresses(mailing_id) == ["ada"]


@pytest.mark.parametrize("state", [EventState.DRAFT, EventState.CANCELLED])
def test_nothing_leaves_for_an_event_that_is_not_public_nor_later_by_surprise(app, forum, time, state):
    register(forum, "Ada")
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    set_state(forum, state)
    with pytest.raises(Refused, match="mailing_not_public"):
        services.mailing.send_now(forum.event_id, mailing_id)
    time.now = people.STARTS - A_DAY / 2
    work(app)
    set_state(forum, EventState.PUBLISHED)
    work(app)
    assert addresses(mailing_id) == []
    assert (get(forum, mailing_id).state, get(forum, mailing_id).send_at) == (MailingState.SCHEDULED, None)


def set_state(forum, state):
    db.session.get_one(Event, forum.event_id).state = state
    db.session.commit()


def test_event_that_is_cancelled_while_a_mailing_is_sent_ends_it(app, forum):
    register(forum, "Ada")
    mailing_id = make(forum)
    services.mailing.send_now(forum.event_id, mailing_id)
    set_state(forum, EventState.CANCELLED)
    work(app)
    assert (get(forum, mailing_id).state, addresses(mailing_id)) == (MailingState.STOPPED, [])


def test_reminder_does_not_leave_once_the_event_has_begun(app, forum, time):
    register(forum, "Ada")
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    time.now = people.STARTS  # nobody was there to send it before
    work(app)
    assert (addresses(mailing_id), get(forum, mailing_id).send_at) == ([], None)


def test_what_reaches_nobody_waits_for_somebody_to_look_at_it(app, forum, time):
    register(forum, "Ada")
    thanks = make(forum, DeliveryKind.THANK_YOU, chosen={"came": True}, leaves=Leaves(days=1, minute=600))
    services.mailing.schedule(forum.event_id, thanks)
    time.now = AFTER  # and no phone was at the door
    work(app)
    row = get(forum, thanks)
    assert (row.state, row.send_at, row.begun_at) == (MailingState.SCHEDULED, None, None)
    services.mailing.change(forum.event_id, thanks, MailingFacts())
    send(app, forum, thanks)
    assert addresses(thanks) == ["ada"]


def test_thank_you_at_a_typed_time_does_not_leave_before_an_event_that_was_put_off(app, forum, time):
    register(forum, "Ada")
    mailing_id = make(forum, DeliveryKind.THANK_YOU, leaves=Leaves(at=AFTER))
    services.mailing.schedule(forum.event_id, mailing_id)
    move(forum, people.STARTS + 30 * A_DAY)
    time.now = AFTER
    work(app)
    assert (addresses(mailing_id), get(forum, mailing_id).send_at) == ([], None)


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        (DeliveryKind.ANNOUNCEMENT, {}, "mailing_without_time"),
        (DeliveryKind.ANNOUNCEMENT, {"leaves": Leaves(at=NOON)}, "mailing_time_passed"),
        (DeliveryKind.REMINDER, {"leaves": Leaves(days=300, minute=0)}, "mailing_time_passed"),
        (DeliveryKind.REMINDER, {"leaves": Leaves(days=0, minute=9 * 60)}, "reminder_after_start"),
        (DeliveryKind.ANNOUNCEMENT, {"leaves": Leaves(at=AFTER), "body": LocalizedText()}, "announcement_empty"),
    ],
)
def test_what_is_not_scheduled(forum, kind, facts, code):
    mailing_id = make(forum, kind, **facts)
    with pytest.raises(Refused, match=code):
        services.mailing.schedule(forum.event_id, mailing_id)


def test_rule_without_days_waits_for_them(forum):
    move(forum, None)
    mailing_id = make(forum, DeliveryKind.REMINDER, leaves=Leaves(days=1, minute=18 * 60))
    services.mailing.schedule(forum.event_id, mailing_id)
    assert get(forum, mailing_id).send_at is None
    move(forum, people.STARTS)
    assert get(forum, mailing_id).send_at == datetime(2026, 12, 17, 18, 0, tzinfo=UTC)


def test_same_form_makes_one_mailing(forum):
    made = {make(forum, form_id="the-form") for _time in range(2)}
    copies = {services.mailing.copy(forum.event_id, min(made), form_id="the-copy").id for _time in range(2)}
    assert (len(made), len(copies)) == (1, 1)


def test_what_is_no_kind_of_a_mailing_is_refused(forum):
    with pytest.raises(Refused, match="choice_invalid"):
        make(forum, DeliveryKind.CONFIRMATION)


def test_copy_says_the_same_to_the_same_people_by_the_same_rule(forum):
    chosen = {"languages": ["fr"], "by_hand": False}
    first = make(forum, DeliveryKind.REMINDER, chosen=chosen, leaves=Leaves(days=1, minute=600), body=NEWS["body"])
    services.mailing.schedule(forum.event_id, first)
    row = services.mailing.copy(forum.event_id, first, form_id="the-copy")
    assert (row.state, row.send_at, row.last_id) == (MailingState.DRAFT, None, 0)
    assert (row.days, row.minute, row.body) == (1, 600, NEWS["body"])
    assert (row.chosen["languages"], row.chosen["by_hand"]) == (["fr"], False)


def test_changed_mailing_is_a_draft_again(forum):
    mailing_id = make(forum, leaves=Leaves(at=people.STARTS - A_DAY))
    services.mailing.schedule(forum.event_id, mailing_id)
    facts = MailingFacts(**NEWS, leaves=Leaves(at=people.STARTS - 2 * A_DAY), chosen={"languages": ["en"]})
    services.mailing.change(forum.event_id, mailing_id, facts)
    row = get(forum, mailing_id)
    assert (row.state, row.send_at) == (MailingState.DRAFT, people.STARTS - 2 * A_DAY)
    assert row.chosen["languages"] == ["en"]


def test_survey_belongs_to_the_event(forum):
    mailing_id = make(forum, DeliveryKind.THANK_YOU, survey_url="sondage.example.org/223")
    assert queries.event.get(forum.event_id).survey_url == "https://sondage.example.org/223"
    with pytest.raises(Refused, match="website_invalid"):
        services.mailing.change(forum.event_id, mailing_id, MailingFacts(survey_url="ftp://example.org"))
    make(forum)
    assert queries.event.get(forum.event_id).survey_url == "https://sondage.example.org/223"


def test_what_has_begun_to_leave_stays_as_it_is(app, forum):
    register(forum, "Ada")
    mailing_id = make(forum)
    send(app, forum, mailing_id)
    for change in (
        lambda: services.mailing.change(forum.event_id, mailing_id, MailingFacts(**NEWS)),
        lambda: services.mailing.schedule(forum.event_id, mailing_id),
        lambda: services.mailing.discard(forum.event_id, mailing_id),
    ):
        with pytest.raises(Refused, match="mailing_left"):
            change()
    services.mailing.send_now(forum.event_id, mailing_id)  # a second tap
    work(app)
    assert addresses(mailing_id) == ["ada"]
    services.mailing.stop(forum.event_id, mailing_id)
    with pytest.raises(Refused, match="mailing_left"):
        services.mailing.send_now(forum.event_id, mailing_id)


def test_draft_is_thrown_away_and_found_nowhere(forum):
    mailing_id = make(forum)
    services.mailing.discard(forum.event_id, mailing_id)
    with pytest.raises(NotFound):
        services.mailing.discard(forum.event_id, mailing_id)
    assert make(forum, form_id="the-form") > 0
    services.mailing.discard(forum.event_id, make(forum, form_id="the-form"))
    assert make(forum, form_id="the-form") > 0  # sent once more from a page that stayed open
    elsewhere = people.stage("elsewhere", "max")
    with pytest.raises(NotFound):
        services.mailing.send_now(elsewhere.event_id, make(forum))


def test_number_that_changed_is_said_again(forum):
    mailing_id = make(forum)
    for number in range(5):
        register(forum, f"Guest{number}")
    with pytest.raises(Refused, match="mailing_count_changed"):
        services.mailing.send_now(forum.event_id, mailing_id, expected=1)
    services.mailing.send_now(forum.event_id, mailing_id, expected=3)
    assert get(forum, mailing_id).state is MailingState.SENDING


def test_stopped_before_it_left_it_is_a_draft_again(app, forum, time):
    register(forum, "Ada")
    mailing_id = make(forum, leaves=Leaves(at=people.STARTS - A_DAY))
    services.mailing.schedule(forum.event_id, mailing_id)
    services.mailing.stop(forum.event_id, mailing_id)
    time.now = people.STARTS - A_DAY
    work(app)
    row = get(forum, mailing_id)
    assert (row.state, row.send_at, addresses(mailing_id)) == (MailingState.DRAFT, people.STARTS - A_DAY, [])


def test_stop_drops_what_nobody_has_before_them_and_leaves_the_rest(app, forum):
    for name in ("Sent", "Begun", "Free"):
        register(forum, name)
    for number in range(2):
        register(forum, f"Phone{number}", email=None, phone=f"+2236501234{number}")
    mailing_id = make(forum)
    send(app, forum, mailing_id)
    sent, begun, _free, held, _lapsed = messages(mailing_id)
    sent.state, begun.begun_at = DeliveryState.SENT, NOON
    for message, until in ((held, NOON + A_DAY), (_lapsed, NOON)):
        message.held_by_id, message.due_at = forum.owner_id, until
    db.session.commit()
    for _time in range(2):
        services.mailing.stop(forum.event_id, mailing_id, account_id=forum.owner_id)
    row = get(forum, mailing_id)
    assert (row.state, row.ended_at, row.stopped_by_id) == (MailingState.STOPPED, NOON, forum.owner_id)
    assert [str(message.state) for message in messages(mailing_id)] == [
        "sent",
        "queued",
        "dropped",
        "queued",
        "dropped",
    ]
    work(app)
    assert len(messages(mailing_id)) == 5
    assert queries.mailing.reached([mailing_id]) == {
        mailing_id: {DeliveryState.SENT: 1, DeliveryState.QUEUED: 2, DeliveryState.DROPPED: 2}
    }


def test_whoever_is_erased_while_it_waits_gets_nothing(app, forum):
    ada = register(forum, "Ada")
    register(forum, "Bintou")
    mailing_id = make(forum)
    services.mailing.send_now(forum.event_id, mailing_id)
    services.erasure.erase(person(ada).id)
    work(app)
    assert addresses(mailing_id) == ["bintou"]


def test_preview_is_what_a_real_person_gets_in_each_language(forum):
    register(forum, "Ada", language="en")
    register(forum, "Bintou", language="fr")
    event = queries.event.get(forum.event_id)
    found = services.mailing_preview.list_previews(get(forum, make(forum)), event, NOON)
    assert [(one.language, one.reader, one.subject) for one in found] == [
        ("fr", "Bintou", "Salle"),
        ("en", "Ada", "Room"),
    ]
    assert "Room B, Ada." in found[1].text
    assert db.session.scalars(select(Delivery).where(Delivery.mailing_id.is_not(None))).all() == []
    add_speaker(forum, "Sam")
    people.invite(forum.event_id, name="Awa", phone="+22365012345")
    for audience, name in ((Audience.SPEAKERS, "Sam"), (Audience.INVITEES, "Awa")):
        _french, english = services.mailing_preview.list_previews(
            get(forum, make(forum, audience=audience)), event, NOON
        )
        assert f"Room B, {name}." in english.text
    reminder = services.mailing_preview.list_previews(
        get(forum, make(forum, DeliveryKind.REMINDER, body=LocalizedText(fr="À demain, {name} !"))), event, NOON
    )
    assert "À demain, Bintou !" in reminder[0].text
    assert "The event is near" in reminder[1].text


def test_every_step_is_written_down(app, forum):
    register(forum, "Ada")
    mailing_id = make(forum)
    send(app, forum, mailing_id)
    services.mailing.stop(forum.event_id, mailing_id)
    entries = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == f"mailing:{mailing_id}").order_by(AuditEntry.id)
    )
    assert list(entries) == ["mailing.draft", "mailing.send", "mailing.sent", "mailing.stop"]
