"""``make screenshots``: the main pages at three widths, in both languages, light and dark, into ``screenshots/``.

For people to look at; no test asserts on them.
"""

import sys
from pathlib import Path

import pytest

from tests.browser.conftest import Opener, Site

FOLDER = Path(__file__).parent.parent.parent / "screenshots"
LOOKS = [("fr", 320, False), ("en", 390, True), ("fr", 1280, False), ("en", 1280, True)]
GUEST = {
    "home": "/",
    "archive": "/e/connect-223/",
    "archive-programme": "/e/connect-223/programme",
    "forum": "/e/demo-forum/",
    "programme": "/e/demo-forum/programme",
    "hall": "/e/demo-forum/now",
    "register": "/e/demo-forum/register",
    "privacy": "/e/demo-forum/privacy",
    "not-found": "/e/nowhere/",
}
DESK = {
    "desk": "/organize/",
    "overview": "/organize/demo-forum/",
    "texts": "/organize/demo-forum/texts",
    "sessions": "/organize/demo-forum/programme",
    "speakers": "/organize/demo-forum/speakers",
    "registrations": "/organize/demo-forum/registrations",
    "phones": "/organize/demo-forum/phones",
    "messages": "/organize/demo-forum/messages",
}


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_take(site: Site, open_page: Opener, lang: str, width: int, dark: bool) -> None:
    """Takes the pictures of one look."""
    folder = FOLDER / f"{lang}-{width}-{'dark' if dark else 'light'}"
    folder.mkdir(parents=True, exist_ok=True)
    page = open_page("/", lang=lang, width=width, dark=dark)
    pages = {name: site.url + path for name, path in GUEST.items()}
    pages |= {"registration": site.demo["registration_url"], "speaker": site.demo["speaker_url"]}
    for name, address in pages.items():
        page.goto(address)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
        if name == "registration":
            page.locator("a[href^='/t/']").first.click()
            page.screenshot(path=folder / "ticket.png", full_page=True)
    desk = open_page(site.sign_in_link("organizer"), lang=lang, width=width, dark=dark)
    desk.get_by_role("button").last.click()
    for name, path in DESK.items():
        desk.goto(site.url + path)
        desk.screenshot(path=folder / f"{name}.png", full_page=True)
    door = open_page(site.pair_link(f"Pictures {lang} {width}"), lang=lang, width=width, dark=dark)
    door.screenshot(path=folder / "pair.png", full_page=True)
    door.get_by_role("button").last.click()
    door.screenshot(path=folder / "door.png", full_page=True)
    sys.stdout.write(f"{folder}\n")
