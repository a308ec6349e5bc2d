"""The desk: my events, a new one, the overview, and everything an event says about itself."""

from datetime import UTC, datetime

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import EventState, HostRole, Role
from eventapp.services.programme import SessionFacts
from tests import people
from tests.web import browser


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    client = people.sign_in(app, "olga")
    client.get("/organize/?lang=en")
    return client


def event(app, slug="forum"):
    with app.app_context():
        return queries.event.get_page(slug)


# My events


def test_list_shows_stage_day_and_seats(app, forum, olga):
    with app.app_context():
        people.register(forum.event_id)
    shown = browser.shown(olga.get("/organize/"))
    for part in ("Trial forum", "Published", "Friday 18 December 2026", "you: Owner", "1 / 50"):
        assert part in shown


def test_list_of_someone_without_events_says_how_to_begin(app, at_noon):
    with app.app_context():
        people.account("max")
    assert "There is no event yet" in browser.shown(people.sign_in(app, "max").get("/organize/?lang=en"))


def test_list_leaves_out_events_of_others(app, forum):
    with app.app_context():
        people.account("max")
    assert "Trial forum" not in browser.shown(people.sign_in(app, "max").get("/organize/?lang=en"))


def test_list_shows_the_administrator_every_event(app, forum):
    with app.app_context():
        services.account.add("admin@example.org", is_admin=True)
    assert "Trial forum" in browser.shown(people.sign_in(app, "admin").get("/organize/?lang=en"))


def test_list_gives_check_in_staff_no_way_into_the_desk(app, forum):
    with app.app_context():
        people.grant("sam", forum.event_id, Role.CHECKIN)
    client = people.sign_in(app, "sam")
    page = client.get("/organize/").text
    assert 'href="/organize/forum/"' not in page
    assert 'href="/checkin/"' in page
    assert client.get("/organize/forum/").status_code == 403


# A new event


