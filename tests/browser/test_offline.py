"""Guests' pages without a network: what was seen once is there, says how old it is, and keeps what was marked."""

import contextlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Error

from eventapp import queries, services
from tests import congress
from tests.browser.conftest import seed, start, stop
from tests.browser.line import Line
from tests.post import free_port

ADDRESSES = """async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map((key) => key.url);
}"""
AGE = {"fr": r"^Pas de réseau\s: état de \d{1,2}\sh\s\d\d\.$", "en": r"^No network: this is as of \d\d:\d\d\.$"}


@pytest.fixture(scope="module")
def line():
    """Where the server is found, and the line to it."""
    made = Line(free_port(), free_port())
    yield made
    made.cut()


@pytest.fixture(scope="module")
def site(tmp_path_factory, line):
    """A site of its own behind a line that can be cut: with a congress that began half an hour ago."""
    made = seed(tmp_path_factory.mktemp("site"), line)
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=35)
    with made.inside():
        congress.build("congress", sessions=40, rooms=4, starts_at=starts_at)
    server = start(made)
    yield made
    stop(server)


@pytest.fixture
def dead_network(line):
    """In this block the browser is offline, and there is no server either."""

    @contextlib.contextmanager
    def block(page):
        page.context.set_offline(True)
        with line.dead():
            yield
        page.context.set_offline(False)

    return block


def path_of(page):
    return re.sub(r"^https?://[^/]+|[?#].*", "", page.url)


def kept(page):
    """The paths of the pages that are kept, each as often as there are languages."""
    paths = [re.sub(r"^https?://[^/]+|[?#].*", "", address) for address in page.evaluate(ADDRESSES)]
    return sorted(path for path in paths if not path.startswith("/static/"))


def wait_until(page, is_so):
    """Waits for something that no element of the page shows."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def wait_until_kept(page):
    wait_until(page, lambda: path_of(page) in kept(page))


def age(page):
    return page.locator("#age").inner_text()


def ticket_of(page, site):
    """The address of the demo's ticket."""
    page.goto(site.demo["registration_url"])
    return page.locator("a[href^='/t/']").first.get_attribute("href")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_pages_that_were_seen_once_are_there_without_network(site, open_page, dead_network, lang):
    page = open_page("/e/congress/programme", lang=lang)
    wait_until_kept(page)
    registration = site.demo["registration_url"]
    ticket = ticket_of(page, site)
    own = [registration, f"{registration}/tickets", ticket, site.demo["speaker_url"]]
    paths = ["/e/congress/programme", "/e/congress/", "/e/congress/speakers", *own]
    titles = {}
    for path in paths:
        page.goto(path if path.startswith("http") else site.url + path)
        wait_until_kept(page)
        titles[path] = page.title()
        assert page.locator("#age").count() == 0
    with dead_network(page):
        for path in paths:
            page.goto(path if path.startswith("http") else site.url + path)
            assert page.title() == titles[path]
            assert re.match(AGE[lang], age(page)), path
            assert page.evaluate("getComputedStyle(document.body).margin") == "0px", "the styles are there too"
        page.goto(site.url + ticket)
        page.locator("#bright").click()
        assert page.locator(".bright svg").is_visible(), "the scripts too"
    page.reload()
    assert page.locator("#age").count() == 0


def test_first_page_is_kept_though_it_came_before_the_worker(open_page, dead_network):
    page = open_page("/e/congress/programme", lang="en")
    wait_until_kept(page)
    with dead_network(page):
        page.reload()
        assert page.locator("article").count() == 41
        assert page.locator(".s.now").count() == 4


def test_network_that_says_nothing_is_given_up_after_a_few_seconds(line, open_page):
    page = open_page("/e/congress/speakers", lang="en")
    wait_until_kept(page)
    with line.silent():
        page.reload()
        assert re.match(AGE["en"], age(page))


def test_kept_page_is_in_the_language_that_is_asked_for(open_page, dead_network):
    page = open_page("/e/congress/programme?lang=fr", lang="en")
    wait_until_kept(page)
    page.goto(page.url.replace("=fr", "=en"))
    wait_until(page, lambda: len(kept(page)) == 2)
    with dead_network(page):
        for asked, said in (("?lang=fr", "fr"), ("?lang=en", "en"), ("", "en")):
            page.goto(page.url.split("?")[0] + asked)
            assert page.locator("html").get_attribute("lang") == said
            assert re.match(AGE[said], age(page))


