"""The desk: categories and shared seats, invitation codes, the rules of waiting, and the suggestion to over-book."""

import csv
import io
from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.checkin import Admission
from eventapp.models.event import Event
from eventapp.rules.vocabulary import TicketKind, TypeAccess
from eventapp.services.event import WaitingSettings
from eventapp.services.invitation_code import CodeFacts
from eventapp.services.ticket_type import TypeFacts
from tests import people
from tests.web import browser

TYPES = "/organize/forum/categories"
CODES = "/organize/forum/codes"
WAITING = "/organize/forum/places/waiting"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/?lang=en")
    return client


@pytest.fixture
def press(app, forum):
    with app.app_context():
        facts = TypeFacts(name=LocalizedText(fr="Presse", en="Press"), access=TypeAccess.CODE)
        return services.ticket_type.add(forum.event_id, facts).id


def types(app, forum):
    with app.app_context():
        return queries.registration.list_ticket_types(forum.event_id)


def codes(app, forum):
    with app.app_context():
        return queries.invitation_code.list_standings(forum.event_id)


# Categories


def test_category_is_added_with_its_form(app, forum, olga):
    answer = browser.submit(
        olga,
        f"{TYPES}/new",
        {
            "name-en": "Press",
            "kind": "press",
            "access": "code",
            "needs_approval": "y",
            "capacity": "12",
            "closes_at": "2026-12-16T09:00",
            "colour": "#1a4d8f",
        },
    )
    assert answer.status_code == 303
    made = types(app, forum)[-1]
    assert (made.kind, made.access, made.capacity, made.needs_approval) == (
        TicketKind.PRESS,
        TypeAccess.CODE,
        12,
        True,
    )
    shown = browser.shown(olga.get(TYPES))
    for part in ("Press", "With an invitation code", "the team decides", "0 / 12", "12 seats free", "closes 16 Dec"):
        assert part in shown


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Please write a name in"), ("fr", "Écrivez un nom dans")])
def test_refused_category_keeps_what_was_typed(app, olga, lang, sentence):
    olga.get(f"/organize/?lang={lang}")
    answer = browser.submit(olga, f"{TYPES}/new", {"description-en": "Journalists"})
    assert answer.status_code == 422
    assert sentence in browser.refusals(answer)["name"]
    assert "Journalists" in answer.text


def test_colour_nobody_can_read_is_refused_beside_its_box(app, olga):
    answer = browser.submit(olga, f"{TYPES}/new", {"name-en": "Press", "colour": "#ffee00"})
    assert "too light" in browser.refusals(answer)["colour"]


@pytest.mark.parametrize("wrong", [{"capacity": "-1"}, {"pool_id": "99"}, {"doors": "99"}, {"kind": "king"}])
def test_category_with_nonsense_is_refused(app, forum, olga, wrong):
    assert browser.submit(olga, f"{TYPES}/new", {"name-en": "Press", **wrong}).status_code == 422
    assert len(types(app, forum)) == 1


def test_category_of_speakers_is_never_offered_to_everybody(app, forum, olga):
    with app.app_context():
        made = services.ticket_type.of_kind(forum.event_id, TicketKind.SPEAKER).id
    page = browser.parse(olga.get(f"{TYPES}/{made}").text)
    access = next(box for box in page.iter("select") if box.get("name") == "access")
    assert [option.get("value") for option in access.iter("option")] == ["code", "staff"]
    answer = browser.submit(olga, f"{TYPES}/{made}", {"access": "open"})
    assert answer.status_code == 422


def test_event_without_an_open_category_says_that_it_is_by_invitation(app, forum, olga, press):
    public = types(app, forum)[0].id
    assert "by invitation only" not in browser.shown(olga.get(TYPES))
    assert browser.submit(olga, f"{TYPES}/{public}", {"access": "staff"}).status_code == 303
    assert "This event is by invitation only" in browser.shown(olga.get(TYPES))
    assert browser.submit(olga, f"{TYPES}/{press}", {"access": "staff"}).status_code == 303
    assert "Nobody can register by themselves" in browser.shown(olga.get(TYPES))


def test_category_with_people_is_not_removed_and_says_why(app, forum, olga, press):
    with app.app_context():
        people.register(forum.event_id)
    answer = browser.submit(olga, f"{TYPES}/{types(app, forum)[0].id}/remove")
    assert answer.status_code == 409
    assert "Move them to another one first" in browser.refusals(answer)[""]


def test_categories_are_moved_and_removed(app, forum, olga, press):
    olga.post(f"{TYPES}/{press}/move", data={**_token(olga, TYPES), "steps": "-1"})
    assert types(app, forum)[0].id == press
    assert browser.submit(olga, f"{TYPES}/{press}/remove").status_code == 303
    assert len(types(app, forum)) == 1