def test_new_event_is_a_draft_of_mine(app, olga):
    answer = browser.submit(
        olga,
        "/organize/new",
        {
            "title-fr": "Fête de l’école",
            "title-en": "School fair",
            "timezone": "Africa/Nairobi",
            "starts_at": "2027-01-15T09:00",
            "ends_at": "2027-01-15T17:00",
            "capacity": "1 200",
        },
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organize/school-fair/")
    made = event(app, "school-fair")
    assert (made.state, made.starts_at, made.capacity) == (
        EventState.DRAFT,
        datetime(2027, 1, 15, 6, 0, tzinfo=UTC),
        1200,
    )
    assert olga.get("/organize/school-fair/").status_code == 200


def test_new_event_sent_twice_is_one(app, olga):
    page = olga.get("/organize/new")
    sent = {**browser.values(browser.forms(browser.parse(page.text))[0]), "title-fr": "Fête"}
    assert [olga.post("/organize/new", data=sent).headers["Location"] for _time in range(2)] == [
        "/organize/fete/",
        "/organize/fete/",
    ]


def test_new_event_may_know_nothing_but_its_title(app, olga):
    assert browser.submit(olga, "/organize/new", {"title-en": "Fair"}).status_code == 303
    assert event(app, "fair").starts_at is None


def test_new_event_begins_in_the_zone_of_the_one_before(app, olga):
    form = browser.values(browser.forms(browser.parse(olga.get("/organize/new").text))[0])
    assert form["timezone"] == "Africa/Bamako"


@pytest.mark.parametrize(
    ("wrong", "box", "sentence"),
    [
        ({"title-fr": "", "title-en": ""}, "title", "Please write a title in at least one language."),
        ({"title-en": "x" * 201}, "title", "Please shorten this to 200 letters."),
        ({"slug": "forum"}, "slug", "Another one has this address already."),
        ({"slug": "Not good"}, "slug", "The address may hold small letters, digits and single hyphens."),
        ({"timezone": "Africa/Nowhere"}, "timezone", "Please choose one of the answers."),
        ({"starts_at": "tomorrow"}, "starts_at", "Please write day and time, such as 2026-12-18 09:00."),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at", "Please write day and time, such as 2026-12-18 09:00."),
        ({"ends_at": "2020-01-01T09:00"}, "ends_at", "The end must be after the start."),
        ({"capacity": "many"}, "capacity", "Please write a whole number from 0 to 1000000."),
        ({"capacity": "-5"}, "capacity", "Please write a whole number from 0 to 1000000."),
        ({"capacity": "99999999999"}, "capacity", "Please write a whole number from 0 to 1000000."),
        (
            {"timezone": "Europe/Paris", "starts_at": "2027-03-28T02:30"},
            "starts_at",
            "Such a time does not exist on this day: the clocks are put forward. Please choose another.",
        ),
    ],
)
def test_new_event_that_cannot_be_is_refused_and_keeps_the_input(app, olga, wrong, box, sentence):
    typed = {"title-fr": "Gardé", "title-en": "Kept", "starts_at": "2027-01-15T09:00", "slug": "kept"} | wrong
    answer = browser.submit(olga, "/organize/new", typed)
    assert answer.status_code == 422
    assert browser.refusals(answer) == {box: sentence}
    form = browser.values(browser.forms(browser.parse(answer.text))[0])
    kept = {name: value for name, value in typed.items() if name != "timezone" or value != "Africa/Nowhere"}
    assert {name: form[name] for name in kept} == kept


def test_what_is_wrong_is_said_to_screen_readers_beside_its_box(olga):
    answer = browser.submit(olga, "/organize/new", {"title-en": "Kept", "capacity": "many"})
    boxes = {e.get("id"): e for e in browser.parse(answer.text).iter() if e.get("id")}
    assert boxes["capacity"].get("aria-invalid") == "true"
    assert boxes["capacity"].get("aria-describedby") == "capacity-help capacity-wrong"
    assert "whole number" in browser.words(boxes["capacity-wrong"])


# Overview


def test_overview_of_a_new_event_says_what_is_missing(app, olga):
    browser.submit(olga, "/organize/new", {"title-fr": "Fête"})
    shown = browser.shown(olga.get("/organize/fete/"))
    for part in (
        "Only the team sees this event.",
        "The date is not known yet.",
        "The place is missing.",
        "Title: missing in English",
        "Theme: missing in English, French",
        "an address for contact is missing",
        "No organization stands behind the event yet.",
        "The number of seats is not limited.",
        "The programme is empty.",
        "There are no speakers yet.",
    ):
        assert part in shown


def test_overview_counts_what_is_half_done(app, forum, olga):
    with app.app_context():
        people.speaker(forum.event_id)
        for at in (None, people.STARTS.replace(year=2027)):
            services.programme.add_session(forum.event_id, SessionFacts(title=LocalizedText(fr="A"), starts_at=at))
    shown = browser.shown(olga.get("/organize/forum/"))
    for part in (
        "1 session has no time.",
        "1 session lies outside the days of the event.",
        "2 sessions have no title in one of the languages.",
    ):
        assert part in shown


def test_overview_shows_the_figures(app, forum, olga):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=2, max_party=5)
        people.register(forum.event_id, "Ada")
        people.register(forum.event_id, "Bintou", "Cheick")
    figures = [browser.words(e) for e in browser.parse(olga.get("/organize/forum/").text).iter("dd")]
    assert figures == ["1", "2", "1", "0"]


def test_editor_sees_no_figures_and_viewer_no_gaps(app, forum):
    with app.app_context():
        people.grant("sam", forum.event_id, Role.EDITOR)
        people.grant("ada", forum.event_id, Role.VIEWER)
    editor, viewer = (
        browser.shown(people.sign_in(app, name).get("/organize/forum/?lang=en")) for name in ("sam", "ada")
    )
    assert ("seats free" in editor, "Still missing" in editor) == (False, True)
    assert ("seats free" in viewer, "Still missing" in viewer) == (True, False)


def test_publish_shows_the_event_to_everyone(app, olga, client):
    browser.submit(olga, "/organize/new", {"title-fr": "Fête"})
    assert client.get("/e/fete/").status_code == 404
    assert browser.submit(olga, "/organize/fete/", action="/publish").status_code == 303
    assert "The event is published." in browser.shown(olga.get("/organize/fete/"))
    app.extensions.pop("eventapp.pages", None)  # it would be trusted for another second
    assert client.get("/e/fete/").status_code == 200


def test_registration_is_closed_and_opened_by_hand(app, forum, olga):
    for is_open in (False, True):
        browser.submit(olga, "/organize/forum/", action="/registration-open")
        assert event(app).registration_open is is_open


def test_menu_holds_what_the_role_may_open(app, forum):
    with app.app_context():
        people.grant("sam", forum.event_id, Role.EDITOR)
    page = browser.parse(people.sign_in(app, "sam").get("/organize/forum/?lang=en").text)
    menu = next(page.iter("aside"))
    assert [browser.words(link) for link in menu.iter("a")] == [
        "Overview",
        "Programme",
        "Timetable",
        "Speakers",
        "Notices",
        "Speakers today",
    ]


