"""Lists that people made: any usual encoding and separator, each problem told with its line and column."""

import io
import zipfile
from datetime import date

import pytest

from eventapp import language
from eventapp.errors import Refused
from eventapp.formats import attendee_list, attendee_template, table_reading
from eventapp.language import LocalizedText
from eventapp.models.question import EventQuestion
from eventapp.rules import attendee_import as rules
from eventapp.rules import refusals
from eventapp.rules.attendee_import import Field, Known
from eventapp.rules.vocabulary import AgeBand, QuestionKind, Sex
from tests import lists

KNOWN = Known(
    types=[(7, LocalizedText(fr="Grand public", en="Public"))],
    questions=[
        EventQuestion(
            id=3,
            kind=QuestionKind.ONE_CHOICE,
            label=LocalizedText(fr="Repas", en="Meal"),
            choices=[
                {"key": "c1", "label": {"fr": "Riz"}},
                {"key": "c2", "label": {"fr": "Tô"}},
                {"key": "c3", "label": {"fr": "Fonio"}, "removed": True},
            ],
        ),
        EventQuestion(id=4, kind=QuestionKind.NUMBER, label=LocalizedText(fr="Taille")),
        EventQuestion(id=5, kind=QuestionKind.DATE, label=LocalizedText(fr="Né le")),
        EventQuestion(id=6, kind=QuestionKind.SHORT_TEXT, label=LocalizedText(fr="Devise")),
        EventQuestion(id=8, kind=QuestionKind.YES_NO, label=LocalizedText(fr="Permis")),
        EventQuestion(id=9, kind=QuestionKind.LONG_TEXT, label=LocalizedText(fr="Projet")),
    ],
)
HEAD = ("Nom complet", "Téléphone", "Sexe")


def read(content):
    table = attendee_list.open_table(content, KNOWN)
    return attendee_list.read(table, rules.guess(table.head, KNOWN.own, {}), KNOWN)


def told(content):
    return [(one.line, one.column, one.refused.code) for one in read(content).problems]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac-roman"])
def test_every_usual_encoding_and_separator_is_read(separator, encoding):
    content = lists.csv(HEAD, ("Kadiatou Dembélé", "65 01 23 45", "F"), separator=separator, encoding=encoding)
    [entry] = read(content).entries
    assert (entry.line, entry.name, dict(entry.facts)) == (
        2,
        "Kadiatou Dembélé",
        {Field.PHONE: "+22365012345", Field.SEX: Sex.FEMALE},
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_anywhere(end):
    assert [entry.name for entry in read(end.join(["Nom", "Awa", "Issa", ""]).encode()).entries] == ["Awa", "Issa"]


def test_quotes_of_windows_are_no_letters_of_a_mac():
    content = "Nom;Organisation\nAwa d’Ivoire – “Île”;L’École\n".encode("cp1252")
    assert [(e.name, e.get(Field.ORGANIZATION)) for e in read(content).entries] == [("Awa d’Ivoire – “Île”", "L’École")]


def test_workbook_keeps_numbers_and_days_as_people_read_them():
    head = ["Nom", "Téléphone", "Né le", "Taille", "Permis", "Âge"]
    [entry] = read(lists.workbook(head, ["Awa", 65012345, date(2001, 12, 18), 172.0, True, 24])).entries
    assert entry.get(Field.PHONE) == "+22365012345"
    assert entry.get(Field.AGE_BAND) is AgeBand.FROM_18_TO_24
    assert entry.answers == {5: "2001-12-18", 4: 172, 8: True}


def test_title_and_note_above_the_head_are_passed_over():
    content = lists.csv(("Liste des invités",), ("",), HEAD, ("Awa", "", "F"))
    assert [(entry.line, entry.name) for entry in read(content).entries] == [(4, "Awa")]


@pytest.mark.parametrize(
    ("head", "row", "name"),
    [
        (("Nom", "Prénom"), ("Traoré", "Awa"), "Awa Traoré"),
        (("Prénoms", "NOM"), ("Awa", "Traoré"), "Awa Traoré"),
        (("Nom",), ("Awa Traoré",), "Awa Traoré"),
        (("Nom et prénoms", "Ville"), ("Awa Traoré", "Kayes"), "Awa Traoré"),
        (("Name", "First name"), ("Traoré", "Awa"), "Awa Traoré"),
        (("Given", "Family"), ("Awa", "Traoré"), "Awa Traoré"),
        (("Full name", "Phone"), ("Awa Traoré", ""), "Awa Traoré"),
        (("N°", "Prénom", "Nom de famille"), ("1", "Awa", ""), "Awa"),
    ],
)
def test_names_are_found_under_the_headings_that_people_write(head, row, name):
    assert [entry.name for entry in read(lists.csv(head, row)).entries] == [name]


def test_rows_that_say_nothing_are_nobody():
    content = lists.csv(("N°", *HEAD), ("1", "Awa", "", ""), ("2", "", "", ""), ("", "", "", ""))
    assert [entry.name for entry in read(content).entries] == ["Awa"]


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("E-mail", "awa at example", "email_invalid"),
        ("Téléphone", "65 O1 23 45", "phone_letters"),
        ("Téléphone", "65012345 / 66012345", "phone_two_numbers"),
        ("Téléphone", "065012345", "phone_leading_zero"),
        ("Téléphone", "6501", "phone_length"),
        ("Téléphone", "80012345", "phone_toll_free"),
        ("Sexe", "peut-être", "list_choice"),
        ("Âge", "jeune", "list_choice"),
        ("Type d’organisation", "bar", "list_choice"),
        ("Photos", "bof", "list_choice"),
        ("Contact après l’événement", "bof", "list_choice"),
        ("Langue", "klingon", "list_choice"),
        ("Catégorie", "VIP", "list_type_unknown"),
        ("Organisation", "x" * 201, "text_too_long"),
        ("Besoins", "x" * 1001, "text_too_long"),
        ("Langues", ";".join(f"l{n}" for n in range(13)), "languages_too_many"),
        ("Repas", "Fonio", "list_choice"),
        ("Taille", "grand", "number_unclear"),
        ("Taille", "12345678901", "number_too_large"),
        ("Né le", "hier", "day_invalid"),
        ("Né le", "31/02/2001", "day_invalid"),
        ("Devise", "x" * 201, "text_too_long"),
        ("Projet", "x" * 2001, "text_too_long"),
        ("Permis", "bof", "list_choice"),
    ],
)
def test_each_problem_has_its_line_its_column_and_a_reason_in_both_languages(heading, cell, code):
    content = lists.csv(("Nom", heading), ("Awa", ""), ("Issa", f'"{cell}"'))
    reading = read(content)
    assert [(one.line, one.column, one.refused.code) for one in reading.problems] == [(3, heading, code)]
    assert [entry.name for entry in reading.entries] == ["Awa"]
    sentences = set()
    for reader in language.LANGUAGES:
        with language.speaking(reader):
            sentences.add(refusals.sentence(reading.problems[0].refused))
    assert len(sentences) == len(language.LANGUAGES)


