"""Tickets on paper: the code, every name with its letters, and as many to a page as the paper holds."""

import io
import re
from datetime import UTC, datetime

import pypdf
import pypdfium2 as pdfium
import pytest
import zxingcpp

from eventapp.formats import ticket_pdf
from eventapp.formats.lettering import clean
from eventapp.formats.ticket_pdf import Ticket
from eventapp.rules.vocabulary import TicketPaper
from tests import tables

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LINK = "HTTPS://EVENEMENTS.EXAMPLE-MALI.ORG/T/K7QM2XVD4P9RT"
LONG = ("Forum régional « Cœur, façade, naïveté » " * 5)[:200]


def ticket(name="Ada Traoré", **facts):
    usual = {
        "address": LINK,
        "code": "K7QM-2XVD",
        "language": "fr",
        "title": "Forum d’essai",
        "when": "vendredi 18 décembre 2026, 9 h 00 à 17 h 00",
        "where": "Palais de la culture, Bamako",
        "category": "Grand public",
        "colour": "#0b6b3c",
        "accent": "#9a3b12",
    }
    return Ticket(name=name, **(usual | facts))


def write(*tickets, paper=TicketPaper.A4_THREE):
    return ticket_pdf.write(tickets or [ticket()], paper, title="Billets", language="fr", made_at=AT)


def pages(content):
    return pypdf.PdfReader(io.BytesIO(content)).pages


def words(content):
    return [" ".join(page.extract_text().split()) for page in pages(content)]


def seen(content, page=0):
    """A page as a picture, ten pixels to a millimetre."""
    return pdfium.PdfDocument(content)[page].render(scale=254 / 72).to_pil().convert("RGB")


@pytest.mark.parametrize("paper", TicketPaper)
def test_ticket_says_all_that_its_page_says(paper):
    [text] = words(write(paper=paper))
    told = ["Billet d’entrée (gratuit)", "K7QM-2XVD", "Ada Traoré", "Forum d’essai", "9 h 00 à 17 h 00", "Grand public"]
    assert [part for part in [*told, "Palais de la culture, Bamako"] if part not in text] == []


@pytest.mark.parametrize("paper", TicketPaper)
def test_every_name_is_printed_with_its_letters(paper):
    names = tables.full_names()
    text = "".join("".join(page.extract_text().split()) for page in pages(write(*map(ticket, names), paper=paper)))
    assert [name for name in names if "".join(clean(name).split()) not in text] == []


@pytest.mark.parametrize("paper", TicketPaper)
def test_code_is_read_from_the_page_and_is_at_least_30_millimetres_wide(paper):
    picture = seen(write(paper=paper))
    [found] = zxingcpp.read_barcodes(picture)
    place = found.position
    assert found.text == LINK
    assert min(place.top_right.x - place.top_left.x, place.bottom_left.y - place.top_left.y) >= 300


def test_code_is_drawn_and_no_picture():
    assert list(pages(write())[0].images) == []


@pytest.mark.parametrize(("paper", "count"), [(TicketPaper.A4_THREE, 3), (TicketPaper.A4, 7), (TicketPaper.A6, 7)])
def test_seven_tickets_fill_their_pages_in_reading_order(paper, count):
    made = words(write(*(ticket(f"Gast{number}") for number in range(1, 8)), paper=paper))
    assert len(made) == count
    assert re.findall(r"Gast\d", " ".join(made)) == [f"Gast{number}" for number in range(1, 8)]


def test_codes_of_three_stand_in_their_thirds():
    links = [f"{LINK[:-1]}{sign}" for sign in "XYZ"]
    picture = seen(write(*(ticket(address=link) for link in links)))
    found = sorted(zxingcpp.read_barcodes(picture), key=lambda code: code.position.top_left.y)
    assert [code.text for code in found] == links
    assert [round(code.position.top_left.y // 990) for code in found] == [0, 1, 2]


@pytest.mark.parametrize("paper", TicketPaper)
def test_longest_texts_get_smaller_letters_and_stay_on_their_ticket(paper):
    long = ticket("W" * 60 + " " + "Mohamed " * 30, title=LONG, where=LONG, category=LONG, demo="Démonstration")
    content = write(long, paper=paper)
    [text] = words(content)
    assert "".join(text.split()).count("".join(LONG.split())) == 3
    picture = seen(content)
    bottom = picture.height // (3 if paper is TicketPaper.A4_THREE else 1)
    edge = picture.crop((0, bottom - 60, picture.width, bottom - 20))
    assert edge.getextrema() == ((255, 255),) * 3, "the last millimetres stay white"


def test_category_stands_on_its_colour():
    colours = {colour for _count, colour in seen(write()).getcolors(1 << 20)}
    assert (0x0B, 0x6B, 0x3C) in colours
    assert (0x9A, 0x3B, 0x12) in colours, "and the band has that of the event"


def test_demonstration_says_that_it_is_one():
    assert "en partie inventées" in words(write(ticket(demo="Données de démonstration\u00a0: en partie inventées")))[0]


def test_each_ticket_is_in_its_readers_language():
    french, english = words(write(ticket(), ticket(language="en"), paper=TicketPaper.A6))
    assert "Veuillez présenter ce code à l’entrée." in french
    assert "Please show this code at the entrance." in english


def test_names_are_bookmarks_so_that_one_is_found_among_many():
    outline = pypdf.PdfReader(io.BytesIO(write(ticket("Ada"), ticket("محمد")))).outline
    assert [entry.title for entry in outline] == ["Ada", "محمد"]


def test_same_tickets_are_the_same_bytes():
    assert write(ticket("ߡߎߛߊ")) == write(ticket("ߡߎߛߊ"))


def test_text_in_no_script_of_ours_leaves_a_ticket_all_the_same():
    [text] = words(write(ticket("🎉", category="🎉", title="")))
    assert "K7QM-2XVD" in text
