"""Seven people on one telephone, none of whom has an e-mail address, in a browser whose scripts are switched off."""

import pytest

WORDS = {
    "fr": {
        "more": "D’autres personnes sur cette inscription",
        "add": "Ajouter",
        "name": "Nom complet",
        "send": "S’inscrire",
    },
    "en": {"more": "More people on this registration", "add": "Add people", "name": "Full name", "send": "Register"},
}
NAMES = ["Awa Diarra", "Bintou Koné", "Cheick Sy", "Djénéba Traoré", "Élie Dembélé", "Fanta Sidibé", "Gaoussou Touré"]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_seven_people_on_one_phone_get_seven_tickets(site, open_page, lang):
    words = WORDS[lang]
    page = open_page("/e/demo-forum/register", lang=lang, script=False)
    page.get_by_label(words["more"]).select_option("6")
    page.get_by_role("button", name=words["add"]).click()
    for box, name in zip(page.get_by_label(words["name"]).all(), NAMES, strict=True):
        box.fill(name)
    page.locator("[name='attendees-2-age_band']").select_option("15-17")
    page.get_by_role("button", name=words["send"], exact=True).click()
    assert page.locator("[role=alert]").count() == 1  # Cheick is under 18: who answers for him?
    page.locator("[name='attendees-2-guardian_name']").fill("Mariam Sy")
    page.locator("[name='attendees-2-guardian_phone']").fill("65 01 23 45")
    page.locator("[name='attendees-2-guardian_consent']").check()
    page.get_by_role("button", name=words["send"], exact=True).click()
    tickets = page.locator("a[href^='/t/']").all()
    codes = {ticket.get_attribute("href") for ticket in tickets}
    assert len(codes) == len(NAMES)
    for name in NAMES:
        assert name in page.locator("main").inner_text()
    tickets[6].click()
    assert "Gaoussou T." in page.locator("main").inner_text()


def test_script_hides_what_does_not_count_and_shows_it_when_it_does(open_page):
    page = open_page("/e/demo-forum/register", lang="en")
    dish, guardian = page.get_by_label("Which dish?"), page.locator("[name='attendees-0-guardian_name']")
    assert not dish.is_visible()
    assert not guardian.is_visible()
    page.get_by_role("group", name="Do you have lunch with us?").get_by_label("Yes").check()
    page.get_by_label("Age (optional)").select_option("15-17")
    assert dish.is_visible()
    assert guardian.is_visible()
    page.get_by_label("Age (optional)").select_option("60+")
    assert not guardian.is_visible()


def test_without_a_script_what_depends_says_on_what(open_page):
    page = open_page("/e/demo-forum/register", lang="en", script=False)
    assert page.get_by_label("Which dish?").is_visible()
    assert "Only if you answered “Yes” to “Do you have lunch with us?”." in page.locator("main").inner_text()