# Texts, dates, places, colour


def test_texts_are_saved_and_shown_again(app, forum, olga):
    typed = {
        "title-fr": "Autre forum",
        "title-en": "Other forum",
        "theme-fr": "Un thème",
        "description-fr": "Premier paragraphe.\n\nSecond **gras**.",
        "venue-fr": "Hôtel de l'Amitié",
        "city-fr": "Bamako, Mali",
        "contact_email": "Forum@example.org",
        "privacy-en": "We keep nothing.",
    }
    answer = browser.submit(olga, "/organize/forum/texts", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/organize/forum/texts")
    form = browser.values(browser.forms(browser.parse(olga.get("/organize/forum/texts").text))[0])
    assert {name: form[name] for name in typed} == typed


def test_texts_that_cannot_be_keep_what_was_typed(app, forum, olga):
    typed = {"title-fr": "", "title-en": "", "theme-fr": "Gardé", "contact_email": "no address"}
    answer = browser.submit(olga, "/organize/forum/texts", typed)
    assert browser.refusals(answer) == {"title": "Please write a title in at least one language."}
    answer = browser.submit(olga, "/organize/forum/texts", typed | {"title-fr": "Titre"})
    assert list(browser.refusals(answer)) == ["contact_email"]
    form = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert (form["theme-fr"], form["contact_email"]) == ("Gardé", "no address")
    assert event(app).title["fr"] == "Forum d’essai"


def test_texts_in_a_language_that_is_off_are_kept(app, forum, olga):
    browser.submit(olga, "/organize/forum/dates", {"languages": ["fr"]})
    browser.submit(olga, "/organize/forum/texts", {"title-fr": "Autre forum"})
    assert event(app).title == {"fr": "Autre forum", "en": "Trial forum"}


def test_dates_are_typed_on_the_clocks_of_the_zone(app, forum, olga):
    answer = browser.submit(
        olga,
        "/organize/forum/dates",
        {"timezone": "Africa/Nairobi", "starts_at": "2026-12-18T09:00", "ends_at": "2026-12-19T17:00"},
    )
    assert answer.status_code == 303
    changed = event(app)
    assert (changed.timezone, changed.starts_at) == ("Africa/Nairobi", datetime(2026, 12, 18, 6, 0, tzinfo=UTC))
    form = browser.values(browser.forms(browser.parse(olga.get("/organize/forum/dates").text))[0])
    assert form["starts_at"] == "2026-12-18T09:00"


def test_time_to_be_confirmed_and_first_language(app, forum, olga):
    browser.submit(olga, "/organize/forum/dates", {"time_is_known": [], "first_language": "en"})
    changed = event(app)
    assert (changed.time_is_known, changed.languages) == (False, ["en", "fr"])


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"languages": []}, "languages"),
        ({"languages": ["xx"]}, "languages"),
        ({"ends_at": "2020-01-01T09:00"}, "ends_at"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"first_language": "xx"}, "first_language"),
    ],
)
def test_dates_that_cannot_be_are_refused_beside_their_box(app, forum, olga, wrong, box):
    answer = browser.submit(olga, "/organize/forum/dates", wrong)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    assert event(app).timezone == "Africa/Bamako"


def test_places_and_questions_are_saved(app, forum, olga):
    answer = browser.submit(
        olga,
        "/organize/forum/places",
        {
            "capacity": "80",
            "max_party": "3",
            "opens_at": "2026-12-01T08:00",
            "closes_at": "2026-12-17T18:00",
            "sex": "required",
            "region": "optional",
        },
    )
    assert answer.status_code == 303
    changed = event(app)
    assert (changed.capacity, changed.max_party, changed.asked) == (
        80,
        3,
        {"sex": "required", "region": "optional"},
    )
    assert changed.registration_closes_at == datetime(2026, 12, 17, 18, 0, tzinfo=UTC)


def test_more_seats_reach_those_who_wait(app, forum, olga):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=1, max_party=5)
        people.register(forum.event_id, "Ada")
        people.register(forum.event_id, "Bintou")
    browser.submit(olga, "/organize/forum/places", {"capacity": "2"})
    with app.app_context():
        assert queries.registration.count_by_status(forum.event_id) == {"confirmed": 1, "offered": 1}


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"capacity": "1.5"}, "capacity"),
        ({"max_party": "0"}, "max_party"),
        ({"max_party": "101"}, "max_party"),
        ({"opens_at": "2026-12-02T08:00", "closes_at": "2026-12-01T08:00"}, "closes_at"),
        ({"sex": "perhaps"}, "sex"),
    ],
)
def test_places_that_cannot_be_are_refused_beside_their_box(app, forum, olga, wrong, box):
    answer = browser.submit(olga, "/organize/forum/places", wrong)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])


