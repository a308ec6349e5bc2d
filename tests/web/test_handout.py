"""The programme on paper and as a picture, for guests and for the host."""

import io
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pypdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image

from eventapp import clock, config, queries, services
from eventapp.db import db
from eventapp.formats import handout_pdf
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.models.speaker import SessionSpeaker, Speaker
from eventapp.rules.vocabulary import EventState, SpeakerAnswer, SpeakerRole, Substitution
from eventapp.services.programme import Part, SessionFacts
from tests import congress, people, tables
from tests.web import browser

STARTS = people.STARTS
PDF, PICTURE = "/e/forum/programme.pdf", "/e/forum/programme.png"
ORDER = "/organize/forum/programme/running-order.pdf"


@pytest.fixture
def forum(app, at_noon):
    """A published event without a programme; its id."""
    with app.app_context():
        return people.stage().event_id


@pytest.fixture
def demo(app, at_noon):
    with app.app_context():
        services.demo.seed()


def add(event_id, title="Ouverture", **more):
    facts = {"starts_at": STARTS, "ends_at": STARTS + timedelta(minutes=30), **more}
    return services.programme.add_session(event_id, SessionFacts(title=LocalizedText(fr=title), **facts)).id


def forget_pages(app):
    app.extensions.pop("eventapp.pages", None)


def reader(answer):
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return pypdf.PdfReader(io.BytesIO(answer.data))


def words(answer):
    """The text of each page of a PDF, blanks folded."""
    return [" ".join(page.extract_text().split()) for page in reader(answer).pages]


def picture(answer):
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    return Image.open(io.BytesIO(answer.data))


def code_in(image):
    [found] = zxingcpp.read_barcodes(image.convert("L"))
    return found.text


# On paper


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "fr",
            [
                "Données de démonstration",
                "Migration : même aspiration, différentes histoires",
                "vendredi 13 décembre 2019, heure à confirmer",
                "9 h 20–9 h 50 (exemple)",
                "Réussir chez soi",
                "Intervenant·e 7 (exemple), Intervenant·e 8 (exemple)",
                "Salle A (exemple)",
                "Prestation : Ami Yèrèwolo",
                "Les titres français sont notre traduction",
                "Page 1 sur 1",
            ],
        ),
        (
            "en",
            [
                "Demo data: partly made up",
                "Friday 13 December 2019, time to be confirmed",
                "The day is certain, the times are not",
                "09:20–09:50 (placeholder)",
                "Migration and Voluntary Return to Their Country of Origin",
                "Version 1 of Tuesday 24 November 2026, 12:00",
                "Page 1 of 1",
            ],
        ),
    ],
)
def test_archive_event_fits_on_one_page_and_says_what_its_page_says(client, demo, lang, said):
    [page] = words(client.get(f"/e/connect-223/programme.pdf?lang={lang}"))
    page = page.replace("\u00a0", " ")
    assert [part for part in said if part not in page] == []


def test_file_has_title_language_name_and_a_code_that_leads_to_the_page(app, client, demo):
    answer = client.get("/e/connect-223/programme.pdf?lang=fr")
    found = reader(answer)
    with app.app_context():
        address = f"{config.current().public_url}/e/connect-223/programme"
    assert found.metadata.title == "Connect 223 · Programme"
    assert found.trailer["/Root"]["/Lang"] == "fr"
    assert answer.headers["Content-Disposition"] == "inline; filename=connect-223-programme-fr.pdf"
    with closing(pdfium.PdfDocument(answer.data)) as drawn:
        assert code_in(drawn[0].render(scale=3).to_pil()) == address
    assert found.outline[0].title == "vendredi 13 décembre 2019"


def test_300_sessions_fill_pages_with_heads_that_come_again(app, client, at_noon):
    with app.app_context():
        event_id = congress.build("forum", sessions=300, rooms=10, starts_at=STARTS)
        titles = [str(session.title) for session in queries.programme.list_programme(event_id)]
    pages = words(client.get(f"{PDF}?lang=en"))
    assert 5 < len(pages) < 16
    assert sum(page.count("To succeed, to leave, to return: what families say,") for page in pages) == 300
    assert len(titles) > 300  # with breaks
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        day = "Friday 18 December 2026" if "Friday 18" in page else "Saturday 19 December 2026"
        assert f"{day} (continued)" in page or f"{day} 09:00" in page
        assert not page.partition("Version")[0].rstrip().endswith("2026")  # a head at the end


