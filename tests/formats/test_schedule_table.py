"""Programmes as tables: whatever people write into CSV and XLSX, what is unclear is told with its row."""

import io
from datetime import UTC, date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter

from eventapp import language
from eventapp.errors import Refused
from eventapp.formats import schedule as schedules
from eventapp.formats import schedule_cells as cells
from eventapp.formats import schedule_file, schedule_table, schedule_template, table_reading
from eventapp.formats.schedule_cells import Moment, Unclear
from eventapp.formats.schedule_reading import Target
from eventapp.rules import refusals, texts
from eventapp.rules import schedule as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from tests.schedules import GUID

TARGET = Target(("fr", "en"), "Africa/Bamako")
NINE = datetime(2026, 12, 18, 9, 0, tzinfo=UTC)


def csv(*rows, separator=",", encoding="utf-8"):
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def workbook(*rows, above=()):
    """A workbook with these rows of values on its second sheet; the first one has a note."""
    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Programme")
    for row in (*above, *rows):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content, target=TARGET):
    return schedule_file.read(content, target)


def read_one(*rows, target=TARGET):
    (session,) = read(csv(*rows), target).sessions
    return session


def problems(schedule):
    assert all(schedules.sentence(problem) for problem in schedule.problems)
    return [(problem.code, problem.line, problem.column) for problem in schedule.problems]


def refusal(content):
    with pytest.raises(Refused) as refused:
        read(content)
    assert refusals.sentence(refused.value)
    return refused.value.code


# Columns


def test_row_with_the_columns_of_the_export():
    head = (
        "guid,starts_at,ends_at,room,kind,title_fr,title_en,topic,language,speakers,cancelled_at,"
        "abstract_fr,abstract_en"
    )
    row = (
        f"{GUID},2026-12-18T09:00:00+00:00,2026-12-18T10:00:00+00:00,Salle A,panel,Ouverture,Opening,Culture,fr,"
        "Awa Traoré (moderator); Issa Keïta,,*Bonjour*,Hello"
    )
    session = read_one([head], [row])
    assert (session.guid, session.has_guid) == (GUID, True)
    assert (session.title, session.abstract) == (
        {"fr": "Ouverture", "en": "Opening"},
        {"fr": "*Bonjour*", "en": "Hello"},
    )
    assert (session.starts_at, session.ends_at) == (NINE, NINE + timedelta(hours=1))
    assert (session.kind, session.room, session.track, session.language) == (
        SessionKind.PANEL,
        "Salle A",
        "Culture",
        "fr",
    )
    assert [(credit.person, credit.role) for credit in session.credits] == [
        ("Awa Traoré", SpeakerRole.MODERATOR),
        ("Issa Keïta", None),
    ]
    assert session.is_cancelled is False


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (("Titre", "Date", "Heure", "Durée", "Salle"), ("Ouverture", "18/12/2026", "9h00", "1h30", "Salle A")),
        (("TITRE", "Début", "Fin", "Lieu"), ("Ouverture", "18/12/2026 9 h 00", "18/12/2026 10:30", "Salle A")),
        (
            ("Titre", "Date de début", "Heure de début", "Date de fin", "Heure de fin", "Salle"),
            ("Ouverture", "18/12/2026", "9h00", "18/12/2026", "10h30", "Salle A"),
        ),
        (
            ("Session Title", "Start Date", "Start Time", "End Time", "Venue"),
            ("Ouverture", "12/18/2026", "9:00 AM", "10:30 AM", "Salle A"),
        ),
        (("Titre", "Jour", "Horaire", "Salle"), ("Ouverture", "vendredi 18 décembre 2026", "9h-10h30", "Salle A")),
        (("Titre (français)", "Début", "Durée (min)", "Salle"), ("Ouverture", "2026-12-18 09:00", "90", "Salle A")),
        (("title_fr", "date", "start", "end", "room"), ("Ouverture", "Dec 18, 2026", "9:00 am", "10:30 AM", "Salle A")),
        (("Intitulé", "Date", "Heures", "Salle"), ("Ouverture", "18.12.2026", "de 9 h 00 à 10 h 30", "Salle A")),
    ],
)
def test_columns_and_times_as_people_write_them(head, row):
    session = read_one(head, [f'"{cell}"' for cell in row])
    assert (list(session.title.values()), session.room) == (["Ouverture"], "Salle A")
    assert (session.starts_at, session.ends_at) == (NINE, NINE + timedelta(minutes=90))


