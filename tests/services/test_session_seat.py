"""Seats in sessions: given, waited for, given back, and never twice."""

from datetime import timedelta

import pytest
from flask import Flask

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import email
from eventapp.formats import letter as letters
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import DeliveryChannel, DeliveryKind, Fill, SessionKind, SessionSeatStatus
from eventapp.services.programme import SessionFacts
from tests import people
from tests.people import Staged

pytestmark = pytest.mark.usefixtures("context")

HAS, WAITS = SessionSeatStatus.CONFIRMED, SessionSeatStatus.WAITLISTED


@pytest.fixture
def forum() -> Staged:
    return people.stage()


def session(forum: Staged, seats: int | None = 2, title: str = "Atelier", **facts: object) -> int:
    """A released session with so many seats."""
    wanted = SessionFacts(title=LocalizedText(fr=title), starts_at=people.STARTS, ends_at=people.ENDS, **facts)  # type: ignore[arg-type]
    made = services.programme.add_session(forum.event_id, wanted).id
    services.session_seat.set_seats(forum.event_id, made, seats)
    services.release.release(forum.event_id)
    return made


def guest(forum: Staged, *names: str, mail: str | None = None) -> tuple[int, list[int]]:
    """A registration; its id and those of its people."""
    made = people.register(forum.event_id, *names, email=mail)
    return made, [one.id for one in queries.registration.list_people(made)]


def take(forum: Staged, session_id: int, *, mail: str | None = None) -> tuple[int, int]:
    """Somebody who asks for a seat; the ids of their registration and of themselves."""
    registration_id, [attendee_id] = guest(forum, mail=mail)
    services.session_seat.choose(registration_id, {attendee_id: [session_id]}, [session_id])
    return registration_id, attendee_id


def standing(registration_id: int) -> list[tuple[SessionSeatStatus, int | None]]:
    return [(seat.status, seat.number) for seat in queries.session_seat.of_registration(registration_id)]


def told(registration_id: int) -> int:
    kinds = [one.kind for one in queries.delivery.list_of_registration(registration_id)]
    return kinds.count(DeliveryKind.SESSION_SEAT)


def test_seats_go_to_the_first_and_the_others_wait_in_order(forum: Staged) -> None:
    workshop = session(forum, 2)

    guests = [take(forum, workshop)[0] for _ in range(4)]

    assert [standing(one) for one in guests] == [[(HAS, None)], [(HAS, None)], [(WAITS, 1)], [(WAITS, 2)]]
    assert [told(one) for one in guests] == [0, 0, 0, 0]


def test_choosing_twice_changes_nothing(forum: Staged) -> None:
    workshop = session(forum, 1)
    take(forum, workshop)
    registration_id, attendee_id = take(forum, workshop)
    take(forum, workshop)

    services.session_seat.choose(registration_id, {attendee_id: [workshop]}, [workshop])

    assert standing(registration_id) == [(WAITS, 1)]


def test_group_takes_a_seat_for_each(forum: Staged) -> None:
    workshop = session(forum, 2)
    registration_id, ids = guest(forum, "Ada", "Bakary", "Cira")

    services.session_seat.choose(registration_id, {one: [workshop] for one in ids}, [workshop])

    assert standing(registration_id) == [(HAS, None), (HAS, None), (WAITS, 1)]


