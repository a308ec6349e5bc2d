"""The ticket page and its files: what they show, to whom, and what they keep to themselves."""

import io
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import html5lib
import pypdf
import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from eventapp import clock, queries, services
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Ticket
from eventapp.rules import names
from eventapp.rules.vocabulary import AttendeeStatus, EventState
from tests import people
from tests.formats.test_qr import drawn
from tests.tables import full_names

SVG = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def registration_id(app, forum):
    with app.app_context():
        return people.register(forum.event_id, "Ada Traoré", email="ada@example.org")


@pytest.fixture
def code(app, registration_id):
    with app.app_context():
        return people.ticket_codes(registration_id)[0]


def change_event(app, forum, **values):
    @transactional
    def change():
        event = db.session.get_one(Event, forum.event_id)
        for name, value in values.items():
            setattr(event, name, value)

    with app.app_context():
        change()


def set_status(app, code, status):
    @transactional
    def change():
        db.session.get_one(Attendee, ticket_of(code).attendee_id).status = status

    with app.app_context():
        change()


def ticket_of(code):
    return db.session.query(Ticket).filter_by(code=code).one()


def read_text(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "fr",
            [
                "Ada T.",
                "Forum d’essai",
                "vendredi 18 décembre 2026",
                "9 h 00 à 17 h 00 (heure de Bamako)",
                "Ouverture des portes à 7 h 00",
                "Palais de la culture",
                "Grand public",
                "Enregistrer comme image",
                "Ajouter à mon agenda",
            ],
        ),
        (
            "en",
            [
                "Ada T.",
                "Trial forum",
                "Friday 18 December 2026",
                "09:00 to 17:00 (time in Bamako)",
                "Doors open at 07:00",
                "Palace of culture",
                "General public",
                "Save as picture",
                "Put into my calendar",
            ],
        ),
    ],
)
def test_page_shows_what_the_door_needs(app, client, forum, code, lang, sentences):
    change_event(app, forum, venue=LocalizedText(fr="Palais de la culture", en="Palace of culture"))
    response = client.get(f"/t/{code}?lang={lang}")
    assert response.status_code == 200
    assert f'<html lang="{lang}">' in response.text
    shown = read_text(response.text)
    assert [sentence for sentence in sentences if sentence not in shown] == []
    assert f"{code[:4]}-{code[4:8]}" in shown
    assert "<bdi>Ada T.</bdi>" in response.text


def test_qr_of_the_page_opens_the_page(client, code):
    (found,) = zxingcpp.read_barcodes(drawn(SVG.search(client.get(f"/t/{code}").text).group()))
    assert found.text == f"HTTP://127.0.0.1:8000/T/{code}"
    assert client.get(urlsplit(found.text).path).status_code == 200


def test_code_is_read_in_any_case_with_dashes_and_at_the_end_of_a_sentence(client, code):
    spellings = [
        f"/T/{code}",
        f"/t/{code.lower()}",
        f"/t/{code[:4]}-{code[4:8]}-{code[8:]}",
        f"/t/{code[:5]}%20{code[5:8]}%20{code[8:]}",
        f"/t/{code.replace('0', 'o').replace('1', 'l')}",
        f"/t/{code}.",
        f"/t/{code})",
    ]
    assert [client.get(path).status_code for path in spellings] == [200] * len(spellings)


def test_page_keeps_everything_else_to_itself(app, client, registration_id, code):
    with app.app_context():
        secret = services.registration.secret(queries.registration.get(registration_id))
    for lang in ("fr", "en"):
        page = client.get(f"/t/{code}?lang={lang}").text
        private = ["Traoré", "ada@example.org", secret, "/r/"]
        assert [text for text in private if text in page] == []
    for suffix in ("png", "svg", "ics"):
        content = client.get(f"/t/{code}.{suffix}").data
        assert [text for text in ("Traor", "Ada", "ada@example.org", "/r/") if text.encode() in content] == []


def test_page_is_for_the_reader_alone(client, code):
    response = client.get(f"/t/{code}")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.text
    assert "Set-Cookie" not in response.headers