def _token(client, path):
    return browser.values(browser.forms(browser.parse(client.get(path).text))[0])


def test_shared_seats_are_made_chosen_and_shown(app, forum, olga, press):
    answer = browser.submit(olga, "/organize/forum/shared-seats/new", {"name": "Balcony", "capacity": "40"})
    assert answer.status_code == 303
    with app.app_context():
        [pool] = queries.ticket_type.list_pools(forum.event_id)
    browser.submit(olga, f"{TYPES}/{press}", {"pool_id": str(pool.id)})
    shown = browser.shown(olga.get(TYPES))
    for part in ("shares “Balcony”", "40 seats free", "Balcony Press 0 / 40"):
        assert part in shown
    browser.submit(olga, f"/organize/forum/shared-seats/{pool.id}", {"capacity": "30"})
    assert "30 seats free" in browser.shown(olga.get(TYPES))
    assert browser.submit(olga, f"/organize/forum/shared-seats/{pool.id}/remove").status_code == 409


def test_shared_seats_without_a_name_are_refused(olga):
    answer = browser.submit(olga, "/organize/forum/shared-seats/new", {"capacity": "40"})
    assert browser.refusals(answer) == {"name": "Please write a name."}


# Codes


def test_codes_page_says_what_to_do_first(olga):
    assert "No category is open with a code yet" in browser.shown(olga.get(CODES))
    assert "No category is open with a code yet" in browser.shown(olga.get(f"{CODES}/new"))


def test_code_is_written_used_and_counted(app, forum, olga, press):
    answer = browser.submit(
        olga, f"{CODES}/new", {"code": "Radio Klédu", "uses": "some", "max_people": "10", "note": "radio"}
    )
    assert answer.status_code == 303
    with app.app_context():
        people.register(forum.event_id, "Ada", "Bintou", "Cheick", code="radio-kledu")
    shown = browser.shown(olga.get(CODES))
    for part in ("RAD1-0K1E-DU", "3 of 10", "good", "Press", "radio"):
        assert part in shown


@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "There is such a code already."), ("fr", "Ce code existe déjà.")]
)
def test_code_that_is_taken_is_refused(app, forum, olga, press, lang, sentence):
    with app.app_context():
        services.invitation_code.add(forum.event_id, "RADIO-1", CodeFacts(ticket_type_id=press))
    olga.get(f"/organize/?lang={lang}")
    answer = browser.submit(olga, f"{CODES}/new", {"code": "radio 1"})
    assert (answer.status_code, browser.refusals(answer)) == (422, {"code": sentence})


def test_many_codes_are_drawn_shown_together_and_downloaded(app, forum, olga, press):
    answer = browser.submit(
        olga, f"{CODES}/draw", {"number": "120", "uses": "one", "expires_at": "2026-12-17T18:00", "note": "=1+1"}
    )
    assert answer.status_code == 303
    shown = browser.shown(olga.get(answer.headers["Location"]))
    assert "120 codes are drawn." in shown
    assert "Page 1 of 2" in shown
    drawn = answer.headers["Location"].split("drawn=")[1]
    file = olga.get(f"{CODES}.csv?drawn={drawn}")
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert rows[0] == ["Code", "Link", "Category", "Good until", "Good for", "Used", "Note", "State"]
    written = rows[1][0].replace("-", "")
    assert rows[1][1].endswith(f"/e/forum/register?code={written}")
    assert rows[1][2:] == ["Press", "2026-12-17T18:00:00+00:00", "1", "0", "'=1+1", "good"]
    assert len({row[0] for row in rows[1:]}) == 120


def test_draw_sent_twice_is_one(app, forum, olga, press):
    page = browser.parse(olga.get(f"{CODES}/draw").text)
    sent = {**browser.values(browser.forms(page)[0]), "number": "3"}
    places = {olga.post(f"{CODES}/draw", data=sent).headers["Location"] for _ in range(2)}
    assert (len(places), len(codes(app, forum))) == (1, 3)


@pytest.mark.parametrize("number", ["0", "1001", "", "many"])
def test_no_codes_or_too_many_are_refused(app, forum, olga, press, number):
    assert browser.submit(olga, f"{CODES}/draw", {"number": number}).status_code == 422
    assert codes(app, forum) == []


def test_code_is_withdrawn_and_restored(app, forum, olga, press):
    browser.submit(olga, f"{CODES}/new", {"code": "RADIO-1"})
    code_id = codes(app, forum)[0].code.id
    browser.submit(olga, CODES, action=f"/{code_id}/withdraw")
    assert "withdrawn" in browser.shown(olga.get(CODES))
    browser.submit(olga, CODES, action=f"/{code_id}/restore")
    assert "withdrawn" not in browser.shown(olga.get(CODES))


