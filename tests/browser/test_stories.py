"""The three stories, clicked: register and get a ticket, be admitted once, open a speaker's schedule.

Guest pages are clicked with scripts switched off: nothing there may need one.
"""

import re

import pytest


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            {
                "register": "S’inscrire, c’est gratuit",
                "name": "Nom complet",
                "send": "S’inscrire",
                "open": "Ouvrir le billet",
            },
        ),
        (
            "en",
            {"register": "Register, it is free", "name": "Full name", "send": "Register", "open": "Open the ticket"},
        ),
    ],
)
def test_guest_registers_and_is_admitted_once(site, open_page, lang, words):
    guest = open_page("/", lang=lang, script=False)
    guest.get_by_role("link", name={"fr": "Forum de démonstration", "en": "Demo forum"}[lang]).click()
    guest.get_by_role("link", name=words["register"]).click()
    guest.get_by_label(words["name"]).fill("Sɛku Jara")
    guest.get_by_role("button", name=words["send"], exact=True).click()
    guest.get_by_role("link", name=words["open"]).click()
    assert guest.locator("html").get_attribute("lang") == lang
    code = guest.locator(".code").inner_text().strip()
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code)
    assert "Sɛku J." in guest.locator("main").inner_text()
    assert "Jara" not in guest.locator("main").inner_text()

    door = open_page(site.pair_link(f"Door {lang}"), lang=lang)
    door.get_by_role("button").first.click()
    door.wait_for_url("**/checkin/scanner*")
    door.goto(f"{site.url}/checkin/")  # the page for readers and for browsers without a camera
    for expected in ({"fr": "Bienvenue", "en": "Welcome"}[lang], {"fr": "Déjà entré·e", "en": "Already in"}[lang]):
        door.locator("input:focus").wait_for()
        door.keyboard.type(code)
        with door.expect_navigation():
            door.keyboard.press("Enter")
        assert expected in door.locator("[role=status], [role=alert]").first.inner_text()


def test_speaker_opens_the_schedule_by_the_link(site, open_page):
    page = open_page(site.demo["speaker_url"], lang="fr", script=False)
    text = page.locator("main").inner_text()
    assert "Intervenant·e 1" in text
    assert "Sujet 1" in text
    assert "9\u00a0h\u00a020" in text
    assert page.locator("a[href^='webcal:']").count() == 1


def test_organizer_signs_in_by_a_link_and_finds_the_guest(site, open_page):
    page = open_page(site.sign_in_link("organizer"), lang="en")
    page.get_by_role("button").first.click()
    page.get_by_role("link", name="Demo forum").first.click()
    assert "/organize/demo-forum" in page.url
    page.goto(f"{site.url}/organize/demo-forum/registrations?q=Koulibali")
    assert "Rokiatou Coulibaly" in page.locator("main").inner_text()


def test_form_keeps_what_was_typed_and_leads_to_the_error(open_page):
    page = open_page("/e/demo-forum/register", lang="en", script=False)
    page.get_by_label("E-mail").fill("ada@")
    page.get_by_role("button", name="Register", exact=True).click()
    assert page.get_by_label("E-mail").input_value() == "ada@"
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.url.endswith("#attendees-0-name")