def test_row_without_a_name_and_too_long_a_name_are_problems():
    assert told(lists.csv(HEAD, ("", "65012345", ""), ("x" * 301, "", ""))) == [
        (2, "", "nobody_named"),
        (3, "", "name_too_long"),
    ]


def test_all_that_is_wrong_in_a_row_is_told():
    assert told(lists.csv(HEAD, ("", "6501", "x y"))) == [
        (2, "Téléphone", "phone_length"),
        (2, "Sexe", "list_choice"),
        (2, "", "nobody_named"),
    ]


@pytest.mark.parametrize(
    ("text", "band"),
    [("60", "60+"), ("60+", "60+"), ("60 et plus", "60+"), ("18 à 24", "18-24"), ("24 ans", "18-24"), ("7", "0-14")],
)
def test_ages_are_read_in_years_and_in_bands(text, band):
    assert [e.get(Field.AGE_BAND) for e in read(lists.csv(("Nom", "Âge"), ("Awa", text))).entries] == [band]


@pytest.mark.parametrize(
    ("text", "sex"), [("F", "female"), ("Femme", "female"), ("Woman", "female"), ("H", "male"), ("masculin", "male")]
)
def test_sex_is_read_as_people_write_it(text, sex):
    assert [e.get(Field.SEX) for e in read(lists.csv(("Nom", "Genre"), ("Awa", text))).entries] == [sex]


# Hostile files


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "list_unreadable"),
        (b"%PDF-1.4 ...", "list_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"x" * 50, "list_unreadable"),
        (bytes(range(1, 32)) * 40, "list_unreadable"),
        (b"PK\x03\x04 no archive", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "workbook_broken"),
        (packed(**{"word/document.xml": "<w:document/>"}), "workbook_broken"),
        (packed(bomb="0" * 70_000_000), "table_too_long"),
        (b"\n\n  \n", "list_empty"),
        (b"Nom;Sexe\n", "list_empty"),
        (b"\x00\x00\x00\x00", "list_empty"),
        (b"Nom\n" + b"Awa\n" * 10_001, "table_too_long"),
        (b'Nom\n"' + b"x" * 200_000, "schedule_broken"),
    ],
    ids=range(13),
)
def test_what_is_no_list_is_refused_in_a_sentence(content, code):
    with pytest.raises(Refused, match=code):
        read(content)


def test_list_without_a_column_for_names_is_refused():
    with pytest.raises(Refused, match="list_without_names"):
        read(lists.csv(("Ville", "Sexe"), ("Kayes", "F")))


def test_nul_bytes_and_a_hundred_columns_do_no_harm():
    head, row = ["Nom", *(f"c{n}" for n in range(150))], ["A\x00wa", *("x" * 150)]
    assert [entry.name for entry in read(lists.csv(head, row)).entries] == ["Awa"]


def test_formulas_stay_text():
    content = lists.csv(("Nom", "Fonction"), ("'=1+1", "=cmd|' /C calc'!A0"), ("'tHart", "'@x"))
    assert [(e.name, e.get(Field.FUNCTION)) for e in read(content).entries] == [
        ("=1+1", "=cmd|' /C calc'!A0"),
        ("'tHart", "@x"),
    ]


# The template


@pytest.mark.parametrize("tag", ["fr", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_heading_of_the_template_is_understood(kind, tag):
    with language.speaking(tag):
        content = attendee_template.write(kind, KNOWN, ["fr", "en"])
    with pytest.raises(Refused, match="list_empty"):
        attendee_list.open_table(content, KNOWN)
    table = table_reading.read(content, lambda head: rules.recognized(head, KNOWN.own))
    fields = rules.guess([head for head in table.head if head], KNOWN.own, {})
    wanted = {*(field.value for field in Field), *KNOWN.own.values()}
    assert set(fields.values()) == wanted - {"first_name", "last_name", "registration"}