def test_seat_given_back_goes_to_the_first_who_waits_who_is_told_once(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, ada = take(forum, workshop)
    second, _ = take(forum, workshop, mail="bintou@example.org")
    third, _ = take(forum, workshop)

    services.session_seat.choose(first, {ada: []}, [workshop])
    services.session_seat.choose(first, {ada: []}, [workshop])

    assert standing(first) == []
    assert standing(second) == [(HAS, None)]
    assert standing(third) == [(WAITS, 1)]
    assert (told(second), told(third)) == (1, 0)
    assert workshop in queries.agenda.session_ids(second)
    assert workshop not in queries.agenda.session_ids(first)


def test_who_has_no_address_is_told_by_hand(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, ada = take(forum, workshop)
    second, _ = take(forum, workshop)

    services.session_seat.choose(first, {ada: []}, [workshop])

    [message] = queries.delivery.list_of_registration(second)
    assert (message.kind, message.channel) == (DeliveryKind.SESSION_SEAT, DeliveryChannel.HAND)


def test_a_form_that_did_not_show_a_session_leaves_its_seats(forum: Staged) -> None:
    workshop = session(forum, 1)
    registration_id, ada = take(forum, workshop)

    services.session_seat.choose(registration_id, {ada: []}, [])
    services.agenda.choose(registration_id, [])

    assert standing(registration_id) == [(HAS, None)]
    assert workshop in queries.agenda.session_ids(registration_id)


def test_place_given_back_frees_the_seats_of_its_person(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, ada = take(forum, workshop)
    second, _ = take(forum, workshop)

    services.attendee.cancel(ada)
    services.session_seat.release(ada)

    assert standing(first) == []
    assert standing(second) == [(HAS, None)]


def test_more_seats_go_to_those_who_wait_and_fewer_take_none_away(forum: Staged) -> None:
    workshop = session(forum, 1)
    guests = [take(forum, workshop)[0] for _ in range(3)]

    services.session_seat.set_seats(forum.event_id, workshop, 2)
    services.session_seat.set_seats(forum.event_id, workshop, 0)

    assert [standing(one) for one in guests] == [[(HAS, None)], [(HAS, None)], [(WAITS, 1)]]
    assert queries.session_seat.labels(forum.event_id) == {workshop: Fill.FULL}


def test_session_for_anybody_tells_those_who_waited(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, _ = take(forum, workshop)
    second, _ = take(forum, workshop)

    services.session_seat.set_seats(forum.event_id, workshop, None)

    assert queries.session_seat.labels(forum.event_id) == {}
    assert (standing(first), standing(second)) == ([], [])
    assert (told(first), told(second)) == (0, 1)
    assert workshop in queries.agenda.session_ids(second)


def test_cancelled_session_gives_no_seats_until_it_takes_place_again(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, ada = take(forum, workshop)
    second, _ = take(forum, workshop)

    services.programme.cancel_session(forum.event_id, workshop)
    services.session_seat.choose(first, {ada: []}, [workshop])
    assert standing(second) == [(WAITS, 1)]
    services.programme.restore_session(forum.event_id, workshop)

    assert standing(second) == [(HAS, None)]


def test_session_that_is_over_gives_no_seats(forum: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    workshop = session(forum, 1)
    registration_id, [ada] = guest(forum)
    monkeypatch.setattr("eventapp.clock.now", lambda: people.ENDS + timedelta(minutes=1))

    services.session_seat.choose(registration_id, {ada: [workshop]}, [workshop])

    assert standing(registration_id) == []


def test_somebody_of_another_registration_gets_nothing(forum: Staged) -> None:
    workshop = session(forum)
    mine, _ = guest(forum)
    other, [bakary] = guest(forum)

    services.session_seat.choose(mine, {bakary: [workshop]}, [workshop])

    assert (standing(mine), standing(other)) == ([], [])


def test_session_that_is_not_released_cannot_be_chosen(forum: Staged) -> None:
    session(forum)
    facts = SessionFacts(title=LocalizedText(fr="Secret"))
    secret = services.programme.add_session(forum.event_id, facts).id
    services.session_seat.set_seats(forum.event_id, secret, 5)
    registration_id, [ada] = guest(forum)

    services.session_seat.choose(registration_id, {ada: [secret]}, [secret])

    assert standing(registration_id) == []


def test_session_for_which_somebody_waits_is_not_deleted(forum: Staged) -> None:
    workshop = session(forum, 0)
    take(forum, workshop)

    with pytest.raises(Refused, match="session_is_chosen"):
        services.programme.delete_session(forum.event_id, workshop)


def test_label_is_written_only_when_it_changes(forum: Staged) -> None:
    workshop = session(forum, 30)
    before = queries.event.find_public_state(forum.slug)

    take(forum, workshop)
    assert queries.event.find_public_state(forum.slug) == before
    services.session_seat.set_seats(forum.event_id, workshop, 6)

    assert queries.event.find_public_state(forum.slug) != before
    assert queries.session_seat.labels(forum.event_id) == {workshop: Fill.FILLING}


def test_team_adds_and_removes_by_hand(forum: Staged) -> None:
    workshop = session(forum, 1)
    first, [ada] = guest(forum)
    second, [bakary] = guest(forum)

    gained = [
        services.session_seat.take(forum.event_id, workshop, one, account_id=forum.owner_id) for one in (ada, bakary)
    ]
    services.session_seat.leave(forum.event_id, workshop, ada, account_id=forum.owner_id)

    assert gained == [HAS, WAITS]
    assert (standing(first), standing(second)) == ([], [(HAS, None)])


def test_team_cannot_add_who_has_no_place(forum: Staged) -> None:
    workshop = session(forum)
    _, [ada] = guest(forum)
    services.attendee.cancel(ada)

    with pytest.raises(Refused, match="not_at_event"):
        services.session_seat.take(forum.event_id, workshop, ada, account_id=forum.owner_id)


def test_team_cannot_add_to_a_cancelled_session(forum: Staged) -> None:
    workshop = session(forum)
    _, [ada] = guest(forum)
    services.programme.cancel_session(forum.event_id, workshop)

    with pytest.raises(Refused, match="session_takes_nobody"):
        services.session_seat.take(forum.event_id, workshop, ada, account_id=forum.owner_id)


def test_team_cannot_add_where_no_seats_are_given(forum: Staged) -> None:
    anybody = session(forum, None)
    _, [ada] = guest(forum)

    with pytest.raises(NotFound):
        services.session_seat.take(forum.event_id, anybody, ada, account_id=forum.owner_id)


@pytest.mark.parametrize("seats", [-1, 100_001])
def test_number_of_seats_is_within_reason(forum: Staged, seats: int) -> None:
    workshop = session(forum)

    with pytest.raises(Refused, match="seats_out_of_range"):
        services.session_seat.set_seats(forum.event_id, workshop, seats)


def test_break_has_no_seats(forum: Staged) -> None:
    with pytest.raises(Refused, match="break_has_no_seats"):
        session(forum, 3, kind=SessionKind.BREAK)


def test_session_of_another_event_is_not_found(forum: Staged) -> None:
    workshop = session(forum)
    other = people.stage("other")

    with pytest.raises(NotFound):
        services.session_seat.set_seats(other.event_id, workshop, 3)


def test_list_has_seats_first_and_finds_names(forum: Staged) -> None:
    workshop = session(forum, 1)
    registration_id, ids = guest(forum, "Fatoumata Diarra", "Moussa Keïta")
    services.session_seat.choose(registration_id, {one: [workshop] for one in ids}, [workshop])

    listed = queries.session_seat.list_people(forum.event_id, workshop)
    found = queries.session_seat.list_people(forum.event_id, workshop, "keita")

    assert [(one.attendee.name, one.status) for one in listed] == [("Fatoumata Diarra", HAS), ("Moussa Keïta", WAITS)]
    assert [one.attendee.name for one in found] == ["Moussa Keïta"]
    assert queries.timetable.count_sign_ups(forum.event_id) == {workshop: 1}


@pytest.mark.parametrize(
    ("language", "subject", "lead"),
    [
        ("en", "You have a seat in a session: Trial forum", "it is yours: Atelier"),
        ("fr", "Vous avez une place dans une session : Forum d’essai", "Atelier"),
    ],
)
def test_letter_names_the_session_while_the_seat_is_theirs(
    app: Flask, forum: Staged, language: str, subject: str, lead: str
) -> None:
    workshop = session(forum, 1)
    first, ada = take(forum, workshop)
    second = people.register(forum.event_id, "Bintou", email="bintou@example.org", language=language)
    bintou = queries.registration.list_people(second)[0].id
    services.session_seat.choose(second, {bintou: [workshop]}, [workshop])
    services.session_seat.choose(first, {ada: []}, [workshop])
    [message] = [one for one in queries.delivery.list_of_registration(second) if one.kind is DeliveryKind.SESSION_SEAT]
    message_id = message.id

    letter = services.letter.of(queries.delivery.get_parts(message_id))
    content = email.write(letter)
    assert not letters.is_outdated(letter)
    assert content.subject.replace("\u00a0", " ") == subject
    assert lead in content.text

    services.session_seat.choose(second, {bintou: []}, [workshop])
    assert letters.is_outdated(services.letter.of(queries.delivery.get_parts(message_id)))
