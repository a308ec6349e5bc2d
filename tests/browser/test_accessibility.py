"""Every page in a real browser: no violation of WCAG that axe-core sees, and nothing wider than the screen.

French, light, at 320 px; English, dark, at 1280 px: pages of guests in both.
"""

import html
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from eventapp.web import SITE_MAP

GUEST = [
    "/",
    "/e/connect-223/",
    "/e/connect-223/programme",
    "/e/connect-223/sessions/topic-7",
    "/e/connect-223/sessions/performance",
    "/e/connect-223/speakers",
    "/e/connect-223/speakers/speaker-1",
    "/e/connect-223/privacy",
    "/e/demo-forum/",
    "/e/demo-forum/programme",
    "/e/demo-forum/register",
    "/e/nowhere/",
    "/sign-in",
    "/sign-out",
    "speaker_url",
    "speaker_url?open=needs",
    "speaker_url?open=consent",
    "speaker_url/text",
    "speaker_url/photo",
    "speaker_url/slides",
    "speaker_url/availability",
    "registration_url",
    "registration_url/tickets",
    "pair_url",
    "ticket",
]
LOOKS = [("fr", 320, False), ("en", 1280, True)]
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


def look(page):
    """What axe finds, in short lines; and whether the page is wider than the screen."""
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    lines = [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        lines.append(f"wider than the screen: {page.evaluate('document.documentElement.scrollWidth')} px")
    return lines


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_pages_of_guests_and_speakers(site, open_page, lang, width, dark):
    wrong = {}
    page = open_page("/", lang=lang, width=width, dark=dark)
    page.goto(site.demo["registration_url"])
    places = {**site.demo, "ticket": site.url + page.locator("a[href^='/t/']").first.get_attribute("href")}
    for path in GUEST:
        address = site.url + path if path.startswith("/") else re.sub(r"^\w+", lambda name: places[name[0]], path)
        if page.goto(address).status == 404:
            assert path == "/e/nowhere/"
        if found := look(page):
            wrong[path] = found
    assert wrong == {}


PARTS = 4
"""The desk is looked through in parts, so that no process of the tests has it all to itself."""

LINK = re.compile(r'<a\b(?![^>]*\sdownload)[^>]*\shref="(/organize/[^"#]*|/account)"')


def pages_of_the_desk(page, site):
    """Every address below /organize/ that can be reached by links, each route once, always in the same order."""
    seen, waiting = {}, ["/organize/", "/organize/demo-forum/", "/account"]
    while waiting:
        path = waiting.pop(0)
        route = re.sub(r"/\d+|(?<=/messages/texts)/\w+", "/N", path.split("?")[0])
        if route in seen or route.startswith("/organize/connect-223"):
            continue
        answer = page.request.get(site.url + path)
        is_page = answer.headers["content-type"].startswith("text/html")
        seen[route] = path if is_page else None
        if is_page:
            waiting += [html.unescape(found) for found in LINK.findall(answer.text())]
    return [path for path in seen.values() if path is not None]


@pytest.fixture(scope="session")
def desk(site, browser):
    """What `pages_of_the_desk` finds."""
    page = browser.new_context().new_page()
    sign_in(page, site)
    paths = pages_of_the_desk(page, site)
    page.context.close()
    return paths


def sign_in(page, site):
    page.goto(site.sign_in_link("organizer"))
    page.get_by_role("button").last.click()


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_of_the_organizer(site, desk, open_page, part):
    """Each page in one of the looks: the next page, which is built alike, in the other."""
    assert len(desk) >= len([name for name in SITE_MAP if name.startswith("organizer.")]) / 3, desk
    pages = [open_page("/", lang=lang, width=width, dark=dark) for lang, width, dark in LOOKS]
    for page in pages:
        sign_in(page, site)
    wrong = {}
    for number, path in enumerate(desk[part::PARTS]):
        page = pages[number % len(LOOKS)]
        page.goto(site.url + path)
        if found := look(page):
            wrong[path] = found
    assert wrong == {}


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_pages_of_the_entrance(site, open_page, lang, width, dark):
    page = open_page(
        site.pair_link(f"Axe {lang}"),
        lang=lang,
        width=width,
        dark=dark,
    )
    wrong = {"pair": look(page)}
    page.get_by_role("button").last.click()
    page.wait_for_url("**/checkin/scanner*")
    page.goto(f"{site.url}/checkin/")
    wrong["door"] = look(page)
    for name, typed in (("mistyped", "AAAA-AAA"), ("unknown", "AAAA-AAAA")):
        page.keyboard.type(typed)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        wrong[name] = look(page)
    assert {name: found for name, found in wrong.items() if found} == {}
