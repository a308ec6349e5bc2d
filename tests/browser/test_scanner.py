"""The scanner in a real browser: without a network, over a reload, and through a camera."""

import io
import json
import os
import re
from pathlib import Path

import pytest
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from eventapp.formats import qr
from eventapp.rules import ticket
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.test_accessibility import AXE_OPTIONS, LOOKS

NO_NETWORK = {"fr": "Pas de réseau", "en": "No network"}
KEPT = """
new Promise(done => {
  const worker = navigator.serviceWorker;
  if (worker.controller) done();
  worker.oncontrollerchange = done;
})
"""
"""The page is in the hands of the worker that has its files."""

HAS_CODES = """
() => new Promise(done => {
  const opened = indexedDB.open("eventapp-checkin");
  opened.onsuccess = () => {
    const codes = opened.result.transaction("facts").objectStore("facts").get("codes");
    codes.onsuccess = () => {
      opened.result.close();
      done(Boolean(codes.result && codes.result.length));
    };
  };
})
"""
"""Codes to give away lie on its disk."""

FRAME = (640, 480)
TICKETS = int(os.environ.get("EVENTAPP_SOAK_TICKETS", "16"))
"""How many people come before the camera; `make soak` shows it 50."""

PATIENCE = 300 + 25 * TICKETS
"""Fifths of a second until all have been read: the film begins again when it has ended."""

ADMITTED = """
new Promise(done => {
  const opened = indexedDB.open("eventapp-checkin");
  opened.onsuccess = () => {
    const all = opened.result.transaction("scans").objectStore("scans").getAll();
    all.onsuccess = () => {
      opened.result.close();
      done([...new Set(all.result.filter(scan => scan.verdict === "admitted").map(scan => scan.serial))]);
    };
  };
})
"""
"""The serials that this phone let in, as they lie on its disk."""


def tickets(site):
    """Those who have a ticket and have not come yet: others may have been let in by another test of this site."""
    people = json.loads(site.command("export", "attendees", "demo-forum", "--codes", "--format", "json"))
    return [person for person in people if person["code"] and not person["entered_at"]]


def prepared(page, site, lang="en"):
    """A page whose phone is prepared, with its list complete and its files kept."""
    page.get_by_role("button").first.click()
    page.goto(f"{site.url}/checkin/scanner?lang={lang}")
    expect(page.locator("#net")).to_have_text(re.compile("^(In contact|En contact)"))
    page.evaluate(KEPT)
    return page


def type_code(page, code):
    page.locator("#box").fill(code)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_people_are_let_in_without_a_network_and_all_arrive_later(site, open_page, lang):
    welcome, waiting = {"fr": ("Bienvenue", "2 à envoyer"), "en": ("Welcome", "2 to send")}[lang]
    first, second = tickets(site)[:2]
    page = prepared(open_page(site.pair_link(f"Scanner {lang}"), lang=lang), site, lang)
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#net")).to_have_text(re.compile(f"^{NO_NETWORK[lang]}"))
    type_code(page, ticket.spoken(first["code"]))
    expect(page.locator("#answer h1")).to_have_text(welcome)
    expect(page.locator("#answer .name")).to_have_text(first["name"])
    page.locator("#box").fill(second["name"].split()[0].lower())
    page.locator("#found button").filter(has_text=second["name"]).first.click()
    expect(page.locator("#answer .name")).to_have_text(second["name"])
    page.reload()
    expect(page.locator("#net")).to_have_text(re.compile(waiting))
    type_code(page, first["code"])
    expect(page.locator("#answer")).to_have_class("answer amber")
    page.context.set_offline(False)
    expect(page.locator("#net")).to_have_text(re.compile("^(In contact|En contact)$"))

    other = prepared(open_page(site.pair_link(f"Other {lang}"), lang=lang), site, lang)
    for person in (first, second):
        type_code(other, person["code"])
        expect(other.locator("#answer .name")).to_have_text(person["name"])
        expect(other.locator("#answer")).to_have_class("answer amber")


def film(path: Path, links: list[str], frames: int = 10) -> None:
    """A film for the fake camera: each ticket for some frames, then nothing (MJPEG: one JPEG after the other)."""
    with path.open("wb") as out:
        for link in links:
            modules = qr.matrix(link)
            code = Image.new("1", (len(modules) + 8,) * 2, 1)
            for y, row in enumerate(modules):
                for x, is_dark in enumerate(row):
                    code.putpixel((x + 4, y + 4), 0 if is_dark else 1)
            picture = Image.new("L", FRAME, 200)
            picture.paste(
                code.convert("L").resize((280, 280), Image.Resampling.NEAREST).rotate(5, fillcolor=200), (180, 100)
            )
            content = io.BytesIO()
            picture.convert("RGB").save(content, "JPEG", quality=80)
            out.write(content.getvalue() * frames)


