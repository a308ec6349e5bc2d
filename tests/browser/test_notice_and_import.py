"""A notice and an import in a browser: the screen in the hall takes a notice up; a file is chosen and looked at."""

import contextlib

import pytest
from playwright.sync_api import TimeoutError as TooLate

from tests.browser.test_accessibility import LOOKS, look

TABLE = "Titre;Date;Horaire;Salle\nDébat du soir;18/12/2026;18h-19h;Salle A\n"
WRONG = "Titre;Début\nDébat du soir;tard\n"


@pytest.fixture
def desk(site, open_page):
    def open_desk(**more):
        page = open_page(site.sign_in_link("organizer"), **more)
        page.get_by_role("button").last.click()
        return page

    return open_desk


def tell(page, site, words):
    page.goto(f"{site.url}/organize/demo-forum/notices")
    page.locator("#text-en").fill(words)
    page.locator(".save button").click()


def refreshed(screen, state):
    """Lets half minutes pass on the screen until its notice is there or not; the server looks anew every second."""
    for _half_minute in range(10):
        screen.clock.fast_forward(31_000)
        with contextlib.suppress(TooLate):
            screen.locator(".notice").wait_for(state=state, timeout=1_000)
            return
    raise AssertionError(f"the notice is not {state}")


def test_screen_in_the_hall_takes_a_notice_up_and_drops_it_by_itself(site, open_page, desk):
    screen = open_page("/e/demo-forum/now", lang="en", width=1280)
    screen.clock.install()
    screen.reload()
    assert screen.locator(".notice").count() == 0
    organizer = desk(lang="en")
    tell(organizer, site, "Lunch is late.")
    refreshed(screen, "visible")
    assert screen.locator(".notice").inner_text().endswith("Lunch is late.")
    organizer.get_by_role("button", name="End it").first.click()
    refreshed(screen, "detached")


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_notices_and_imports_are_accessible(site, desk, tmp_path, lang, width, dark):
    page = desk(lang=lang, width=width, dark=dark)
    tell(page, site, "Lunch is late.")
    wrong = {"notices": look(page)}
    for path in ("/e/demo-forum/", "/e/demo-forum/now"):
        page.goto(site.url + path)
        wrong[path] = look(page)
    page.goto(f"{site.url}/organize/demo-forum/notices")
    page.locator(".rows .row-buttons button").first.click()
    for name, content in (("wrong", WRONG), ("right", TABLE)):
        page.goto(f"{site.url}/organize/demo-forum/programme/import")
        (tmp_path / f"{name}.csv").write_text(content)
        page.locator("input[type=file]").set_input_files(tmp_path / f"{name}.csv")
        page.locator(".save button").click()
        wrong[name] = look(page)
    page.locator("main form button").click()
    wrong["done"] = look(page)
    assert page.get_by_role("link", name="Débat du soir").count() == (1 if lang == "fr" else 0)
    assert {name: found for name, found in wrong.items() if found} == {}