def test_words_of_both_languages_for_people_kinds_languages_and_cancellations():
    head = ("Titre", "Intervenant·e·s", "Modération", "Genre", "Langue", "Annulé")
    session = read_one(head, ("Débat", "Issa Keïta", "Awa Traoré", "Table ronde", "Français", "oui"))
    assert [(credit.person, credit.role) for credit in session.credits] == [
        ("Issa Keïta", None),
        ("Awa Traoré", SpeakerRole.MODERATOR),
    ]
    assert (session.kind, session.language, session.is_cancelled) == (SessionKind.PANEL, "fr", True)


def test_head_is_found_below_a_heading_and_on_another_sheet():
    content = workbook(["Titre", "Salle"], ["Ouverture", "A"], above=(["Programme du forum"], []))
    assert [session.title for session in read(content).sessions] == [{"fr": "Ouverture"}]
    content = csv(["Programme du forum", ""], ["", ""], ["Titre", "Salle"], ["Ouverture", "A"])
    assert [session.title for session in read(content).sessions] == [{"fr": "Ouverture"}]


def test_column_that_says_nothing_here_is_named():
    schedule = read(csv(["title", "Budget", "Titre"], ["Opening", "12", "Ouverture"]))
    told = [problem.facts["column"] for problem in schedule.problems if problem.code == "column_not_read"]
    assert told == ["Budget", "Titre"]


def test_column_that_is_missing_is_something_the_table_is_silent_on():
    assert read(csv(["title"], ["x"])).silent_on == {
        "room",
        "kind",
        "topic",
        "language",
        "speakers",
        "abstract",
        "starts_at",
        "ends_at",
    }
    assert "ends_at" not in read(csv(["title", "horaire"], ["x", "18/12/2026 9h-10h"])).silent_on
    assert "ends_at" not in read(csv(["title", "durée"], ["x", "10"])).silent_on


def test_empty_rows_and_the_example_are_no_sessions():
    content = csv(["id", "title"], ["Exemple", "Ouverture"], ["", ""], ["EXAMPLE", "Opening"], ["7", "Clôture"])
    assert [session.title["fr"] for session in read(content).sessions] == ["Clôture"]


def test_every_row_is_read():
    titles = [f"Talk {number}" for number in range(1, 101)]
    for content in (csv(["title_en"], *([title] for title in titles)), workbook(["title_en"], *([t] for t in titles))):
        assert [session.title["en"] for session in read(content).sessions] == titles


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators_are_found_out(encoding, separator):
    content = csv(
        ["Titre", "Salle"],
        ["Événement d’été" if encoding != "latin-1" else "Événement", "Hôtel"],
        separator=separator,
        encoding=encoding,
    )
    (session,) = read(content).sessions
    assert session.title["fr"].startswith("Événement")
    assert session.room == "Hôtel"


def test_line_with_which_excel_names_the_separator_is_no_row():
    schedule = read(b"sep=;\r\nTitre;D\xe9but\r\nA;quand\r\n")
    assert problems(schedule)[0] == ("time_unreadable", 2, "Début")


def test_workbook_has_days_times_lengths_and_numbers():
    head = ["title", "date", "start", "duration", "guid"]
    rows = [
        ["a", date(2026, 12, 18), time(9, 0), 90, 7],
        ["b", datetime(2026, 12, 18), time(9, 0), timedelta(minutes=90), 8],  # noqa: DTZ001
        ["c", None, datetime(2026, 12, 18, 8, 59, 59, 999_600), time(1, 30), 9],  # noqa: DTZ001
    ]
    sessions = read(workbook(head, *rows)).sessions
    assert {(s.starts_at, s.ends_at) for s in sessions} == {(NINE, NINE + timedelta(minutes=90))}
    assert sessions[0].guid == rules.read_guid("7", "")


def test_day_and_time_of_a_start_stand_in_two_columns_of_a_workbook():
    head = ["title", "start date", "start time", "end date", "end time"]
    day = datetime(2026, 12, 18)  # noqa: DTZ001
    (session,) = read(workbook(head, ["a", day, time(9, 0), day, time(10, 0)])).sessions
    assert (session.starts_at, session.ends_at) == (NINE, NINE + timedelta(hours=1))