def test_every_name_is_on_the_paper_with_its_letters(app, client, forum):
    names = [" ".join(name.split()) for name in tables.full_names() if name.strip()][:45]
    with app.app_context():
        parts = [Part(people.speaker(forum, name), SpeakerRole.HOST) for name in names if "🌍" not in name]
        for first in range(0, len(parts), 15):
            add(forum, f"Discussion {first}", parts=tuple(parts[first : first + 15]))
        stored = [str(speaker.name) for speaker in queries.speaker.list_speakers(forum)]
        services.release.release(forum)
    page = "".join("".join(words(client.get(f"{PDF}?lang=fr"))).split())
    stored = ["".join(unicodedata.normalize("NFC", name).split()) for name in stored]
    assert [name for name in stored if name not in page] == []
    assert picture(client.get(f"{PICTURE}?lang=fr")).width == 1080


def test_topic_room_languages_and_cancellation_are_told(app, client, forum):
    with app.app_context():
        topic = services.programme.add_topic(forum, LocalizedText(fr="La diaspora"))
        room = services.programme.add_room(forum, LocalizedText(fr="Amphithéâtre"))
        parts = (Part(people.speaker(forum), SpeakerRole.MODERATOR),)
        kept = add(forum, "Un débat", topic_id=topic.id, room_id=room.id, language="fr", parts=parts)
        services.programme.cancel_session(forum, add(forum, "Autre chose"))
        db.session.get_one(EventSession, kept).interpretation = ["bm"]
        topic.colour = "#0b6b3c"
        db.session.commit()
        services.release.release(forum)
    [page] = words(client.get(f"{PDF}?lang=fr"))
    assert "Un débat" in page
    assert "Sam Sidibé (modération) · français, interprété en bambara · La diaspora" in page.replace("\u00a0", " ")
    assert "Amphithéâtre" in page
    assert "Autre chose Annulé" in page
    assert (11, 107, 60) in {colour for _count, colour in picture(client.get(PICTURE)).convert("RGB").getcolors()}


def test_who_stands_in_for_somebody_is_told(app, client, forum):
    with app.app_context():
        sam, ada = people.speaker(forum), people.speaker(forum, "Ada Traoré")
        session_id = add(forum, parts=(Part(sam),))
        part = db.session.get_one(SessionSpeaker, (session_id, sam))
        part.substitute_id, part.substitution = ada, Substitution.REPRESENTED
        db.session.commit()
        services.release.release(forum)
    assert "Sam Sidibé, represented by Ada Traoré" in words(client.get(f"{PDF}?lang=en"))[0]


def test_cancelled_event_says_so_on_paper(app, client, forum):
    with app.app_context():
        add(forum)
        services.release.release(forum)
        db.session.get_one(Event, forum).state = EventState.CANCELLED
        db.session.commit()
    assert "This event is cancelled." in words(client.get(f"{PDF}?lang=en"))[0]


@pytest.mark.parametrize("title", ["Très long " * 400, "Rindfleisch" * 300, "و" * 500])
def test_title_of_any_length_is_printed_whole(app, client, forum, title):
    with app.app_context():
        session_id = add(forum)
        db.session.get_one(EventSession, session_id).title = LocalizedText(fr=title)
        db.session.commit()
        services.release.release(forum)
    answer = client.get(f"{PDF}?lang=fr")
    assert "".join("".join(words(answer)).split()).count(title.split()[0]) >= title.count(title.split()[0]) - 5
    assert picture(client.get(PICTURE)).width == 1080


def test_sessions_without_times_and_rooms_are_printed(app, client, forum):
    with app.app_context():
        add(forum, starts_at=None, ends_at=None)
        services.release.release(forum)
    assert "Time to be announced Ouverture" in words(client.get(f"{PDF}?lang=en"))[0]
    assert picture(client.get(PICTURE)).width == 1080
    assert client.get(f"{PICTURE}?day=open").status_code == 200


@pytest.mark.parametrize("path", [PDF, PICTURE])
def test_there_is_nothing_before_the_release_and_nothing_of_an_empty_programme(app, client, forum, path):
    with app.app_context():
        session_id = add(forum)
    assert client.get(path).status_code == 404
    with app.app_context():
        services.programme.delete_session(forum, session_id)
        services.release.release(forum)
    forget_pages(app)
    assert client.get(path).status_code == 404


