"""My programme: chosen on the registration's page, read and subscribed to by a link of its own, or by the choice alone.

Calendars are read by vobject here, another reader than the one that the product imports calendars with.
"""

from datetime import timedelta

import pytest
import vobject

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.services.programme import Part, SessionFacts
from tests import congress, people
from tests.web import browser

pytestmark = pytest.mark.usefixtures("at_noon")
HOUR = timedelta(hours=1)


@pytest.fixture
def forum(app):
    """Six sessions in two rooms; returns the event's id."""
    with app.app_context():
        return congress.build("forum", sessions=6, rooms=2, starts_at=people.STARTS)


@pytest.fixture
def ada(app, forum):
    """The address of Ada's registration."""
    with app.app_context():
        return f"/r/{services.registration.secret(queries.registration.get(people.register(forum)))}"


def ids(app, forum):
    with app.app_context():
        return [row.id for row in queries.programme.list_programme(forum) if row.kind != "break"]


def choose(client, ada, *session_ids):
    answer = browser.submit(client, f"{ada}/sessions?lang=en", {"session": [str(one) for one in session_ids]})
    assert answer.status_code == 303
    return client.get(f"{answer.headers['Location']}&lang=en")


def link(answer, end):
    """The address on a page that ends so."""
    return next(a.get("href") for a in browser.parse(answer.text).iter("a") if (a.get("href") or "").endswith(end))


def subscribed(client, address):
    """UID to entry, as another program reads them."""
    calendar = vobject.readOne(client.get(address).text)
    return {entry.uid.value: entry for entry in calendar.contents.get("vevent", [])}


def test_choice_is_saved_without_script_and_shown_again(app, client, forum, ada):
    first, _second, third, *_ = ids(app, forum)
    assert link(client.get(f"{ada}?lang=en"), "/sessions") == f"{ada}/sessions"
    page = choose(client, ada, first, third)
    assert "Saved: 2 sessions are on your list." in browser.shown(page)
    assert browser.values(browser.forms(browser.parse(page.text))[0])["session"] == [str(first), str(third)]
    page = choose(client, ada)
    assert browser.values(browser.forms(browser.parse(page.text))[0])["session"] == []


def test_two_sessions_at_one_time_are_a_warning_and_no_refusal(app, client, forum, ada):
    first, second, third, *_ = ids(app, forum)
    assert "overlap" not in browser.shown(choose(client, ada, first, third))
    assert "Sessions that you chose overlap:" in browser.shown(choose(client, ada, first, second))


@pytest.mark.parametrize("typed", ["", "x", "-1", "0", "9" * 30, "１"])
def test_anything_may_be_sent_and_nothing_comes_of_it(client, forum, ada, typed):
    assert client.post(f"{ada}/sessions", data={"session": typed}).status_code == 303
    assert "Saved: 0 sessions" in browser.shown(client.get(f"{ada}/sessions?done=saved&lang=en"))


def test_agenda_has_a_link_of_its_own_that_changes_nothing(app, client, forum, ada):
    first, *_ = ids(app, forum)
    links = [a.get("href") or "" for a in browser.parse(choose(client, ada, first).text).iter("a")]
    own = next(address for address in links if address.startswith("/a/"))
    page = client.get(f"{own}?lang=en")
    assert "families say, 0" in browser.shown(page)
    assert browser.forms(browser.parse(page.text)) == []
    assert ada.removeprefix("/r/") not in page.text
    assert client.post(own).status_code == 405
    assert client.get(f"{own[:-4]}aaaa").status_code == 404
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_ticket_does_not_lead_to_the_agenda(app, client, forum, ada):
    choose(client, ada, *ids(app, forum)[:1])
    ticket = next(a for a in browser.parse(client.get(ada).text).iter("a") if "/t/" in (a.get("href") or ""))
    page = client.get(ticket.get("href")).text
    assert "/a/" not in page
    assert ada not in page