def test_formula_counts_as_what_it_gave():
    book_bytes = io.BytesIO()
    book = xlsxwriter.Workbook(book_bytes, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Titre"])
    sheet.write_formula(1, 0, '="Ouver"&"ture"', None, "Ouverture")
    book.close()
    assert read(book_bytes.getvalue()).sessions[0].title == {"fr": "Ouverture"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04nonsense", "workbook_broken"),
        (b"\xd0\xcf\x11\xe0old", "workbook_broken"),
        (workbook(["Nom", "Prénom"], ["Traoré", "Awa"]), "table_unknown"),
        (b"Nom;Pr\xe9nom\r\nTraor\xe9;Awa", "schedule_unknown"),
        (b"Titre;Salle\r\n", "schedule_empty"),
        (b'Titre;Salle\r\n"' + b"x" * 200_000, "schedule_broken"),
        (csv(["title"], *[["x"]] * (table_reading.MOST_ROWS + 1)), "table_too_long"),
    ],
    ids=["zip", "xls", "other workbook", "other table", "head alone", "open quote", "long"],
)
def test_file_that_is_no_programme_is_refused_in_a_sentence(content, code):
    assert refusal(content) == code


def test_workbook_that_unpacks_to_far_more_is_refused(monkeypatch):
    monkeypatch.setattr(table_reading, "MOST_UNPACKED", 1_000)
    assert refusal(workbook(["title"], ["x"])) == "table_too_long"


def test_no_damaged_workbook_is_an_error_of_the_program():
    whole = workbook(["title", "start"], ["x", datetime(2026, 12, 18, 9, 0)])  # noqa: DTZ001
    for place in range(0, len(whole), 97):
        damaged = whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]
        try:
            read(damaged)
        except Refused as refused:
            assert refusals.sentence(refused)
    for place in range(0, len(whole), 331):
        with pytest.raises(Refused):
            read(whole[:place])


# What is unclear


@pytest.mark.parametrize(
    ("head", "row", "code"),
    [
        (("title", "start"), ("x", "soon"), "time_unreadable"),
        (("title", "start"), ("x", "18/12/2026 25h00"), "time_unreadable"),
        (("title", "start"), ("x", "31/02/2026 9h00"), "time_unreadable"),
        (("title", "start"), ("x", "18/12/26 9h00"), "time_unreadable"),
        (("title", "start"), ("x", "05/06/2026 9h00"), "date_ambiguous"),
        (("title", "start"), ("x", "9h00"), "day_missing"),
        (("title", "start"), ("x", "2026-12-18"), "clock_missing"),
        (("title", "date", "start"), ("x", "2026-12-18", "2026-12-19 9h00"), "days_differ"),
        (("title", "start", "end"), ("x", "2026-12-18 14:00", "2026-12-18 09:00"), "ends_before_start"),
        (("title", "start", "end"), ("x", "2026-12-18 14:00", "09:00"), "ends_before_start"),
        (("title", "start", "duration"), ("x", "2026-12-18 14:00", "long"), "length_unreadable"),
        (("title", "cancelled"), ("x", "perhaps"), "cancelled_unreadable"),
        (("title", "kind"), ("x", "hackathon"), "kind_unknown"),
        (("title", "room"), ("", "Salle A"), "title_missing"),
        (("title", "room"), ("x" * (texts.MAX_LINE + 1), "A"), "text_too_long"),
        (("title", "abstract"), ("x", "y" * (texts.MAX_ABSTRACT + 1)), "text_too_long"),
    ],
)
def test_what_is_unclear_is_told_with_row_and_column(head, row, code):
    schedule = read(csv(head, ["fine", *[""] * (len(head) - 1)], row))
    found = [problem for problem in schedule.problems if problem.line == 3 and problem.code == code]
    assert [problem.column in head for problem in found] == [True]
    assert "row 3" in schedules.place(found[0])


def test_time_that_the_clocks_skip_is_told():
    content = csv(["title", "start"], ["x", "2026-03-29 02:30"])
    assert problems(read(content, Target(("fr",), "Europe/Paris")))[0] == ("time_skipped", 2, "start")