def test_file_is_made_once_for_a_release_and_a_language(app, client, forum, monkeypatch):
    made = []
    write = handout_pdf.write
    monkeypatch.setattr(handout_pdf, "write", lambda sheet: made.append(sheet.language) or write(sheet))
    with app.app_context():
        add(forum)
        services.release.release(forum)
    first = client.get(f"{PDF}?lang=fr")
    assert client.get(f"{PDF}?lang=fr&anything=else").data == first.data
    client.get(f"{PDF}?lang=en")
    assert made == ["fr", "en"]
    with app.app_context():
        add(forum, "Une suite")
        services.release.release(forum)
    memory = app.extensions["eventapp.pages"]
    app.extensions["eventapp.pages"] = {key: kept for key, kept in memory.items() if not isinstance(kept, tuple)}
    assert "Une suite" in words(client.get(f"{PDF}?lang=fr"))[0]
    assert made == ["fr", "en", "fr"]


def test_crowd_that_asks_at_once_has_it_made_once(app, forum, monkeypatch):
    made = []
    all_asked = threading.Barrier(5)
    write = handout_pdf.write
    monkeypatch.setattr(handout_pdf, "write", lambda sheet: made.append(sheet) or write(sheet))
    with app.app_context():
        add(forum)
        services.release.release(forum)

    def ask():
        all_asked.wait(60)
        return app.test_client().get(f"{PDF}?lang=fr").data

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        all_asked.wait(60)
        assert len({answer.result() for answer in answers}) == 1
    assert len(made) == 1


def test_unchanged_file_is_not_sent_again(app, client, forum):
    with app.app_context():
        add(forum)
        services.release.release(forum)
    first = client.get(PDF, headers={"Accept-Encoding": "gzip"})
    again = client.get(PDF, headers={"If-None-Match": first.headers["ETag"]})
    assert "Content-Encoding" not in first.headers
    assert (again.status_code, again.data) == (304, b"")


def test_draft_is_printed_for_its_team_only(app, client, at_noon):
    with app.app_context():
        event_id = people.stage(published=False).event_id
        add(event_id)
        services.release.release(event_id)
    assert client.get(PDF).status_code == 404
    assert people.sign_in(app, "olga").get(PDF).mimetype == "application/pdf"


# As a picture


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_picture_is_upright_light_and_has_a_code(app, client, demo, lang):
    answer = client.get(f"/e/connect-223/programme.png?lang={lang}")
    image = picture(answer)
    with app.app_context():
        address = f"{config.current().public_url}/e/connect-223/programme"
    assert (image.format, image.mode, image.width) == ("PNG", "P", 1080)
    assert 1500 < image.height <= 2880
    assert len(answer.data) < 120_000
    assert code_in(image) == address