def test_colour_is_saved(app, forum, olga):
    assert browser.submit(olga, "/organize/forum/colour", {"accent": "#0B5D3C"}).status_code == 303
    assert event(app).accent == "#0b5d3c"


@pytest.mark.parametrize("colour", ["#ffee00", "red", "", "#12345", "#gggggg"])
def test_colour_that_cannot_be_is_refused(app, forum, olga, colour):
    answer = browser.submit(olga, "/organize/forum/colour", {"accent": colour})
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["accent"])
    assert event(app).accent == "#9a3b12"


# Organizations and parts of the page


def test_organization_is_added_changed_moved_and_removed(app, forum, olga):
    path = "/organize/forum/organizations"
    for name in ("Alpha", "Beta"):
        answer = browser.submit(olga, f"{path}/new", {"role": "donor", "name-fr": name, "website": "example.org"})
        assert answer.headers["Location"] == path
    first, second = (o.id for o in event(app).organizations)
    browser.submit(olga, f"{path}/{first}", {"role": "partner", "name-en": "Alpha Ltd"})
    browser.submit(olga, path, action=f"{second}/move")
    found = event(app).organizations
    assert [(o.name, o.role, o.website) for o in found] == [
        ({"fr": "Beta"}, HostRole.DONOR, "https://example.org"),
        ({"fr": "Alpha", "en": "Alpha Ltd"}, HostRole.PARTNER, "https://example.org"),
    ]
    assert "Remove “Alpha Ltd”?" in browser.shown(olga.get(f"{path}/{first}/remove"))
    browser.submit(olga, f"{path}/{first}/remove")
    assert [o.id for o in event(app).organizations] == [second]


def test_organization_sent_twice_is_one(app, forum, olga):
    page = olga.get("/organize/forum/organizations/new")
    sent = {**browser.values(browser.forms(browser.parse(page.text))[0]), "name-fr": "Alpha"}
    for _time in range(2):
        olga.post("/organize/forum/organizations/new", data=sent)
    assert len(event(app).organizations) == 1


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"name-fr": ""}, "name"),
        ({"role": "friend"}, "role"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://" + "x" * 300 + ".org"}, "website"),
    ],
)
def test_organization_that_cannot_be_is_refused_and_keeps_the_input(app, forum, olga, wrong, box):
    typed = {"name-fr": "Gardé", "website": "example.org"} | wrong
    answer = browser.submit(olga, "/organize/forum/organizations/new", typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [box])
    form = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert (form["name-fr"], form["website"]) == (typed["name-fr"], typed["website"])


def test_part_of_the_page_is_added_changed_moved_and_removed(app, forum, olga):
    path = "/organize/forum/sections"
    for title in ("Venir", "Manger"):
        assert browser.submit(olga, f"{path}/new", {"title-fr": title, "body-fr": "À pied."}).status_code == 303
    first, second = (s.id for s in event(app).sections)
    browser.submit(olga, f"{path}/{first}", {"title-fr": "Y aller"})
    browser.submit(olga, path, action=f"{second}/move")
    assert [s.title["fr"] for s in event(app).sections] == ["Manger", "Y aller"]
    browser.submit(olga, f"{path}/{first}/remove")
    assert [s.id for s in event(app).sections] == [second]


def test_part_without_heading_keeps_its_text(app, forum, olga):
    answer = browser.submit(olga, "/organize/forum/sections/new", {"body-fr": "À pied."})
    assert list(browser.refusals(answer)) == ["title"]
    assert browser.values(browser.forms(browser.parse(answer.text))[0])["body-fr"] == "À pied."


@pytest.mark.parametrize("noun", ["organizations", "sections", "rooms", "topics", "speakers", "programme"])
@pytest.mark.parametrize("number", ["0", "999", "2147483647", "99999999999999999999", "-1", "x"])
def test_row_that_does_not_exist_is_not_found(olga, noun, number):
    assert olga.get(f"/organize/forum/{noun}/{number}").status_code == 404


def test_many_events_cost_no_more_questions_than_few(app, forum, olga):
    from tests.web.world import Statements

    def count():
        with Statements(app) as statements:
            assert olga.get("/organize/").status_code == 200
        return statements.count

    count()
    few = count()
    with app.app_context():
        for number in range(20):
            people.stage(f"forum-{number}")
    assert count() == few
