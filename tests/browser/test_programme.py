"""The programme and the screen in the hall in a browser: list and grid, choices, passing time, a dead network."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from tests import congress
from tests.browser.test_accessibility import LOOKS, look

ROOMS = 4


@pytest.fixture(scope="session")
def begun_at(site):
    """An event with four rooms that began half an hour ago, at a full minute."""
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=35)
    with site.inside():
        congress.build("congress", sessions=40, rooms=ROOMS, starts_at=starts_at)
    return starts_at


def boxes(page):
    """Where the first sessions of the programme stand on the page."""
    return [card.bounding_box() for card in page.locator("article").all()[: ROOMS + 1]]


def test_wide_screen_shows_rooms_beside_each_other_and_a_phone_a_list(begun_at, open_page):
    wide = boxes(open_page("/e/congress/programme", width=1280, script=False))
    assert len({box["y"] for box in wide[:ROOMS]}) == 1
    assert sorted(box["x"] for box in wide[:ROOMS]) == [box["x"] for box in wide[:ROOMS]]
    assert wide[ROOMS]["y"] > wide[0]["y"]
    narrow = boxes(open_page("/e/congress/programme", width=390, script=False))
    assert max(box["x"] for box in narrow) - min(box["x"] for box in narrow) < 20
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in itertools.pairwise(narrow))


def test_no_session_covers_another(begun_at, open_page):
    page = open_page("/e/congress/programme", width=1280)
    all_boxes = [card.bounding_box() for card in page.locator("article").all()]
    for number, one in enumerate(all_boxes):
        for other in all_boxes[number + 1 :]:
            assert (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
                or one["y"] + one["height"] <= other["y"] + 1
                or other["y"] + other["height"] <= one["y"] + 1
            )


def test_reader_chooses_a_room_and_takes_it_back_without_script(begun_at, open_page):
    page = open_page("/e/congress/programme", lang="en", script=False)
    page.get_by_text("Filter the programme").click()
    page.get_by_role("link", name="Room 2").click()
    assert page.locator("article").count() == 10
    page.get_by_role("link", name="Room 2 remove").first.click()
    assert page.locator("article").count() == 41


def test_marks_follow_the_clock(begun_at, open_page):
    page = open_page("/e/congress/programme", lang="en")
    page.clock.install(time=begun_at + timedelta(minutes=10))
    page.reload()
    assert page.locator(".s.now").count() == ROOMS
    assert page.locator(".live", has_text="Up next").count() == ROOMS
    assert page.locator(".s.now").first.locator("h4").inner_text().endswith(" 0")
    page.clock.fast_forward(timedelta(minutes=51).total_seconds() * 1000)
    assert [card.inner_text() for card in page.locator(".s.now h4").all()] == ["Break"]
    assert page.locator(".live", has_text="Now").count() == 1
    page.clock.fast_forward(timedelta(hours=10).total_seconds() * 1000)
    assert page.locator(".live").count() == 0


def test_screen_moves_on_by_itself_and_says_how_old_it_is_without_network(begun_at, open_page):
    page = open_page("/e/congress/now", lang="en", width=1280)
    page.clock.install(time=begun_at + timedelta(minutes=50))
    page.reload()
    now = page.locator("li.now:visible .title")
    assert now.count() == ROOMS
    assert now.first.inner_text().endswith(" 4")
    assert page.locator("#age").is_hidden()
    page.context.set_offline(True)
    page.clock.fast_forward(timedelta(minutes=15).total_seconds() * 1000)
    page.locator("#age:visible").wait_for()
    assert page.locator("#age").inner_text().startswith("No network: this is as of ")
    assert now.all_inner_texts() == ["Break"] * ROOMS
    page.context.set_offline(False)
    page.clock.fast_forward(31_000)
    page.locator("#age:visible").wait_for(state="detached")


def test_screen_fits_what_it_shows_on_screens_that_lie_and_stand(begun_at, open_page):
    page = open_page("/e/congress/now", width=1280)
    for width, height in ((1280, 720), (1920, 1080), (1080, 1920)):
        page.set_viewport_size({"width": width, "height": height})
        page.reload()
        assert page.evaluate("document.body.scrollHeight <= innerHeight && document.body.scrollWidth <= innerWidth")
        size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.now .title')).fontSize)")
        assert size >= min(width, height) / 24


def test_screen_without_script_refreshes_itself(begun_at, open_page):
    page = open_page("/e/congress/now", lang="fr", script=False)
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "30"
    assert page.locator("li.now:visible").count() == ROOMS


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_pages_of_the_day_are_accessible(begun_at, open_page, lang, width, dark):
    page = open_page("/e/congress/programme", lang=lang, width=width, dark=dark)
    wrong = {"programme": look(page)}
    page.locator("summary").click()
    wrong["choices"] = look(page)
    page.locator(".filters details a").first.click()
    wrong["chosen"] = look(page)
    for path in (
        "/e/congress/",
        "/e/congress/now",
        "/e/demo-forum/now",
        "/e/connect-223/now",
        "/e/congress/programme?room=0",
    ):
        page.goto(page.url.split("/e/")[0] + path)
        wrong[path] = look(page)
    assert {name: found for name, found in wrong.items() if found} == {}
