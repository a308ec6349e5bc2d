"""Erasing people: nothing personal stays anywhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import Base, db
from eventapp.errors import NotFound, Refused
from eventapp.rules.proof import Proof, Way
from eventapp.rules.vocabulary import (
    AgeBand,
    AttendeeStatus,
    ConsentAnswer,
    ConsentPurpose,
    DeliveryKind,
    PhotoConsent,
)
from eventapp.services.answer import Given
from eventapp.services.registration import Booking, Person
from tests import people

SECRETS = ("Quetzalcoatl", "quetz@example.org", "65019287", "Lycée Secret", "Tante Fanta", "une rampe", "keksalkoatl")


def everything_stored():
    db.session.rollback()
    rows = (row for table in Base.metadata.sorted_tables for row in db.session.execute(select(table)))
    return "\n".join(repr(tuple(row)).lower() for row in rows)


def registered(event_id, *more):
    consent = Given(ConsentPurpose.PHOTOGRAPHS, ConsentAnswer.YES, "D’accord ?", "fr")
    first = Person(
        name="Ada Quetzalcoatl",
        organization="Lycée Secret",
        age_band=AgeBand.FROM_15_TO_17,
        guardian_name="Tante Fanta",
        guardian_phone="+22365019287",
        needs="une rampe",
        photo_consent=PhotoConsent.YES,
        consents=[consent],
    )
    booking = Booking(
        form_id="the form of Quetzalcoatl",
        language="fr",
        people=[first, *(Person(name=name) for name in more)],
        email="quetz@example.org",
        phone="+22365019287",
        group_name="Lycée Secret",
    )
    return services.registration.register(event_id, booking).id


@pytest.fixture
def forum(context, time):
    return people.stage(capacity=5).event_id


def test_erasing_everybody_leaves_nothing_personal_in_any_table(forum):
    registration_id = registered(forum)
    assert all(secret.lower() in everything_stored() for secret in SECRETS[:6])
    services.erasure.erase_all(registration_id)
    stored = everything_stored()
    assert [secret for secret in SECRETS if secret.lower() in stored] == []


def test_erasing_gives_the_place_back_and_keeps_serial_and_category(forum):
    registration_id = registered(forum)
    before = queries.registration.list_people(registration_id)[0]
    serial, type_id = before.serial, before.ticket_type_id
    after = services.erasure.erase(before.id)
    assert (after.status, after.serial, after.ticket_type_id) == (AttendeeStatus.CANCELLED, serial, type_id)
    assert after.name == "(effacé)"
    assert people.ticket_codes(registration_id) == []


def test_erasing_one_leaves_the_others_and_the_contact(forum):
    registration_id = registered(forum, "Bintou")
    first, second = (one.id for one in queries.registration.list_people(registration_id))
    services.erasure.erase(first)
    assert queries.registration.get_attendee(second).name == "Bintou"
    assert queries.registration.get(registration_id).email == "quetz@example.org"
    assert queries.delivery.list_of_registration(registration_id)[0].kind is DeliveryKind.CANCELLATION


def test_erasing_twice_changes_nothing(forum):
    [person] = queries.registration.list_people(registered(forum))
    services.erasure.erase(person.id)
    before = everything_stored()
    services.erasure.erase(person.id)
    assert everything_stored() == before


def test_erased_place_is_not_taken_back(forum):
    registration_id = registered(forum, "Bintou")
    first = queries.registration.list_people(registration_id)[0].id
    services.erasure.erase(first)
    with pytest.raises(Refused) as refused:
        services.attendee.restore(first)
    assert refused.value.code == "place_erased"


def check(registration_id, **given):
    try:
        services.proof.check(registration_id, Proof(**given))
    except Refused as refused:
        return refused.code
    return "good"


@pytest.mark.parametrize(
    ("name", "digits", "outcome"),
    [
        ("Ada Ketzalkoatl", "287", "good"),
        ("quetzalcoatl", "287", "good"),
        ("Ada", "9287", "good"),
        ("Ada", "87", "proof_wrong_phone"),
        ("Ada", "288", "proof_wrong_phone"),
        ("Max", "287", "proof_wrong_phone"),
        ("", "287", "proof_wrong_phone"),
    ],
)
def test_name_and_last_digits_of_the_phone_are_a_proof(forum, name, digits, outcome):
    assert check(registered(forum), way=Way.PHONE, name=name, answer=digits) == outcome


def test_five_wrong_proofs_end_in_a_quarter_of_an_hour_of_waiting(forum, time):
    registration_id = registered(forum)
    wrong = {"way": Way.PHONE, "name": "Ada", "answer": "000"}
    right = {**wrong, "answer": "287"}
    assert [check(registration_id, **wrong) for _ in range(5)] == ["proof_wrong_phone"] * 5
    assert check(registration_id, **right) == "proof_wait"
    time.forward(timedelta(minutes=15))
    assert check(registration_id, **right) == "good"


def test_mailed_code_is_a_proof_for_half_an_hour(forum, time):
    registration_id = registered(forum)
    services.proof.send_code(registration_id)
    code = services.proof.code(queries.registration.get(registration_id))
    assert check(registration_id, way=Way.CODE, answer=f"{code[:3]} {code[3:]}") == "good"
    assert check(registration_id, way=Way.CODE, answer="") == "proof_wrong_code"
    time.forward(timedelta(minutes=30))
    assert check(registration_id, way=Way.CODE, answer=code) == "proof_wrong_code"


def test_second_tap_sends_no_second_code_and_the_day_has_an_end(forum, time):
    registration_id = registered(forum)
    services.proof.send_code(registration_id)
    services.proof.send_code(registration_id)
    assert queries.registration.get(registration_id).proof_generation == 1


def test_without_phone_and_address_there_is_no_proof(forum):
    registration_id = people.register(forum, "Ada", "Bintou")
    assert services.proof.ways(queries.registration.get(registration_id)) == []
    assert check(registration_id, way=Way.PHONE, name="Ada", answer="") == "proof_wrong_phone"


def test_wait_after_wrong_proofs_grows(forum, time):
    registration_id = registered(forum)
    wrong = {"way": Way.PHONE, "name": "Ada", "answer": "000"}
    for minutes in (15, 30, 60):
        assert [check(registration_id, **wrong) for _ in range(6)] == ["proof_wrong_phone"] * 5 + ["proof_wait"]
        time.forward(timedelta(minutes=minutes) - timedelta(seconds=1))
        assert check(registration_id, **wrong) == "proof_wait"
        time.forward(timedelta(seconds=1))
    assert check(registration_id, **{**wrong, "answer": "287"}) == "good"


def test_invitee_is_erased_from_the_invitation_too(forum):
    one = people.invite(forum, name="Awa Ketzal", email="awa@example.org", organization="Ministère", places=2)
    services.invitation.accept(one, [Person("Awa Ketzal"), Person("Bintou")])
    invitation = queries.invitation.get_in(forum, one)
    awa, bintou = queries.registration.list_people(invitation.registration_id)
    services.erasure.erase(awa.id)
    assert (invitation.name, invitation.email, invitation.organization) == ("(effacé)", None, "Ministère")
    services.erasure.erase(bintou.id)
    assert (invitation.registration_id, invitation.withdrawn_at is not None) == (None, True)
    with pytest.raises(Refused, match="invitation_withdrawn"):
        services.invitation.accept(one, [Person("Somebody Else")])


def test_nothing_is_written_on_somebody_who_was_erased(forum):
    registration_id = people.register(forum, "Ada")
    [ada] = queries.registration.list_people(registration_id)
    services.erasure.erase(ada.id)
    for change in (
        lambda: services.attendee.rename(ada.id, "Ada"),
        lambda: services.attendee.hand_on(ada.id, Person("Ada")),
        lambda: services.attendee.change_answers(ada.id, Person("Ada")),
        lambda: services.registration.add_person(registration_id, Person("Ada")),
        lambda: services.contact.set_contact(registration_id, "ada@example.org", None, by_account_id=None),
        lambda: services.contact.set_language(registration_id, "en"),
    ):
        with pytest.raises(NotFound):
            change()


def lost(registration_id):
    return [
        one.channel.value
        for one in queries.delivery.list_of_registration(registration_id)
        if one.kind is DeliveryKind.LOST_TICKET
    ]


@pytest.mark.parametrize(
    ("contact", "name", "sent"),
    [
        ("QUETZ@example.org", "Quetzalcoatl Ada", ["email"]),
        ("65 01 92 87", "Ada", ["email"]),
        ("quetz@example.org", "Max", []),
        ("max@example.org", "Ada", []),
    ],
)
def test_lost_ticket_is_sent_to_the_address_on_file(forum, contact, name, sent):
    registration_id = registered(forum)
    services.lost_ticket.ask(contact, name)
    assert lost(registration_id) == sent


def test_lost_ticket_is_sent_once_in_a_quarter_of_an_hour_and_five_times_a_day(forum, time):
    registration_id = registered(forum)
    for _ in range(9):
        services.lost_ticket.ask("quetz@example.org", "Ada")
        services.lost_ticket.ask("quetz@example.org", "Ada")
        for message in queries.delivery.list_of_registration(registration_id):
            message.attempts = 1
        db.session.commit()
        time.forward(timedelta(minutes=16))
    assert len(lost(registration_id)) == 5


def test_lost_ticket_of_an_event_that_is_over_is_not_sent(forum, time):
    registration_id = registered(forum)
    time.forward(timedelta(days=60))
    services.lost_ticket.ask("quetz@example.org", "Ada")
    assert lost(registration_id) == []


@pytest.mark.parametrize(
    ("contact", "name", "code"),
    [
        ("", "Ada", "lost_contact_missing"),
        ("65012345", " ", "lost_name_missing"),
        ("a@", "Ada", "email_invalid"),
        ("650123", "Ada", "phone_length"),
    ],
)
def test_lost_ticket_needs_a_contact_and_a_name(forum, contact, name, code):
    with pytest.raises(Refused) as refused:
        services.lost_ticket.ask(contact, name)
    assert refused.value.code == code


@pytest.mark.usefixtures("context", "at_noon")
def test_code_that_proves_who_somebody_is_never_reaches_the_team():
    forum = people.stage()
    ada = people.register(forum.event_id, "Ada", email="ada@example.org")
    message = services.delivery.queue(ada, DeliveryKind.PROOF_CODE)
    with pytest.raises(Refused) as caught:
        services.message_log.hand_over(forum.event_id, message.id, by_account_id=forum.owner_id)
    assert caught.value.code == "message_not_by_hand"
