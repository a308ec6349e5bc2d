"""The ticket in a real browser: read from the screen, shown large, sent by the phone; and printed at the desk."""

import io

import pytest
import zxingcpp
from PIL import Image

from tests.browser.test_accessibility import look

PHONE = """
window.did = [];
Object.defineProperty(navigator, "wakeLock", { value: { request: async (kind) => {
    did.push(`awake ${kind}`);
    return { release: async () => did.push("asleep") };
} } });
navigator.canShare = (what) => what.files.every((file) => file.type === "image/png");
navigator.share = async (what) => did.push([what.text, (what.files || []).map((file) => `${file.name} ${file.size}`)]);
"""
"""What a phone has and this browser lacks."""


@pytest.fixture
def open_ticket(site, open_page):
    """Opens the ticket page of the demo's registration."""

    def opener(*, phone="", **looks):
        page = open_page(site.demo["registration_url"], **looks)
        address = page.locator("a[href^='/t/']").first.get_attribute("href")
        page.add_init_script(phone)
        page.goto(site.url + address)
        return page

    return opener


def read(page):
    return [found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))]


def link(page, site):
    return f"{site.url.upper()}/T/{page.url.rsplit('/', 1)[1]}"


def until(page, expression):
    """Waits until something is true on the page, whose policy lets no text be run within it."""
    while not page.evaluate(expression):
        page.wait_for_timeout(50)


@pytest.mark.parametrize("width", [320, 1280])
def test_code_is_read_from_the_screen_in_the_page_and_large(site, open_ticket, width):
    page = open_ticket(width=width, dark=True, lang="en")
    assert read(page) == [link(page, site)]
    page.get_by_role("button", name="Show it large and bright").click()
    page.get_by_role("dialog").wait_for()
    assert read(page) == [link(page, site)]
    assert page.evaluate("getComputedStyle(document.querySelector('.bright')).backgroundColor") == "rgb(255, 255, 255)"
    assert look(page) == []


def test_large_code_is_opened_and_closed_by_keyboard_and_gives_the_focus_back(open_ticket):
    page = open_ticket(lang="en", phone=PHONE)
    button = page.get_by_role("button", name="Show it large and bright")
    button.focus()
    page.keyboard.press("Enter")
    close = page.get_by_role("dialog").get_by_role("button", name="Close")
    page.keyboard.press("Tab")
    assert close.evaluate("it => it === document.activeElement")
    until(page, "did.includes('awake screen')")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert button.evaluate("it => it === document.activeElement")
    assert page.evaluate("did") == ["awake screen", "asleep"]
    assert not page.evaluate("document.fullscreenElement || document.querySelector('[inert]')")


def test_tap_closes_the_large_code(open_ticket):
    page = open_ticket(lang="en")
    page.get_by_role("button", name="Show it large and bright").click()
    page.get_by_role("dialog").click(position={"x": 20, "y": 20})
    page.get_by_role("dialog").wait_for(state="detached")
    assert page.get_by_role("button", name="Close").count() == 0


def test_phone_that_can_send_files_gets_the_picture_and_the_address(site, open_ticket):
    page = open_ticket(lang="en", phone=PHONE)
    assert page.get_by_role("link", name="WhatsApp").count() == 0
    page.get_by_role("button", name="Send the ticket").click()
    until(page, "did.length")
    [[text, [file]]] = page.evaluate("did")
    name, size = file.split()
    assert text.endswith(f": {page.url}")
    assert name.startswith("ticket-")
    assert name.endswith(".png")
    assert 1_000 < int(size) < 8_192


def test_phone_that_cannot_send_files_sends_the_address_alone(open_ticket):
    page = open_ticket(lang="en", phone=PHONE + "navigator.canShare = undefined;")
    page.get_by_role("button", name="Send the ticket").click()
    until(page, "did.length")
    [[text, files]] = page.evaluate("did")
    assert (text.endswith(page.url), files) == (True, [])


def test_sending_that_the_phone_refuses_leaves_the_links(open_ticket):
    page = open_ticket(lang="en", phone=PHONE + "navigator.share = async () => { throw new TypeError('no'); };")
    page.get_by_role("button", name="Send the ticket").click()
    page.get_by_role("link", name="WhatsApp").wait_for()


def test_without_script_there_are_links_and_no_dead_buttons(open_ticket):
    page = open_ticket(lang="en", script=False)
    assert page.locator("button:visible").count() == 0
    assert page.get_by_role("link", name="WhatsApp").is_visible()


def test_desk_sees_the_file_become_ready_without_loading_the_page_anew(site, open_page):
    page = open_page(site.sign_in_link("organizer"), lang="en", width=1280)
    page.get_by_role("button").last.click()
    page.goto(f"{site.url}/organize/demo-forum/printing")
    page.get_by_role("button", name="Make the file").click()
    page.wait_for_url("**/printing/*")
    page.evaluate("window.isSame = true")
    page.get_by_text("The file is ready.").wait_for()
    assert page.evaluate("window.isSame")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (PDF)").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("button", name="Throw away").click()
    assert page.get_by_text("The file is thrown away.").is_visible()