def test_order_of_day_and_month_is_settled_by_the_other_rows():
    rows = ["a", "05/06/2026 9:00"], ["b", "18/06/2026 9:00"]
    assert read(csv(["title", "start"], *rows)).sessions[0].starts_at == datetime(2026, 6, 5, 9, 0, tzinfo=UTC)
    rows = ["a", "05/06/2026 9:00"], ["b", "06/18/2026 9:00"]
    assert read(csv(["title", "start"], *rows)).sessions[0].starts_at == datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
    rows = ["a", "05/06/2026 9:00"], ["b", "06/18/2026 9:00"], ["c", "18/06/2026 9:00"]
    assert problems(read(csv(["title", "start"], *rows)))[0] == ("date_ambiguous", 2, "start")


def test_session_in_the_night_ends_on_the_next_day():
    session = read_one(["title", "start", "end"], ["x", "2026-12-18 22:00", "1h00"])
    assert session.ends_at - session.starts_at == timedelta(hours=3)
    session = read_one(["title", "start", "end"], ["x", "2026-12-18 22:00", "24:00"])
    assert session.ends_at - session.starts_at == timedelta(hours=2)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("18 décembre 2026", Moment(date(2026, 12, 18))),
        ("ven. 18 déc. 2026", Moment(date(2026, 12, 18))),
        ("1er août 2026", Moment(date(2026, 8, 1))),
        ("Friday, December 18th, 2026", Moment(date(2026, 12, 18))),
        ("2026/12/18", Moment(date(2026, 12, 18))),
        ("18/12/2026 à 9h", Moment(date(2026, 12, 18), time(9))),
        ("2026-12-18T09:00", Moment(date(2026, 12, 18), time(9))),
        ("9\u00a0h\u00a005", Moment(None, time(9, 5))),
        ("9h30min", Moment(None, time(9, 30))),
        ("12:30 pm", Moment(None, time(12, 30))),
        ("12 am", Moment(None, time(0))),
        ("09:00:30", Moment(None, time(9, 0, 30))),
        ("", Moment()),
        (None, Moment()),
    ],
)
def test_moment(cell, found):
    assert cells.moment(cell) == found


@pytest.mark.parametrize(
    "cell", ["9", "99:00", "13 pm", "30 février 2026", "31/12/9999 23:00", "tomorrow", 7, 0.5, timedelta(days=2)]
)
def test_moment_that_cannot_be_read(cell):
    with pytest.raises(Unclear):
        cells.moment(cell)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("30", "00:30"),
        (90, "01:30"),
        ("45 min", "00:45"),
        ("1h", "01:00"),
        ("1 h 30", "01:30"),
        ("1:30", "01:30"),
        ("2 heures", "02:00"),
        (0.0625, "01:30"),
        (time(0, 20), "00:20"),
        (timedelta(hours=26), "26:00"),
    ],
)
def test_length(cell, found):
    assert cells.length(cell) == found


@pytest.mark.parametrize("cell", ["", "0", "long", "-5", 0])
def test_length_that_cannot_be_read(cell):
    with pytest.raises(Unclear):
        cells.length(cell)


# The template


@pytest.mark.parametrize("tag", ["fr", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_has_columns_that_are_read_and_an_example_that_is_not(tag, kind):
    with language.speaking(tag):
        content = schedule_template.write(kind, ("fr", "en"), date(2026, 12, 18), ["Talk", "Panel"])
    found = schedule_table.find(content)
    known = [schedule_table.column(head) for head in found.head if head]
    assert None not in known
    assert [(column.name, column.language) for column in known if column.language] == [
        ("title", "fr"),
        ("title", "en"),
        ("abstract", "fr"),
        ("abstract", "en"),
    ]
    assert refusal(content) == "schedule_empty"
    example = found.rows[0]
    assert cells.text(example.cells[0]) in ("Example", "Exemple")


def test_example_of_the_template_would_be_read_whole():
    with language.speaking("fr"):
        content = schedule_template.write("csv", ("fr", "en"), date(2026, 12, 18), ["Table ronde"])
    schedule = read(content.replace(b"Exemple,", b","))
    assert schedule.problems == []
    (session,) = schedule.sessions
    assert (session.title, session.kind) == (
        {"fr": "Ouverture du forum", "en": "Opening of the forum"},
        SessionKind.PANEL,
    )
    assert (session.starts_at, session.ends_at - session.starts_at) == (NINE, timedelta(minutes=90))
    assert session.credits[0].role is SpeakerRole.MODERATOR


def test_template_offers_the_kinds():
    content = schedule_template.write("xlsx", ("fr",), date(2026, 12, 18), ["Talk", "Panel"])
    (rule,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].data_validations.dataValidation
    assert rule.formula1 == '"Talk,Panel"'