def test_unchanged_page_costs_no_second_transfer(app, client, forum, code):
    etag = client.get(f"/t/{code}").headers["ETag"]
    again = client.get(f"/t/{code}", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    change_event(app, forum, title=LocalizedText(fr="Forum déplacé"))
    assert client.get(f"/t/{code}", headers={"If-None-Match": etag}).status_code == 200


def test_page_with_its_style_weighs_little(client, code):
    packed = {"Accept-Encoding": "gzip"}
    address = re.search(r'href="([^"]+guest\.css)"', client.get(f"/t/{code}").text).group(1)
    page, style = client.get(f"/t/{code}", headers=packed), client.get(address, headers=packed)
    assert style.headers["Content-Encoding"] == "gzip"
    assert len(page.data) + len(style.data) < 6 * 1024


def test_pages_are_valid_html(app, client, code):
    with app.app_context():
        services.attendee.cancel(ticket_of(code).attendee_id)
    for path in (f"/t/{code}", "/t/K7QM2XVD"):
        for lang in ("fr", "en"):
            html5lib.HTMLParser(strict=True).parse(client.get(f"{path}?lang={lang}").text)


def test_valid_ticket_is_valid_html(client, code):
    for lang in ("fr", "en"):
        html5lib.HTMLParser(strict=True).parse(client.get(f"/t/{code}?lang={lang}").text)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_is_shared_is_the_ticket_and_not_the_registration(client, code, lang):
    page = client.get(f"/t/{code}?lang={lang}").text
    whatsapp, sms = (
        unescape(re.search(f'href="({start}[^"]*)"', page).group(1)) for start in ("https://wa.me/", "sms:")
    )
    message = {
        "fr": f"Forum d’essai, billet de Ada T.\u00a0: http://127.0.0.1:8000/t/{code}",
        "en": f"Trial forum, ticket of Ada T.: http://127.0.0.1:8000/t/{code}",
    }[lang]
    assert parse_qs(urlsplit(whatsapp).query) == {"text": [message]}
    assert parse_qs(urlsplit(sms).query) == {"body": [message]}


def test_picture_holds_the_same_qr(client, code):
    response = client.get(f"/t/{code}.png")
    assert (response.status_code, response.mimetype) == (200, "image/png")
    image = Image.open(io.BytesIO(response.data))
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    assert (image.mode, image.width, found.text) == ("1", 480, f"HTTP://127.0.0.1:8000/T/{code}")
    assert len(response.data) < 8_192


def test_picture_has_a_name_to_be_saved_under(client, code):
    page = client.get(f"/t/{code}?lang=fr").text
    filename = f"billet-{code[:4]}-{code[4:8]}.png"
    assert f'href="/t/{code}.png" download="{filename}"' in page
    assert client.get(f"/t/{code}.png").headers["Content-Disposition"] == f"inline; filename={filename}"


def read_pdf(response):
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    document = pypdf.PdfReader(io.BytesIO(response.data))
    size = tuple(round(float(length) / 72 * 25.4) for length in document.pages[0].mediabox[2:])
    return size, " ".join(document.pages[0].extract_text().split())


@pytest.mark.parametrize(("asked", "size"), [("", (210, 297)), ("?paper=a6", (105, 148)), ("?paper=a0", (210, 297))])
def test_paper_has_the_size_that_is_asked_for_and_the_name_of_the_page(client, code, asked, size):
    found, text = read_pdf(client.get(f"/t/{code}.pdf{asked}"))
    assert found == size
    assert "Ada T." in text
    assert "Traoré" not in text


@pytest.mark.parametrize(("lang", "word"), [("fr", "Billet d’entrée (gratuit)"), ("en", "Entry ticket (free)")])
def test_paper_speaks_the_readers_language_and_is_linked_from_the_page(client, code, lang, word):
    page = client.get(f"/t/{code}?lang={lang}").text
    assert f'href="/t/{code}.pdf"' in page
    assert f'href="/t/{code}.pdf?paper=a6"' in page
    response = client.get(f"/T/{code}.pdf?lang={lang}")
    assert word in read_pdf(response)[1]
    name = {"fr": "billet", "en": "ticket"}[lang]
    assert response.headers["Content-Disposition"] == f"inline; filename={name}-{code[:4]}-{code[4:8]}.pdf"


def test_unchanged_paper_costs_no_second_transfer(app, client, forum, code):
    etag = client.get(f"/t/{code}.pdf").headers["ETag"]
    assert client.get(f"/t/{code}.pdf", headers={"If-None-Match": etag}).status_code == 304
    change_event(app, forum, title=LocalizedText(fr="Forum déplacé"))
    assert client.get(f"/t/{code}.pdf", headers={"If-None-Match": etag}).status_code == 200


def test_paper_of_a_cancelled_event_says_so(app, client, forum, code):
    change_event(app, forum, state=EventState.CANCELLED)
    assert "This event is cancelled." in read_pdf(client.get(f"/t/{code}.pdf?lang=en"))[1]


def test_page_with_its_scripts_weighs_less_than_8_kilobytes(client, code):
    page = client.get(f"/t/{code}", headers={"Accept-Encoding": "gzip"})
    address = re.search(r'src="([^"]+)share\.js"', client.get(f"/t/{code}").text).group(1)
    scripts = [client.get(f"{address}{name}.js", headers={"Accept-Encoding": "gzip"}) for name in ("share", "keep")]
    style = client.get(address.replace("/js/", "/css/") + "guest.css", headers={"Accept-Encoding": "gzip"})
    assert [answer.status_code for answer in (*scripts, style)] == [200] * 3
    assert sum(len(answer.data) for answer in (page, style, *scripts)) < 8 * 1024


def test_what_needs_a_script_is_hidden_without_one(client, code):
    page = client.get(f"/t/{code}?lang=en").text
    assert re.search(r'<button [^>]*id="bright" hidden', page)
    assert re.search(r'<button [^>]*id="share" hidden', page)
    assert 'id="ways"' in page


def test_drawing_is_the_qr_of_the_page(client, code):
    response = client.get(f"/t/{code}.svg?lang=fr")
    assert response.mimetype == "image/svg+xml"
    assert response.text == SVG.search(client.get(f"/t/{code}?lang=fr").text).group()


def test_calendar_has_the_event_and_the_tickets_address(app, client, forum, code):
    change_event(app, forum, venue=LocalizedText(fr="Palais de la culture"), city=LocalizedText(fr="Bamako"))
    response = client.get(f"/t/{code}.ics?lang=fr")
    assert response.mimetype == "text/calendar"
    (entry,) = Calendar.from_ical(response.data).walk("VEVENT")
    assert {name: str(entry[name]) for name in ("SUMMARY", "LOCATION", "URL", "STATUS")} == {
        "SUMMARY": "Forum d’essai",
        "LOCATION": "Palais de la culture, Bamako",
        "URL": f"http://127.0.0.1:8000/t/{code}",
        "STATUS": "CONFIRMED",
    }
    assert (entry.decoded("DTSTART"), entry.decoded("DTEND")) == (people.STARTS, people.ENDS)


def test_calendar_entry_moves_with_the_event_and_with_a_new_ticket(app, client, forum, code):
    (before,) = Calendar.from_ical(client.get(f"/t/{code}.ics").data).walk("VEVENT")
    change_event(app, forum, starts_at=people.STARTS + timedelta(hours=1))
    with app.app_context():
        newer = services.ticket.reissue(ticket_of(code).attendee_id).code
    (after,) = Calendar.from_ical(client.get(f"/t/{newer}.ics").data).walk("VEVENT")
    assert str(after["UID"]) == str(before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") == people.STARTS + timedelta(hours=1)


def test_calendar_entries_of_two_guests_are_two(app, client, forum, code):
    with app.app_context():
        (other,) = people.ticket_codes(people.register(forum.event_id, "Bintou"))
    uids = {str(Calendar.from_ical(client.get(f"/t/{c}.ics").data).walk("VEVENT")[0]["UID"]) for c in (code, other)}
    assert len(uids) == 2


def test_time_that_is_not_known_says_so_everywhere(app, client, forum, code):
    change_event(app, forum, time_is_known=False)
    page = read_text(client.get(f"/t/{code}?lang=fr").text)
    assert "heure à confirmer" in page
    assert "9 h 00" not in page
    assert "Ouverture des portes" not in page
    (entry,) = Calendar.from_ical(client.get(f"/t/{code}.ics?lang=fr").data).walk("VEVENT")
    assert str(entry["DESCRIPTION"]).startswith("L’heure reste à confirmer.")


def test_event_without_a_date_has_a_ticket_but_no_calendar(app, client, forum, code):
    change_event(app, forum, starts_at=None, ends_at=None)
    page = client.get(f"/t/{code}?lang=en").text
    assert "Date to be announced" in page
    assert ".ics" not in page
    assert client.get(f"/t/{code}.png").status_code == 200
    assert client.get(f"/t/{code}.ics").status_code == 404


def test_doors_that_open_on_another_day_are_not_named(app, client, forum, code):
    change_event(app, forum, starts_at=people.STARTS + timedelta(days=1), ends_at=people.ENDS + timedelta(days=1))
    assert "Doors open" not in client.get(f"/t/{code}?lang=en").text


def test_newer_ticket_is_told_and_the_old_one_has_no_files(app, client, code):
    with app.app_context():
        newer = services.ticket.reissue(ticket_of(code).attendee_id).code
    response = client.get(f"/t/{code}?lang=en")
    assert response.status_code == 410
    assert "A newer ticket exists" in response.text
    assert SVG.search(response.text) is None
    assert newer not in response.text
    assert [client.get(f"/t/{code}.{suffix}").status_code for suffix in ("png", "svg", "ics", "pdf")] == [404] * 4
    assert client.get(f"/t/{newer}").status_code == 200


@pytest.mark.parametrize(
    ("lang", "sentence"), [("fr", "Cette place a été rendue"), ("en", "This place was given back")]
)
def test_place_given_back_is_told(app, client, code, lang, sentence):
    with app.app_context():
        services.attendee.cancel(ticket_of(code).attendee_id)
    response = client.get(f"/t/{code}?lang={lang}")
    assert response.status_code == 410
    assert sentence in response.text
    assert "Ada" not in response.text
    assert SVG.search(response.text) is None
    assert client.get(f"/t/{code}.png").status_code == 404


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(AttendeeStatus.WAITLISTED, "on the waiting list"), (AttendeeStatus.PENDING, "still has to be confirmed")],
)
def test_ticket_that_is_not_confirmed_is_told(app, client, code, status, sentence):
    set_status(app, code, status)
    response = client.get(f"/t/{code}?lang=en")
    assert response.status_code == 200
    assert sentence in response.text
    assert SVG.search(response.text) is None
    assert client.get(f"/t/{code}.svg").status_code == 404


