"""Speakers for guests: list, page, photograph; and who is not shown."""

import pytest

from eventapp import queries, services
from eventapp.formats.photo import Squares
from eventapp.language import LocalizedText
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people
from tests.web import browser

PHOTO = Squares(b"the large one", b"the small one")
LIST, PAGE = "/e/forum/speakers", "/e/forum/speakers/sam"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def sam(app, forum):
    with app.app_context():
        facts = SpeakerFacts(
            name=LocalizedText(fr="Sam"),
            function=LocalizedText(fr="Juge"),
            biography=LocalizedText(fr="Né à Ségou."),
            links=LocalizedText(fr="https://www.example.org/sam"),
            email="sam@example.org",
            phone="65012345",
            stage_needs="Un micro",
        )
        speaker_id = services.speaker.add(forum.event_id, facts).id
        services.speaker.set_photo(forum.event_id, speaker_id, PHOTO)
        session = SessionFacts(
            title=LocalizedText(fr="Sport"),
            starts_at=people.STARTS,
            ends_at=people.ENDS,
            parts=(Part(speaker_id),),
        )
        services.programme.add_session(forum.event_id, session)
        services.release.release(forum.event_id)
        return speaker_id


def hide(app, forum, speaker_id, how):
    with app.app_context():
        if how == "declined":
            services.speaker_answer.decline(forum.event_id, speaker_id, None)
        else:
            facts = SpeakerFacts(
                name=LocalizedText(fr="Sam"), biography=LocalizedText(fr="Né à Ségou."), is_listed=False
            )
            services.speaker.change(forum.event_id, speaker_id, facts)


def photos(app, forum, speaker_id):
    with app.app_context():
        row = queries.speaker.get_by_id(forum.event_id, speaker_id)
        return [f"/files/{sha256}.jpg" for sha256 in (row.photo_hash, row.small_photo_hash)]


def images(page):
    return [dict(image.attrib) for image in browser.parse(page.text).iter("img")]


def test_page_shows_who_it_is_and_nothing_private(app, client, forum, sam):
    page = client.get(f"{PAGE}?lang=fr")
    shown = browser.shown(page)
    for text in ("Sam", "Juge", "Né à Ségou.", "Sport"):
        assert text in shown
    for private in ("sam@example.org", "65012345", "65 01 23 45", "Un micro"):
        assert private not in page.text


def test_page_has_the_photograph_with_its_size_and_a_text(app, client, forum, sam):
    large, small = photos(app, forum, sam)
    [image] = images(client.get(PAGE))
    assert (image["src"], image["srcset"]) == (large, f"{small} 320w, {large} 640w")
    assert (image["width"], image["height"], image["loading"]) == ("640", "640", "lazy")
    assert image["alt"] == "Photo\u00a0: Sam"


@pytest.mark.parametrize("path", [LIST, "/e/forum/"])
def test_lists_have_the_small_photograph_beside_the_name(app, client, forum, sam, path):
    _large, small = photos(app, forum, sam)
    [image] = images(client.get(path))
    assert (image["src"], image["loading"], image["alt"]) == (small, "lazy", "")
    assert (image["width"], image["height"]) == ("48", "48")


def test_speaker_without_photograph_has_letters_in_its_place(app, client, forum):
    with app.app_context():
        people.speaker(forum.event_id)
    page = client.get(LIST)
    assert images(page) == []
    assert "SS" in browser.shown(page)


def test_links_show_their_host_and_vouch_for_nothing(client, forum, sam):
    page = browser.parse(client.get(PAGE).text)
    [link] = [a for a in page.iter("a") if a.get("href", "").startswith("https://")]
    assert (link.get("href"), browser.words(link)) == ("https://www.example.org/sam", "example.org")
    assert link.get("rel") == "nofollow noopener"


@pytest.mark.parametrize("how", ["unlisted", "declined"])
def test_who_is_not_shown_has_neither_page_nor_photograph_nor_place_in_lists(app, client, forum, sam, how):
    addresses = photos(app, forum, sam)
    hide(app, forum, sam, how)
    assert client.get(PAGE).status_code == 404
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert "Sam" not in browser.shown(client.get(LIST))
    session = client.get("/e/forum/sessions/sport")
    assert "Sam" in browser.shown(session)
    assert PAGE not in session.text
    assert PAGE not in client.get("/e/forum/").text
    file = client.get("/e/forum/programme.json").text
    assert "Sam" in file
    assert "Ségou" not in file


def test_session_leads_to_who_is_shown(client, forum, sam):
    assert f'href="{PAGE}"' in client.get("/e/forum/sessions/sport").text


def test_photograph_is_kept_by_browsers_for_ever_and_its_address_changes_with_it(app, client, forum, sam):
    [address, _small] = photos(app, forum, sam)
    answer = client.get(address)
    assert (answer.data, answer.mimetype) == (PHOTO.large, "image/jpeg")
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context():
        services.speaker.set_photo(forum.event_id, sam, Squares(b"another", b"small other"))
    assert photos(app, forum, sam)[0] != address
    assert client.get(address).status_code == 404


def test_same_photograph_of_two_people_stays_while_one_of_them_is_shown(app, client, forum, sam):
    with app.app_context():
        awa = people.speaker(forum.event_id, "Awa")
        services.speaker.set_photo(forum.event_id, awa, PHOTO)
    [address, _small] = photos(app, forum, sam)
    hide(app, forum, sam, "declined")
    assert client.get(address).status_code == 200
    with app.app_context():
        services.speaker.remove(forum.event_id, sam)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fetc", "0" * 5000, "%00"])
def test_address_of_no_photograph_is_not_found(client, forum, name):
    assert client.get(f"/files/{name}.jpg").status_code == 404


def test_other_contents_have_no_public_address(app, client, forum):
    with app.app_context():
        sha256 = services.stored_file.keep(b"slides", "application/pdf")
    assert client.get(f"/files/{sha256}.jpg").status_code == 404