def test_page_of_one_person_stands_in_for_no_other(site, open_page, dead_network):
    page = open_page(site.demo["registration_url"], lang="en")
    wait_until_kept(page)
    with dead_network(page), pytest.raises(Error):
        page.goto(site.demo["registration_url"][:-4] + "aaaa")


def test_page_that_is_gone_is_not_kept_any_longer(site, open_page):
    page = open_page(site.demo["speaker_url"], lang="en")
    wait_until_kept(page)
    with site.inside():
        speaker = queries.speaker.get_by_secret(site.demo["speaker_url"].rsplit("/", 1)[1])
        services.speaker.renew_link(speaker.event_id, speaker.id)
    page.reload()
    wait_until(page, lambda: kept(page) == [])


def test_desk_and_forms_are_never_kept(site, open_page):
    page = open_page("/e/demo-forum/", lang="en")
    wait_until_kept(page)
    for path in ("/e/demo-forum/register", "/sign-in", site.sign_in_link("organizer")):
        page.goto(path if path.startswith("http") else site.url + path)
    page.get_by_role("button").last.click()
    page.goto(site.url + "/organize/demo-forum/programme")
    page.goto(site.url + "/e/demo-forum/speakers")
    wait_until_kept(page)
    pages = [path for path in kept(page) if not path.startswith("/files/")]  # photographs belong to the public pages
    assert pages == ["/e/demo-forum/", "/e/demo-forum/speakers"]


def test_screen_shows_its_last_state_and_age_after_a_reload_without_network(open_page, dead_network):
    page = open_page("/e/congress/now", lang="en", width=1280)
    wait_until_kept(page)
    with dead_network(page):
        page.reload()
        page.locator("#age:visible").wait_for()
        assert age(page).startswith("No network: this is as of ")
        assert page.locator("li.now:visible").count() == 4
    page.reload()
    assert page.locator("#age").is_hidden()


def star(page, number):
    return page.locator(".star").nth(number)


def test_marked_sessions_survive_a_reload_and_a_dead_network(open_page, dead_network):
    page = open_page("/e/congress/programme", lang="en")
    wait_until_kept(page)
    mine = page.get_by_role("link", name="My programme")
    star(page, 0).click()
    star(page, 5).press("Enter")
    assert mine.inner_text().split() == ["My", "programme", "2"]
    page.reload()
    assert [star(page, n).get_attribute("aria-pressed") for n in (0, 1, 5)] == ["true", "false", "true"]
    with dead_network(page):
        page.reload()
        mine.click()
        assert page.locator("article:visible").count() == 2
        page.reload()
        assert page.locator("article:visible").count() == 2
        mine.click()
        assert page.locator("article:visible").count() == 41


def test_sessions_that_overlap_are_said_and_the_choice_can_be_subscribed_to(site, open_page):
    page = open_page("/e/congress/programme", lang="en", width=1280)
    star(page, 0).click()
    assert page.locator("#mine [role=status]").inner_text() == ""
    star(page, 1).click()
    assert page.locator("#mine [role=status]").inner_text().startswith("Sessions that you chose overlap: To succeed")
    page.get_by_role("link", name="My programme").click()
    address = page.locator("#mine .take a").last.get_attribute("href")
    assert page.get_by_role("link", name="Subscribe with my calendar").get_attribute("href") == address.replace(
        "http:", "webcal:"
    )
    assert page.request.get(address).text().count("BEGIN:VEVENT") == 2
    box = star(page, 0).bounding_box()
    assert min(box["width"], box["height"]) >= 44


def test_session_is_marked_on_its_own_page(open_page):
    page = open_page("/e/congress/programme", lang="en")
    page.locator("article h4 a").first.click()
    button = page.get_by_role("button", name="Add to my programme")
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    page.get_by_role("link", name="My programme (1)").click()
    assert page.locator("article:visible").count() == 1


def test_marks_are_taken_over_into_the_registration(site, open_page):
    page = open_page("/e/demo-forum/programme", lang="en")
    star(page, 0).click()
    star(page, 1).click()
    page.goto(site.demo["registration_url"])
    page.get_by_role("link", name="Choose my sessions").click()
    page.get_by_role("button", name="Tick them here too").click()
    assert page.locator("[name=session]:checked").count() == 2
    page.get_by_role("button", name="Save my programme").click()
    assert page.get_by_text("Saved: 2 sessions are on your list.").is_visible()
    assert page.get_by_role("button", name="Tick them here too").count() == 0
