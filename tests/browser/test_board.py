"""The timetable in a browser: by keyboard alone, by mouse, by a thumb, without script and without a network."""

import itertools
import os
import re
from datetime import UTC, datetime

import pytest

from tests import congress
from tests.browser.test_accessibility import look

_numbers = itertools.count(1)
KEYBOARD = {"lang": "en", "width": 360}


@pytest.fixture
def board(site, open_page):
    """Opens the timetable of an event of its own with three rooms, signed in as its owner."""
    slug = f"board-{next(_numbers)}-{os.getpid()}"
    with site.inside():
        congress.build(slug, sessions=12, rooms=3, starts_at=datetime(2026, 12, 18, 9, tzinfo=UTC))

    def opener(**look):
        page = open_page(site.sign_in_link("olga"), **look)
        page.get_by_role("button").last.click()
        page.goto(f"{site.url}/organize/{slug}/programme/board")
        return page

    return opener


def card(page, number):
    return page.locator(".plan a", has=page.locator("b", has_text=re.compile(rf", {number}$")))


def says(page, text):
    """Waits until the page says something."""
    page.locator("#said", has_text=text).wait_for()


def focused(page):
    return page.evaluate("document.activeElement.id")


def tab_to_the_sessions(page):
    """By keyboard alone: Tab until a session has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.plan a')"):
            return
    raise AssertionError("no session can be reached by Tab")


def is_in_sight(page):
    """Whether nothing covers the middle of what has the focus (WCAG 2.4.11)."""
    return page.evaluate(
        """() => {
        const box = document.activeElement.getBoundingClientRect();
        const there = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
        return document.activeElement.contains(there);
    }"""
    )


def test_session_is_moved_resized_and_undone_by_keyboard_alone(board):
    page = board(**KEYBOARD)
    tab_to_the_sessions(page)
    first = focused(page)
    assert card(page, 0).get_attribute("id") == first
    page.keyboard.press("Space")
    says(page, "Picked up: To succeed, to leave, to return: what families say, 0.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    says(page, "09:10–09:40, Room 1")
    page.keyboard.press("ArrowRight")
    says(page, "09:10–09:40, Room 2")
    page.keyboard.press("Space")
    says(page, "“To succeed, to leave, to return: what families say, 0”: 09:10–09:40, Room 2. ⚠ At the same time")
    assert focused(page) == first
    assert is_in_sight(page)
    assert "⚠ At the same time in this room" in card(page, 0).inner_text()

    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    says(page, "09:10–09:45, Room 2")
    page.keyboard.press("Enter")
    says(page, "09:10–09:45, Room 2. ⚠")

    page.keyboard.press("u")
    says(page, "Undone")
    assert "09:10–09:40" in card(page, 0).inner_text()
    page.keyboard.press("Control+z")
    card(page, 0).filter(has_text="09:00–09:30").wait_for()
    assert "Room 1" in card(page, 0).inner_text()
    assert focused(page) == first


def test_what_is_picked_up_is_put_back_by_escape_and_by_leaving(board):
    page = board(**KEYBOARD)
    tab_to_the_sessions(page)
    for leave in ("Escape", "Tab"):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        says(page, "09:05–09:35")
        page.keyboard.press(leave)
        says(page, "Put back.")
    page.reload()
    assert "09:00–09:30" in card(page, 0).inner_text()


def test_arrows_go_through_the_list_and_through_the_grid(board):
    page = board(lang="en", width=1280)
    card(page, 0).focus()
    numbers = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "Home"):
        page.keyboard.press(key)
        numbers.append(page.evaluate("document.activeElement.querySelector('b').textContent").rpartition(" ")[2])
    assert numbers == ["1", "4", "3", "0", "11", "0"]
    assert page.locator(".plan a[tabindex='0']").count() == 1
    page.set_viewport_size({"width": 360, "height": 800})
    for _press in range(11):
        page.keyboard.press("ArrowDown")
        assert is_in_sight(page)


def test_enter_opens_the_panel_and_closing_it_goes_back(board):
    page = board(**KEYBOARD)
    tab_to_the_sessions(page)
    first = focused(page)
    page.keyboard.press("Enter")
    page.locator(".panel").wait_for()
    assert focused(page) == "panel"
    page.locator("#close").focus()
    page.keyboard.press("Enter")
    page.locator(".panel").wait_for(state="detached")
    assert focused(page) == first


def drag(page, x, y, to_x, to_y):
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    assert page.locator(".ghost").is_visible()
    page.mouse.up()


def line_height(page):
    """How high five minutes are."""
    rows = page.locator(".sheet").evaluate("sheet => getComputedStyle(sheet).gridTemplateRows")
    return float(rows.split()[1].removesuffix("px"))


def test_session_is_moved_resized_and_undone_by_mouse(board):
    page = board(lang="en", width=1280)
    line = line_height(page)
    box = card(page, 0).bounding_box()
    x, y = box["x"] + 20, box["y"] + 12
    drag(page, x, y, x, y + 2 * line)
    says(page, "09:10–09:40, Room 1")
    box, beside = card(page, 0).bounding_box(), card(page, 1).bounding_box()
    drag(page, box["x"] + 20, box["y"] + 12, beside["x"] + 20, box["y"] + 12)
    says(page, "09:10–09:40, Room 2")
    edge = card(page, 0).locator("xpath=..").bounding_box()
    bottom = edge["y"] + edge["height"] - 3
    drag(page, edge["x"] + 30, bottom, edge["x"] + 30, bottom + 3 * line)
    says(page, "09:10–09:55, Room 2")
    assert page.locator(".panel").count() == 0
    assert page.evaluate("scrollY") == 0
    for _time in range(3):
        page.locator("#undo-button").click()
        says(page, "Undone")
        page.evaluate("document.getElementById('said').textContent = ''")
    assert "09:00–09:30" in card(page, 0).inner_text()
    assert page.locator("#undo-button").count() == 0


def test_session_is_taken_off_and_dragged_back_from_the_tray(board):
    page = board(lang="en", width=1280)
    card(page, 0).click()
    page.locator("#more summary").click()
    page.locator("#unschedule").click()
    page.locator(".tray li").wait_for()
    page.locator("#close").click()
    page.locator(".panel").wait_for(state="detached")
    box, target = page.locator(".tray li").bounding_box(), card(page, 1).bounding_box()
    drag(page, box["x"] + 20, box["y"] + 20, target["x"] + 20, target["y"] + 1)
    says(page, "09:00–09:30, Room 2")
    assert page.locator(".tray").count() == 0


def test_thumb_moves_and_resizes_by_buttons(board):
    signed_in = board(lang="en", width=360)
    context = signed_in.context.browser.new_context(
        viewport={"width": 360, "height": 740},
        locale="en",
        has_touch=True,
        is_mobile=True,
        storage_state=signed_in.context.storage_state(),
    )
    page = context.new_page()
    page.goto(signed_in.url)
    card(page, 0).tap()
    for button in ("move-less", "move-more", "resize-less", "resize-more", "close"):
        box = page.locator(f"#{button}").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert box["y"] + box["height"] <= 740
        assert box["y"] > 740 / 3
    page.locator("#step-10").tap()
    page.locator("#step-10[aria-current]").wait_for()
    page.locator("#move-more").tap()
    says(page, "09:10–09:40, Room 1")
    page.locator("#resize-less").tap()
    says(page, "09:10–09:30, Room 1")
    page.locator("#undo-button").tap()
    says(page, "Undone")
    assert "09:10–09:40" in page.locator(".panel .now").inner_text()
    context.close()


def test_without_network_nothing_is_lost_and_it_goes_on_later(board):
    page = board(**KEYBOARD)
    tab_to_the_sessions(page)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.context.set_offline(True)
    page.keyboard.press("Space")
    says(page, "Not sent: there is no network.")
    assert page.locator(".held .to").inner_text() == "→ 09:05–09:35, Room 1"
    page.context.set_offline(False)
    page.keyboard.press("Space")
    says(page, "09:05–09:35, Room 1.")
    assert page.locator(".held").count() == 0


def test_without_script_everything_is_links_and_buttons(board):
    page = board(lang="en", width=360, script=False)
    assert page.locator("#keys").is_hidden()
    card(page, 0).click()
    page.locator("#move-more").click()
    assert "09:05–09:35" in card(page, 0).inner_text()
    page.locator("#more summary").click()
    page.get_by_label("Minutes").fill("20")
    page.locator("#shift-later").click()
    assert "4 sessions begin 20 minutes later" in page.locator(".done").all_inner_texts()
    page.locator("#undo-button").click()
    assert "09:05–09:35" in card(page, 0).inner_text()


@pytest.mark.parametrize(("lang", "width", "dark"), [("fr", 360, False), ("en", 1280, True)])
def test_timetable_is_accessible(board, lang, width, dark):
    page = board(lang=lang, width=width, dark=dark)
    wrong = {"board": look(page)}
    page.locator("#keys summary").click()
    card(page, 0).click()
    page.locator("#more summary").click()
    wrong["panel"] = look(page)
    page.locator("#move-more").click()
    says(page, "«" if lang == "fr" else "“")
    page.locator("#deeds summary").press("Enter")
    wrong["moved"] = look(page)
    card(page, 1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    wrong["held"] = look(page)
    assert {name: found for name, found in wrong.items() if found} == {}
