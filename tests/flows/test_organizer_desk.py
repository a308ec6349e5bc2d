"""The organizer's story: from a sign-in link to an event that people register for, all by plain forms."""

import json

from sqlalchemy import select

from eventapp import services
from eventapp.db import db
from eventapp.models.audit import AuditEntry
from eventapp.rules import names
from tests import people
from tests.web import browser


def heading(answer):
    return browser.words(next(browser.parse(answer.text).iter("h1")))


def test_olga_makes_an_event_and_people_come(app, client, at_noon):
    # Whoever runs the server made an account and a link; the link's button signs Olga in.
    with app.app_context():
        token = services.account.make_link(people.account("olga"))
    olga = app.test_client()
    olga.get("/?lang=en")
    assert browser.submit(olga, f"/sign-in/{token}").headers["Location"] == "/organize/"

    # A new event: a title is enough, the address follows from it.
    assert "There is no event yet" in browser.shown(olga.get("/organize/"))
    answer = browser.submit(
        olga,
        "/organize/new",
        {
            "title-fr": "Forum de démonstration",
            "title-en": "Demo forum",
            "starts_at": "2026-12-18T09:00",
            "ends_at": "2026-12-18T17:00",
            "capacity": "1",
        },
    )
    desk = answer.headers["Location"]
    assert desk == "/organize/demo-forum/"
    assert "Still missing" in browser.shown(olga.get(desk))

    # Texts, an organization, a room, a topic, a speaker, a session.
    browser.submit(
        olga,
        f"{desk}texts",
        {
            "theme-fr": "Thème d'exemple",
            "theme-en": "Sample theme",
            "description-fr": "Un **essai**.",
            "description-en": "A **trial**.",
            "venue-fr": "Salle des fêtes",
            "city-fr": "Bamako, Mali",
            "contact_email": "forum@example.org",
        },
    )
    browser.submit(olga, f"{desk}organizations/new", {"role": "organizer", "name-fr": "Association d’exemple"})
    browser.submit(olga, f"{desk}rooms/new", {"name-fr": "Salle A", "name-en": "Room A"})
    browser.submit(olga, f"{desk}topics/new", {"title-fr": "Musique", "title-en": "Music"})
    browser.submit(olga, f"{desk}speakers/new", {"name-fr": "Sam Sidibé"})
    form = browser.parse(olga.get(f"{desk}programme/new").text)
    choices = {s.get("name"): [o.get("value") for o in s.iter("option")] for s in form.iter("select")}
    browser.submit(
        olga,
        f"{desk}programme/new",
        {
            "title-fr": "Le rôle de la musique",
            "title-en": "The role of music",
            "starts_at": "2026-12-18T10:00",
            "ends_at": "2026-12-18T11:00",
            "room_id": choices["room_id"][1],
            "topic_id": choices["topic_id"][1],
            "parts-0-speaker_id": choices["parts-0-speaker_id"][1],
        },
    )
    assert "Still missing" not in browser.shown(olga.get(desk))

    # A draft is nobody's business; published, everyone reads it in their language.
    assert client.get("/e/demo-forum/").status_code == 404
    browser.submit(olga, desk, action="/publish")
    app.extensions.pop("eventapp.pages", None)  # trusted for another second
    assert heading(client.get("/e/demo-forum/?lang=fr")) == "Forum de démonstration"
    assert "The role of music" in client.get("/e/demo-forum/programme?lang=en").text

    # Ada registers; Bintou, who has neither phone nor e-mail, is registered by Olga and has to wait.
    answer = browser.submit(client, "/e/demo-forum/register", {"attendees-0-name": "Ada Coulibaly"})
    assert answer.status_code == 303
    ada = answer.headers["Location"]
    bintou = browser.submit(olga, f"{desk}registrations/new", {"name": "Bintou"}).headers["Location"]
    assert "On the waiting list" in browser.shown(olga.get(bintou))

    # Ada calls: she cannot come. Olga finds her, as she hears the name, and cancels; the place goes to Bintou.
    page = browser.parse(olga.get(f"{desk}registrations?q=Kulubali").text)
    (path,) = [link.get("href") for link in page.iter("a") if browser.words(link) == "Ada Coulibaly"]
    (cancel,) = [
        link.get("href")
        for link in browser.parse(olga.get(path).text).iter("a")
        if "/cancel" in (link.get("href") or "")
    ]
    assert "1 person is waiting" in browser.shown(olga.get(cancel))
    browser.submit(olga, cancel)
    assert "Offered a place" in browser.shown(olga.get(bintou))
    assert client.get(ada).status_code == 200

    # Sam has a link and needs no account.
    sam = browser.parse(olga.get(f"{desk}speakers").text)
    (path,) = [link.get("href") for link in sam.iter("a") if browser.words(link) == "Sam Sidibé"]
    (link,) = [p for p in browser.parse(olga.get(path).text).iter("p") if p.get("class") == "link"]
    assert "The role of music" in client.get(browser.words(link).removeprefix("http://127.0.0.1:8000")).text

    # What was done is noted, without anybody's name or address.
    with app.app_context():
        entries = list(db.session.scalars(select(AuditEntry)))
        told = names.fold(json.dumps([[entry.subject, entry.details] for entry in entries]))
        assert {entry.action for entry in entries} >= {
            "event.create",
            "event.set_texts",
            "event.publish",
            "speaker.add",
            "session.add",
            "registration.add",
            "attendee.cancel",
        }
        for secret in ("coulibaly", "bintou", "sidibe", "forum example"):
            assert secret not in told
