"""A volunteer's phone, from the team's link to its last entry: prepared, let begin, without a network, and gone."""

import json
import re

from playwright.sync_api import expect

from tests.browser.test_scanner import type_code

HELD = """
new Promise(done => {
  const opened = indexedDB.open("eventapp-checkin");
  opened.onsuccess = () => {
    const transaction = opened.result.transaction(["attendees", "scans"]);
    const counts = ["attendees", "scans"].map(name => transaction.objectStore(name).count());
    transaction.oncomplete = () => { opened.result.close(); done(counts.map(count => count.result)); };
  };
})
"""
"""How many people and scans are on this phone's disk."""


def test_phone_of_a_team_is_let_begin_leaves_without_a_network_and_loses_nothing(site, open_page, tmp_path):
    desk = open_page(site.sign_in_link("organizer"), lang="en")
    desk.get_by_role("button").first.click()
    desk.goto(f"{site.url}/organize/demo-forum/phones/teams/new?lang=en")
    desk.get_by_label("Team").fill("Scouts")
    desk.get_by_role("button", name="Show the square").click()
    link = desk.locator(".link").inner_text()

    page = open_page(link, lang="en")
    page.get_by_label("Your name").fill("Awa")
    page.get_by_role("button", name="Prepare this phone").click()
    expect(page).to_have_url(f"{site.url}/checkin/scanner")
    expect(page.locator("#net")).to_have_text(re.compile("^“Awa” waits for the organizer"))
    desk.reload()
    desk.get_by_role("button", name="Let it begin Awa").click()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#net")).to_have_text("In contact")
    page.get_by_role("button", name="Play the tones").click()
    for check in ("The list · done", "Opening without a network · done", "Reading of codes · done", "Clock · done"):
        expect(page.locator("#ready-list")).to_contain_text(check)
    with page.expect_response(lambda got: '"sound":true' in (got.request.post_data or "")):
        page.evaluate("dispatchEvent(new Event('online'))")
    desk.goto(f"{site.url}/organize/demo-forum/phones")
    expect(desk.locator("li").filter(has_text="Awa")).to_contain_text("Missing: camera, storage that the browser keeps")

    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#net")).to_have_text(re.compile("^No network"))
    type_code(page, "AAAA-AAAA")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a file").click()
    saved.value.save_as(tmp_path / "scans.json")
    assert json.loads((tmp_path / "scans.json").read_text())["format"] == "eventapp-scans-1"
    page.locator("#leave").click()
    expect(page.locator("#leaving")).to_contain_text("1 entries are not sent yet.")
    page.locator("#leaving").get_by_role("button", name="End on this phone").click()
    expect(page.locator("#problem")).to_contain_text("This phone ends here.")
    assert page.evaluate(HELD) == [0, 1]

    desk.goto(f"{site.url}/organize/demo-forum/phones/hand-in")
    desk.get_by_label("File").set_input_files(tmp_path / "scans.json")
    desk.get_by_role("button", name="Take it in").click()
    expect(desk.locator("h1")).to_have_text("1 entry of “Awa” is kept")
    page.context.set_offline(False)
    expect(page.locator("#net")).to_have_text("Everything was sent.")
    assert page.evaluate(HELD) == [0, 0]


def test_browser_without_script_or_storage_lands_on_the_page_without_camera(site, browser):
    for how, options in (("no script", {"java_script_enabled": False}), ("no storage", {})):
        context = browser.new_context(locale="en", **options)
        context.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
        page = context.new_page()
        page.goto(site.pair_link(how))
        page.get_by_role("button").first.click()
        expect(page.get_by_label("Entry code")).to_be_visible()
        expect(page).to_have_url(f"{site.url}/checkin/")
        context.close()