def test_code_in_the_picture_is_read_when_a_messenger_made_it_small_and_lossy(client, demo):
    image = picture(client.get("/e/connect-223/programme.png")).convert("RGB")
    out = io.BytesIO()
    image.resize((600, 600 * image.height // 1080), Image.Resampling.BILINEAR).save(out, "JPEG", quality=50)
    assert code_in(Image.open(out)).endswith("/e/connect-223/programme")


def test_picture_of_a_full_day_stays_within_its_limits(app, client, at_noon):
    with app.app_context():
        congress.build("forum", sessions=150, rooms=10, starts_at=STARTS)
    answer = client.get(f"{PICTURE}?lang=fr")
    assert picture(answer).height <= 2880
    assert len(answer.data) < 150_000


def test_each_day_has_a_picture_of_its_own(app, client, forum):
    with app.app_context():
        add(forum)
        for number in range(3):
            add(forum, f"Suite {number}", starts_at=STARTS + timedelta(days=1), ends_at=None)
        services.release.release(forum)
    first, second = (picture(client.get(f"{PICTURE}?day=2026-12-{day}")) for day in (18, 19))
    assert first.height < second.height
    assert client.get(PICTURE).data == client.get(f"{PICTURE}?day=2026-12-18").data
    for day in ("2026-12-20", "", "x", "2026-12-18%00"):
        assert client.get(f"{PICTURE}?day={day}").status_code == 404


def test_page_leads_to_what_can_be_taken_along(app, client, forum):
    with app.app_context():
        add(forum)
        add(forum, "Suite", starts_at=STARTS + timedelta(days=1), ends_at=None)
        services.release.release(forum)
    page = browser.parse(client.get("/e/forum/programme?lang=en").text)
    links = {
        browser.words(a): a.get("href")
        for a in page.iter("a")
        if browser.words(a) and "programme." in (a.get("href") or "")
    }
    assert links == {
        "The programme for your calendar": "/e/forum/programme.ics?lang=en",
        "For printing (PDF)": "/e/forum/programme.pdf?lang=en",
        "Picture of Friday 18 December 2026": "/e/forum/programme.png?lang=en&day=2026-12-18",
        "Picture of Saturday 19 December 2026": "/e/forum/programme.png?lang=en&day=2026-12-19",
        "JSON": "/e/forum/programme.json",
        "XML": "/e/forum/programme.xml",
    }


# For the host


@pytest.fixture
def staged(app, forum):
    """Two rooms with a session each and a break, in a draft that was never released; the rooms' ids."""
    with app.app_context():
        rooms = [services.programme.add_room(forum, LocalizedText(fr=f"Salle {name}")).id for name in "AB"]
        sam, ada, max_ = people.speaker(forum), people.speaker(forum, "Ada Traoré"), people.speaker(forum, "Max Dicko")
        session_id = add(forum, "Un débat", room_id=rooms[0], parts=(Part(sam, SpeakerRole.MODERATOR), Part(ada)))
        add(forum, "Un exposé", room_id=rooms[1])
        session = db.session.get_one(EventSession, session_id)
        session.cues = "Lumière : noir\n\nSon : jingle"
        session.notes = "Le ministre entre par la cour."
        part = db.session.get_one(SessionSpeaker, (session_id, sam))
        part.substitute_id, part.substitution = max_, Substitution.REPLACED
        db.session.get_one(Speaker, part.substitute_id).arrived_at = clock.now()
        person = db.session.get_one(Speaker, ada)
        person.answer, person.stage_needs = SpeakerAnswer.CONFIRMED, "un micro\nde table"
        db.session.commit()
        return rooms


def test_running_order_has_what_the_host_needs(app, staged):
    answer = people.sign_in(app, "olga").get(f"{ORDER}?lang=fr")
    [page] = words(answer)
    page = page.replace("\u00a0", " ")
    said = [
        "Conducteur Forum d’essai",
        "Interne : pas pour le public",
        "9 h 00–9 h 30",
        "30 min",
        "Sam Sidibé (modération), remplacé·e par Max Dicko · sur place",
        "Ada Traoré · présence confirmée",
        "Salle A",
        "Lumière : noir",
        "Son : jingle",
        "Le ministre entre par la cour.",
        "Ada Traoré – un micro de table",
        "Un exposé",
    ]
    assert [part for part in said if part not in page] == []
    assert answer.headers["Content-Disposition"] == "inline; filename=forum-conducteur.pdf"
    assert answer.headers["Cache-Control"] == "no-store"


def test_running_order_of_one_room(app, forum, staged):
    with app.app_context():
        services.programme.add_session(
            forum, SessionFacts(title=LocalizedText(fr="Pause"), kind="break", starts_at=STARTS)
        )
    client = people.sign_in(app, "olga")
    [page] = words(client.get(f"{ORDER}?lang=fr&room={staged[1]}"))
    assert "Un exposé" in page
    assert "Un débat" not in page
    assert "Pause" in page
    for room in ("0", "x", "99999999999999999999", "-1", "²"):
        assert client.get(f"{ORDER}?room={room}").status_code == 404


def test_running_order_without_sessions_says_so(app, forum):
    assert "Nothing is planned here yet." in words(people.sign_in(app, "olga").get(f"{ORDER}?lang=en"))[0]


def test_cues_that_fill_more_than_a_page_go_on_on_the_next(app, forum, staged):
    with app.app_context():
        session = queries.programme.list_sessions(forum)[0]
        session.cues = "\n".join(f"Top {number}." for number in range(200))
        db.session.commit()
    pages = words(people.sign_in(app, "olga").get(ORDER))
    assert len(pages) > 3
    assert [number for number in range(200) if f"Top {number}." not in " ".join(pages)] == []


def test_nothing_that_is_for_the_team_is_on_the_guests_paper(app, client, forum, staged):
    with app.app_context():
        services.release.release(forum)
    page = " ".join(words(client.get(f"{PDF}?lang=fr")))
    assert "Sam Sidibé (modération), remplacé·e par Max Dicko" in page
    for private in ("ministre", "jingle", "micro", "sur place", "confirmée"):
        assert private not in page


def test_desk_leads_to_the_running_orders(app, staged):
    page = browser.parse(people.sign_in(app, "olga").get("/organize/forum/programme?lang=en").text)
    links = [browser.words(a) for a in page.iter("a") if "running-order" in (a.get("href") or "")]
    assert links == ["Running order (PDF)", "Salle A (PDF)", "Salle B (PDF)"]