def test_camera_admits_everybody_without_a_network_over_a_reload_and_all_arrive(browser, site, tmp_path):
    if len(tickets(site)) < TICKETS:
        site.command("demo", "--attendees", str(TICKETS * 2))
    people = tickets(site)[-TICKETS:]
    film(tmp_path / "tickets.mjpeg", [ticket.link("https://events.example.org", one["code"]) for one in people])
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'tickets.mjpeg'}",
    ]
    chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    try:
        page = chromium.new_context(locale="en", viewport={"width": 390, "height": 800}).new_page()
        page.goto(site.pair_link("Camera"))
        prepared(page, site)
        page.context.set_offline(True)
        for wanted in (TICKETS // 2, TICKETS):
            page.reload()
            expect(page.locator("#net")).to_have_text(re.compile(f"^{NO_NETWORK['en']}"))
            page.get_by_role("button", name="Turn the camera on").click()
            for _ in range(PATIENCE):
                if len(page.evaluate(ADMITTED)) >= wanted:
                    break
                page.wait_for_timeout(200)
        assert {one["code"][:5] for one in people} == set(page.evaluate(ADMITTED))
        page.context.set_offline(False)
        expect(page.locator("#net")).to_have_text("In contact", timeout=15_000)
    finally:
        chromium.close()
    arrived = json.loads(site.command("export", "attendees", "demo-forum", "--codes", "--format", "json"))
    assert {one["code"] for one in people} <= {one["code"] for one in arrived if one["entered_at"]}


def test_somebody_registers_without_a_network_and_photographs_the_ticket(site, open_page):
    page = prepared(open_page(site.pair_link("Walk-in"), lang="en"), site)
    page.wait_for_function(HAS_CODES)
    page.context.set_offline(True)
    page.reload()
    page.get_by_role("button", name="On-the-spot registration").click()
    page.get_by_label("Full name").fill("Nana Sangaré-Dembélé")
    page.get_by_label("Woman").check()
    page.get_by_label("18 to 24").check()
    page.get_by_label("Town or village").fill("Kita")
    page.get_by_role("button", name="Register and let in").click()
    expect(page.locator("#answer .name")).to_have_text("Nana Sangaré-Dembélé")
    expect(page.locator("#square svg")).to_be_visible()
    [square] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator("#square").screenshot())))
    short = page.locator("#square-code").inner_text()
    assert ticket.spoken(ticket.read(square.text).short) == short
    assert square.text == ticket.link(site.url, square.text.rpartition("/")[2])
    page.reload()
    page.locator("#box").fill("sangare")
    page.locator("#found button").filter(has_text="Kita").click()
    expect(page.locator("#answer h1")).to_have_text("Already in")
    page.context.set_offline(False)
    expect(page.locator("#net")).to_have_text("In contact", timeout=15_000)
    everybody = json.loads(site.command("export", "attendees", "demo-forum", "--codes", "--format", "json"))
    [nana] = [one for one in everybody if one["name"] == "Nana Sangaré-Dembélé"]
    assert (nana["code"], nana["status"]) == (square.text.rpartition("/")[2], "confirmed")


@pytest.mark.parametrize(("lang", "width", "dark"), LOOKS)
def test_scanner_is_accessible(site, open_page, lang, width, dark):
    page = prepared(open_page(site.pair_link(f"Axe scanner {lang}"), lang=lang, width=width, dark=dark), site, lang)
    wrong = {}
    for name, act in {
        "begun": lambda: None,
        "refused": lambda: type_code(page, "AAAA-AAAA"),
        "let in anyway": lambda: page.locator("#acts summary").click(),
        "found": lambda: page.locator("#box").fill("a b"),
        "this entrance": lambda: page.locator("#here summary").click(),
        "registering": lambda: page.locator("#walk-in-open").click(),
        "ready": lambda: page.locator("#ready").evaluate("part => { part.open = true }"),
        "leaving": lambda: page.locator("#leave").click(),
    }.items():
        act()
        page.wait_for_timeout(200)
        found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        lines = [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            lines.append("wider than the screen")
        if lines:
            wrong[name] = lines
    assert wrong == {}