def test_short_code_alone_opens_nothing(client, code):
    short = code[:8]
    texts = (short, f"{short[:4]}-{short[4:]}", f"{short}.png", f"{short}.ics", f"{short}.pdf")
    answers = [client.get(f"/t/{text}") for text in texts]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert "Ada" not in answers[0].text


def test_wrong_tail_opens_nothing(client, code):
    tail = "00000" if code[8:] != "00000" else "11111"
    response = client.get(f"/t/{code[:8]}{tail}?lang=en")
    assert response.status_code == 404
    assert "There is no ticket at this address" in response.text


@pytest.mark.parametrize(
    "text", ["nothing", "K7QM2XVD4P9RT", "%00", "%F0%9F%8C%8D", "A" * 3000, "..%2f..%2fetc", "'--"]
)
@pytest.mark.parametrize("suffix", ["", ".png", ".pdf"])
def test_unknown_code_is_a_helpful_page(client, forum, text, suffix):
    response = client.get(f"/t/{text}{suffix}?lang=en")
    assert response.status_code == 404
    assert "copied whole" in response.text


def test_page_of_a_past_event_says_so(client, code, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: people.ENDS + timedelta(days=1))
    response = client.get(f"/t/{code}?lang=en")
    assert response.status_code == 200
    assert "This event is finished." in response.text


