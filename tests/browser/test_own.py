"""The contact's page clicked with scripts switched off: give back and undo, hand on, take an offer, erase."""

import re


def register(open_page, *names, phone=""):
    page = open_page("/e/demo-forum/register", lang="en", script=False)
    page.get_by_label("Full name").fill(names[0])
    page.get_by_label("Phone", exact=False).last.fill(phone)
    page.get_by_role("button", name="Register", exact=True).click()
    assert "/r/" in page.url
    return page


def test_place_is_given_back_taken_back_handed_on_and_erased_without_script(open_page):
    page = register(open_page, "Sɛku Jara", phone="65 01 92 87")
    page.locator("summary", has_text="I can't come").click()
    page.get_by_role("button", name="Give this place back").click()
    assert page.get_by_role("link", name="Open the ticket").count() == 0
    page.get_by_role("button", name="Take the place back").click()
    assert page.get_by_role("link", name="Open the ticket").count() == 1
    old = page.locator("article strong").inner_text()

    page.locator("summary", has_text="Change something").click()
    page.get_by_role("link", name="Somebody else comes instead").click()
    assert "The old code stops at once" in page.locator("main").inner_text()
    page.get_by_label("Full name").fill("Bintou Keïta")
    page.get_by_role("button", name="Hand the ticket on").click()
    assert "Bintou Keïta" in page.locator("main").inner_text()
    assert page.locator("article strong").inner_text() != old

    page.get_by_role("link", name="Erase my data").click()
    page.get_by_label("Everybody, with e-mail address and phone").check()
    page.get_by_label("Name of somebody on this registration").fill("Bintou")
    page.get_by_label(re.compile("Last three digits")).fill("287")
    page.get_by_role("button", name="Erase for ever").click()
    assert "Everything personal on this registration was erased" in page.locator("main").inner_text()
    assert "Bintou" not in page.locator("main").inner_text()