def test_without_a_programme_there_is_nothing_to_choose(app, client):
    with app.app_context():
        staged = people.stage()
        secret = services.registration.secret(queries.registration.get(people.register(staged.event_id)))
    assert "The programme will be published here." in browser.shown(client.get(f"/r/{secret}/sessions?lang=en"))


def test_every_subscription_moves_cancels_and_crosses_out(app, client, forum, ada):
    with app.app_context():
        sessions = queries.programme.list_sessions(forum)
        talks = [row for row in sessions if row.kind != "break"][:3]
        moved, cancelled, deleted = [(row.id, row.uid) for row in talks]
        sam = people.speaker(forum)
        secret = people.speaker_secret(forum, sam)
        for row in talks:
            services.programme.change_session(forum, row.id, facts(row, Part(sam)))
        services.release.release(forum)
        services.programme.delete_session(forum, deleted[0])  # guests do not know it yet
    page = choose(client, ada, moved[0], cancelled[0], deleted[0])
    chosen = f"/e/forum/programme.ics?lang=en&only={moved[0]},{cancelled[0]},{deleted[0]}"
    addresses = [
        "/e/forum/programme.ics?lang=en",
        chosen,
        f"/a/{link(page, '.ics?lang=en').rpartition('/')[2]}",
        f"/s/{secret}/schedule.ics?lang=en",
    ]
    before = [subscribed(client, address) for address in addresses]
    with app.app_context():
        row = queries.programme.get_session_by_id(forum, moved[0])
        services.programme.change_session(forum, moved[0], facts(row, Part(sam), later=3 * HOUR))
        services.programme.cancel_session(forum, cancelled[0])
        services.release.release(forum)
    app.extensions.pop("eventapp.pages", None)
    for address, old in zip(addresses, before, strict=True):
        new = subscribed(client, address)
        assert set(new) == set(old), address
        entry = new[moved[1]]
        assert entry.dtstart.value - old[moved[1]].dtstart.value == 3 * HOUR, address
        assert int(entry.sequence.value) > int(old[moved[1]].sequence.value), address
        assert entry.status.value == "CONFIRMED"
        for _, uid in (cancelled, deleted):
            assert new[uid].status.value == "CANCELLED", address
            assert int(new[uid].sequence.value) > int(old[uid].sequence.value), address


def facts(row, *parts, later=timedelta(0)):
    return SessionFacts(
        title=LocalizedText(row.title),
        topic_id=row.topic_id,
        room_id=row.room_id,
        starts_at=row.starts_at + later,
        ends_at=row.ends_at + later,
        language=row.language,
        parts=parts,
    )


def test_choice_in_an_address_ignores_what_it_does_not_know(app, client, forum):
    first, second, *_ = ids(app, forum)
    for only, count in (
        (f"{first},{second}", 2),
        (f"{first},x,999999,{'9' * 40}", 1),
        ("", 0),
        (f"{first},{first}", 1),
    ):
        answer = client.get("/e/forum/programme.ics", query_string={"only": only})
        assert answer.text.count("BEGIN:VEVENT") == count
    assert "My programme: Congress" in client.get(f"/e/forum/programme.ics?lang=en&only={first}").text
    far = ",".join(["0"] * 100 + [str(first)])
    assert client.get(f"/e/forum/programme.ics?only={far}").text.count("BEGIN:VEVENT") == 0


def test_choices_in_addresses_leave_nothing_in_memory(app, client, forum):
    client.get("/e/forum/programme.ics")
    kept = len(app.extensions["eventapp.pages"])
    for number in range(5):
        client.get(f"/e/forum/programme.ics?only={number}")
    assert len(app.extensions["eventapp.pages"]) == kept


def test_programme_names_the_ids_of_what_can_be_marked(app, client, forum):
    page = browser.parse(client.get("/e/forum/programme").text)
    slots = next(e for e in page.iter("div") if e.get("data-ids"))
    assert [int(number) for number in slots.get("data-ids").split()] == ids(app, forum)