def test_cancelled_event_is_told_on_the_page_and_in_the_calendar(app, client, forum, code):
    change_event(app, forum, state=EventState.CANCELLED)
    assert "This event is cancelled." in client.get(f"/t/{code}?lang=en").text
    (entry,) = Calendar.from_ical(client.get(f"/t/{code}.ics").data).walk("VEVENT")
    assert str(entry["STATUS"]) == "CANCELLED"


def test_ticket_of_a_draft_leads_to_no_page_that_is_not_there(app, client, forum, code):
    change_event(app, forum, state=EventState.DRAFT)
    page = client.get(f"/t/{code}").text
    assert "/e/forum/" not in page


def test_language_of_the_event_meets_a_reader_who_says_nothing(app, client, forum, code):
    change_event(app, forum, languages=["en", "fr"])
    assert '<html lang="en">' in client.get(f"/t/{code}").text


def test_every_name_is_shown_as_text(app, client, forum):
    typed = [name for name in full_names() if names.clean(name)]
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=None, max_party=len(typed))
        codes = people.ticket_codes(people.register(forum.event_id, *(names.clean(name) for name in typed)))
    assert len(codes) == len(typed) > 50
    for name, code in zip(typed, codes, strict=True):
        page = client.get(f"/t/{code}?lang=fr").text
        shown = re.search(r"<h1><bdi>(.*?)</bdi></h1>", page, re.DOTALL).group(1)
        assert unescape(shown) == names.public_name(names.clean(name))
        assert page.count("<script") == 1, "that which keeps the page"
        assert client.get(f"/t/{code}.png").status_code == 200
