"""The story of a speaker: a link, no password; my sessions; a calendar that follows every change."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from eventapp import services
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import SpeakerRole
from eventapp.services.programme import Part, SessionFacts
from tests import people

pytestmark = pytest.mark.usefixtures("at_noon")


def subscribed(client, address):
    """What a calendar program sees at the address it was given: no cookie, no language."""
    answer = client.application.test_client().get(urlsplit(address).path + "?" + urlsplit(address).query)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.data).walk("VEVENT")


def facts(title, start, room_id, *parts):
    return SessionFacts(
        title=LocalizedText(fr=title),
        starts_at=people.STARTS + start,
        ends_at=people.STARTS + start + timedelta(hours=1),
        room_id=room_id,
        parts=parts,
    )


def test_speaker_opens_the_link_subscribes_and_hears_of_changes(app, client):
    programme = services.programme
    with app.app_context():
        forum = people.stage(published=False).event_id
        sam, anne = people.speaker(forum, "Sam Sidibé"), people.speaker(forum, "Anne Traoré")
        secret = people.speaker_secret(forum, sam)
        first_room = programme.add_room(forum, LocalizedText(fr="Salle A")).id
        other_room = programme.add_room(forum, LocalizedText(fr="Salle B")).id
        parts = (Part(sam), Part(anne, SpeakerRole.MODERATOR))
        panel = programme.add_session(forum, facts("Panel", timedelta(0), first_room, *parts)).id
        review = programme.add_session(forum, facts("Bilan", timedelta(hours=5), first_room, Part(sam))).id

    # Sam opens the link from a message, while the event is still a draft.
    page = client.get(f"/s/{secret}?lang=fr")
    assert page.status_code == 200
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
    assert "Bonjour Sam Sidibé" in shown
    assert "9 h 00 Panel jusqu’à 10 h 00 · Salle A Avec Anne Traoré (modération)" in shown
    assert "14 h 00 Bilan jusqu’à 15 h 00 · Salle A" in shown

    # Sam subscribes: the page names one address for phones and the same one for everything else.
    webcal, address = (
        unescape(re.search(f'href="({scheme}://[^"]+schedule.ics[^"]*)"', page.text).group(1))
        for scheme in ("webcal", "http")
    )
    assert webcal.partition("://")[2] == address.partition("://")[2]
    before = {str(entry["SUMMARY"]): entry for entry in subscribed(client, address)}
    assert list(before) == ["Panel", "Bilan"]

    # The organizer moves one session to another time and room, and cancels the other.
    with app.app_context():
        programme.change_session(forum, panel, facts("Panel", timedelta(hours=2), other_room, *parts))
        programme.cancel_session(forum, review)
        services.event.publish(forum)

    moved, cancelled = subscribed(client, address)
    assert str(moved["UID"]) == str(before["Panel"]["UID"])
    assert moved["SEQUENCE"] > before["Panel"]["SEQUENCE"]
    assert (moved.decoded("DTSTART"), str(moved["LOCATION"])) == (people.STARTS + timedelta(hours=2), "Salle B")
    assert str(cancelled["UID"]) == str(before["Bilan"]["UID"])
    assert cancelled["SEQUENCE"] > before["Bilan"]["SEQUENCE"]
    assert (str(cancelled["STATUS"]), str(cancelled["SUMMARY"])) == ("CANCELLED", "Annulé\u00a0: Bilan")

    # The page says the same, and now leads to the public programme.
    page = client.get(f"/s/{secret}?lang=fr").text
    shown = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "11 h 00 Panel jusqu’à 12 h 00 · Salle B" in shown
    assert "14 h 00 Annulé Bilan" in shown
    link = re.search(r'href="(/e/forum/sessions/panel)"', page).group(1)
    assert client.get(link).status_code == 200
