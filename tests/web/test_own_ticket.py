"""All tickets of a registration at once: the page that shows them, and the paper."""

import io
import re

import pypdf
import pytest
import zxingcpp

from eventapp import queries, services
from tests import people
from tests.formats.test_qr import drawn

SVG = re.compile(r"<svg xmlns.*?</svg>", re.DOTALL)
NAMES = [
    f"{given} Traoré" for given in ("Ada", "Awa", "Bintou", "ߡߎߛߊ", "محمد", "Ɲɛnɛ", "Oumar", "Sɛku", "Fanta", "Musa")
]


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(max_party=10)


@pytest.fixture
def register(app, forum):
    def register(*names, **more):
        with app.app_context():
            registration_id = people.register(forum.event_id, *names, **more)
            secret = services.registration.secret(queries.registration.get(registration_id))
            return registration_id, f"/r/{secret}"

    return register


def pdf_pages(response):
    assert (response.status_code, response.mimetype) == (200, "application/pdf")
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(response.data)).pages]


def test_every_ticket_can_be_read_from_the_page_beside_its_name(app, client, register):
    registration_id, own = register(*NAMES)
    page = client.get(f"{own}/tickets?lang=fr").text
    with app.app_context():
        codes = people.ticket_codes(registration_id)
    assert [zxingcpp.read_barcodes(drawn(svg))[0].text[-13:] for svg in SVG.findall(page)] == codes
    assert re.findall(r"<h2><bdi>(.*?)</bdi></h2>", page) == NAMES
    assert re.findall(r'href="/t/(\w{13})"', page) == codes


def test_page_with_ten_tickets_and_all_it_needs_weighs_less_than_one_congestion_window(client, register):
    _id, own = register(*NAMES)
    packed = {"Accept-Encoding": "gzip"}
    page = client.get(f"{own}/tickets").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    answers = [client.get(address, headers=packed) for address in (f"{own}/tickets", *files)]
    assert sum(len(answer.data) for answer in answers) < 10 * 1024


def test_page_is_the_contacts_alone_and_may_be_kept(client, register):
    _id, own = register("Ada Traoré", "Awa Traoré")
    answer = client.get(f"{own}/tickets")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert client.get("/r/nothing/tickets").status_code == 404
    assert client.get("/r/nothing/tickets.pdf").status_code == 404


@pytest.mark.parametrize(("paper", "count"), [("", 4), ("?paper=a4-3", 4), ("?paper=a4", 10), ("?paper=a6", 10)])
def test_paper_holds_all_whole_names_in_the_order_of_the_registration(client, register, paper, count):
    _id, own = register(*NAMES)
    pages = pdf_pages(client.get(f"{own}/tickets.pdf{paper}"))
    assert len(pages) == count
    text = "".join(pages)
    places = [text.index(name.split()[0]) for name in NAMES]
    assert places == sorted(places)


def test_page_and_paper_speak_the_registrations_language(client, register):
    _id, own = register("Ada Traoré", "Awa Traoré", language="en")
    assert "All tickets" in client.get(f"{own}/tickets").text
    assert "Entry ticket (free)" in pdf_pages(client.get(f"{own}/tickets.pdf"))[0]


def test_unchanged_paper_costs_no_second_transfer(client, register):
    _id, own = register("Ada Traoré", "Awa Traoré")
    etag = client.get(f"{own}/tickets.pdf").headers["ETag"]
    assert client.get(f"{own}/tickets.pdf", headers={"If-None-Match": etag}).status_code == 304


def test_tickets_given_back_are_not_shown(app, client, register):
    registration_id, own = register("Ada Traoré", "Awa Traoré")
    with app.app_context():
        services.attendee.cancel(queries.registration.get(registration_id).attendees[0].id)
    page = client.get(f"{own}/tickets").text
    assert "Awa Traoré" in page
    assert "Ada Traoré" not in page


def test_without_a_ticket_the_page_says_what_it_waits_for(app, client, forum, register):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=0, max_party=5)
    _id, own = register("Ada Traoré")
    answer = client.get(f"{own}/tickets?lang=en")
    assert answer.status_code == 200
    assert "There is no ticket yet." in answer.text
    assert client.get(f"{own}/tickets.pdf").status_code == 404


def test_registration_leads_to_all_tickets_or_to_the_paper_of_its_one(client, register):
    _id, several = register("Ada Traoré", "Awa Traoré")
    _id, one = register("Ada Traoré")
    assert f'href="{several}/tickets"' in client.get(several).text
    page = client.get(one).text
    assert f'href="{one}/tickets"' not in page
    assert f'href="{one}/tickets.pdf?paper=a4"' in page
