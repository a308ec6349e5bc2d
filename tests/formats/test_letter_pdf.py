"""Letters on paper: the address in the window, every name, a link to answer by, and as many pages as needed."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest

from eventapp.formats.letter import Letter, Words
from eventapp.formats.letter_pdf import WINDOW_HEIGHT, WINDOW_TOP, Letters, Sheet
from eventapp.formats.lettering import clean
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import DeliveryKind
from tests import tables

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LETTER = Letter(
    kind=DeliveryKind.INVITATION,
    language="fr",
    public_url="https://example.org",
    personal_link="https://example.org/i/abcdefghijkmnpqrstuvwxyz23456789",
    slug="forum",
    title=LocalizedText(fr="Forum d’essai", en="Trial forum"),
    languages=["fr", "en"],
    city=LocalizedText(fr="Bamako, Mali", en="Bamako, Mali"),
    starts_at=datetime(2026, 12, 18, 9, 0, tzinfo=UTC),
    timezone="Africa/Bamako",
    contact_email="forum@example.org",
    is_for_guest=False,
    until=datetime(2026, 12, 10, 18, 0, tzinfo=UTC),
    invitee=["Madame la Ministre Awa Diarra", "Ministre", "Ministère de la Culture"],
)
SHEET = Sheet(LETTER, ["Association des éditeurs"], "#9a3b12", "Madame la Ministre")


def pages(*sheets):
    paper = Letters("Invitations", "fr", AT)
    for sheet in sheets:
        paper.add(sheet)
    return pypdf.PdfReader(io.BytesIO(paper.content())).pages


def changed(**facts):
    return replace(SHEET, letter=replace(LETTER, **facts))


def squeezed(page):
    return "".join(page.extract_text().split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            [
                "Bamako, le mardi 24 novembre 2026",
                "Madame la Ministre,",
                "Vous êtes invité·e",
                "vendredi 18 décembre 2026",
                "jeudi 10 décembre 2026",
                "Nous vous prions d’agréer",
            ],
        ),
        ("en", ["Bamako, Tuesday 24 November 2026", "You are invited", "Friday 18 December 2026", "Yours faithfully"]),
    ],
)
def test_letter_has_all_that_is_needed_to_answer_in_the_invitees_language(lang, words):
    [page] = pages(changed(language=lang))
    text = squeezed(page)
    for word in [*words, *LETTER.invitee, "forum@example.org", LETTER.personal_link[8:], "Association des éditeurs"]:
        assert "".join(word.split()) in text
    [link] = [note.get_object() for note in page["/Annots"]]
    assert link["/A"]["/URI"] == LETTER.personal_link


def test_address_stands_in_the_window_however_long_it_is():
    long = ["Madame la Présidente de la Commission " * 3, "Directrice " * 12, "Ministère des Affaires " * 6]
    for invitee in (LETTER.invitee, long):
        [page] = pages(changed(invitee=invitee))
        found = []
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size, found=found: found.append((297 - tm[5] * 25.4 / 72, text))
        )
        tops = [y for y, text in found if text.strip() and text.split()[0] in ("Madame", "Ministre", "Directrice")]
        inside = [y for y in tops if WINDOW_TOP < y <= WINDOW_TOP + WINDOW_HEIGHT]
        assert len(inside) >= 2


def test_every_name_is_written_to():
    names = tables.full_names()
    found = pages(*(changed(invitee=[name, "Directrice", name]) for name in names))
    assert len(found) == len(names)
    for name, page in zip(names, found, strict=True):
        assert squeezed(page).count("".join(clean(name).split())) >= 2, name


def test_long_words_of_the_organizers_own_flow_over_pages():
    own = Words(body=LocalizedText(fr="Nous avons le plaisir de vous inviter à nos rencontres.\n\n" * 60))
    found = pages(changed(own=own), SHEET)
    assert [("Page" in page.extract_text()) for page in found] == [True, True, True, False]
    assert sum(page.extract_text().count("Nous avons le plaisir") for page in found) == 60
    assert [("/Annots" in page) for page in found] == [False, False, True, True]


def test_demonstration_says_that_it_is_one():
    [page] = pages(changed(is_demo=True))
    assert "Données de démonstration" in page.extract_text()


def test_without_a_deadline_or_a_contact_nothing_is_made_up():
    bare = Sheet(
        replace(LETTER, until=None, contact_email=None, city=LocalizedText(), invitee=["Ministère"]), [], "#9a3b12"
    )
    text = pages(bare)[0].extract_text()
    assert "None" not in text
    assert "Madame, Monsieur," in text