def test_codes_are_filtered_by_category(app, forum, olga, press):
    browser.submit(olga, f"{CODES}/new", {"code": "RADIO-1"})
    assert "1 code" in browser.shown(olga.get(f"{CODES}?type={press}"))
    for other in (press + 1, "x", "9999999999"):
        assert olga.get(f"{CODES}?type={other}").status_code == 200
    assert "RAD1-01" not in olga.get(f"{CODES}?type={press + 1}").text


# Rules of waiting


def test_rules_of_waiting_are_saved(app, forum, olga):
    answer = browser.submit(
        olga,
        WAITING,
        {"offer_hours": "", "reconfirm_days": "5", "release_days": "2", "unclaimed_minutes": "30"},
    )
    assert answer.status_code == 303
    with app.app_context():
        event = queries.event.get(forum.event_id)
    assert (
        event.waiting_list,
        event.offer_hours,
        event.reconfirm_days,
        event.release_days,
        event.unclaimed_minutes,
    ) == (
        True,
        None,
        5,
        2,
        30,
    )


def test_waiting_list_is_closed(app, forum, olga):
    assert browser.submit(olga, WAITING, {"waiting_list": []}).status_code == 303
    with app.app_context():
        assert not queries.event.get(forum.event_id).waiting_list


@pytest.mark.parametrize(
    ("days", "lang", "sentence"),
    [
        (("", "2"), "en", "only if people are asked"),
        (("", "2"), "fr", "que si la question est posée"),
        (("2", "2"), "en", "fewer days than the 2"),
        (("3", "5"), "fr", "moins de jours que les 3"),
    ],
)
def test_places_are_not_taken_back_before_people_could_answer(olga, days, lang, sentence):
    olga.get(f"/organize/?lang={lang}")
    answer = browser.submit(olga, WAITING, {"reconfirm_days": days[0], "release_days": days[1]})
    assert answer.status_code == 422
    assert sentence in browser.refusals(answer)["release_days"]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Without an answer by Wednesday 16 December 2026, 09:00, your place goes to somebody who waits."),
        ("fr", "Sans réponse avant le mercredi 16 décembre 2026"),
    ],
)
def test_form_says_that_places_are_taken_back_only_if_they_are(app, forum, client, lang, sentence):
    assert sentence not in client.get(f"/e/forum/register?lang={lang}").text
    with app.app_context():
        rules = WaitingSettings(waiting_list=True, reconfirm_days=5, release_days=2)
        services.event.set_waiting(forum.event_id, rules)
    assert sentence in client.get(f"/e/forum/register?lang={lang}").text


# Over-booking


def past(app, slug, owner, confirmed, came):
    """An event of last year to which some of the confirmed came."""
    with app.app_context():
        event_id = people.stage(slug, owner, capacity=None, max_party=100).event_id
        registration_id = people.register(event_id, *(f"Guest {number}" for number in range(confirmed)))
        guests = queries.registration.list_people(registration_id)
        door = queries.checkpoint.list_of_event(event_id)[0]
        for guest in guests:
            guest.status_at = people.STARTS - timedelta(days=400)
        for guest in guests[:came]:
            db.session.add(
                Admission(attendee_id=guest.id, checkpoint_id=door.id, event_id=event_id, entered_at=clock.now())
            )
        event = db.session.get_one(Event, event_id)
        event.starts_at = people.STARTS - timedelta(days=365)
        event.ends_at = people.ENDS - timedelta(days=365)
        db.session.commit()


def test_suggestion_comes_from_my_own_past_events(app, forum, olga):
    past(app, "one", "olga", 80, 48)
    past(app, "two", "olga", 50, 33)
    past(app, "small", "olga", 19, 9)
    past(app, "unrecorded", "olga", 60, 0)
    past(app, "elsewhere", "max", 90, 10)
    shown = browser.shown(olga.get("/organize/forum/places"))
    for part in ("In a room with 50 seats", "80 48 60 %", "50 33 66 %"):
        assert part in shown
    for part in ("19 9", "90 10", "60 0"):
        assert part not in shown


def test_no_past_event_gives_no_number_but_what_others_report(app, forum, olga):
    past(app, "elsewhere", "max", 90, 10)
    shown = browser.shown(olga.get("/organize/forum/places"))
    assert "a third to a half of free registrations do not come" in shown
    assert "In a room with" not in shown


def test_one_past_event_is_not_enough(app, forum, olga):
    past(app, "one", "olga", 80, 48)
    shown = browser.shown(olga.get("/organize/forum/places"))
    assert "One past event does not tell" in shown
    assert "80 48 60 %" in shown
