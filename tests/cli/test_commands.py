"""The commands: what they print, what they change, and what they say when something is wrong."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, text, update
from sqlalchemy.exc import OperationalError

from eventapp import cli, config, queries, services
from eventapp.cli import edge
from eventapp.db import db
from eventapp.errors import BadSetting
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Attendee
from eventapp.models.ticket import Serial, Ticket
from eventapp.rules.vocabulary import DeliveryState, EventState
from tests import door, people
from tests.gateway import open_service
from tests.post import free_port


def configure(app, monkeypatch, **changes):
    monkeypatch.setitem(app.extensions, "eventapp.settings", replace(app.extensions["eventapp.settings"], **changes))


def refused(result, sentence, status=1):
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", f"Error: {sentence}\n")


def all_commands(group=cli.main, path=()):
    for name, command in sorted(group.commands.items()):
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from all_commands(command, (*path, name))


@pytest.mark.parametrize("path", list(all_commands()), ids=" ".join)
def test_every_command_has_help(path):
    result = CliRunner().invoke(cli.main, [*path, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4


def test_unknown_command_is_wrong_usage():
    assert CliRunner().invoke(cli.main, ["nonsense"]).exit_code == 2


def test_setting_that_cannot_be_used_is_one_sentence(monkeypatch):
    def create_app():
        raise BadSetting("EVENTAPP_MAIL_URL must name a host.")

    monkeypatch.setattr(edge, "create_app", create_app)
    refused(CliRunner().invoke(cli.main, ["check"]), "EVENTAPP_MAIL_URL must name a host.")


def test_missing_driver_is_one_sentence(monkeypatch):
    def create_app():
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(edge, "create_app", create_app)
    sentence = "PostgreSQL needs a package more: run `pip install 'eventapp[postgresql]'`."
    refused(CliRunner().invoke(cli.main, ["check"]), sentence)


def test_database_that_goes_away_is_one_sentence(run, monkeypatch):
    def go_away(email):
        raise OperationalError("select", {}, Exception("server closed the connection\nThis probably means"))

    monkeypatch.setattr(queries.account, "get_by_email", go_away)
    refused(run("user", "link", "olga@example.org"), "The database does not answer: server closed the connection")


def test_database_that_is_not_up_to_date_is_one_sentence(run, monkeypatch):
    monkeypatch.setattr(queries.schema, "find_problem", lambda: "The database is empty: run `eventapp db upgrade`.")
    refused(run("user", "link", "olga@example.org"), "The database is empty: run `eventapp db upgrade`.")


# Accounts


def test_user_add_makes_an_account_that_signs_in_by_password(run, app):
    result = run("user", "add", "Olga@Example.org", "--name", " Olga ", "--password-stdin", given="a long password\n")
    assert result.stdout == "The account olga@example.org was added.\n"
    with app.app_context():
        account = queries.account.get_by_email("olga@example.org")
        assert (account.name, account.is_admin) == ("Olga", False)
        assert services.account.sign_in("olga@example.org", "a long password", address="127.0.0.1")


def test_user_add_makes_an_administrator(run):
    result = run("user", "add", "olga@example.org", "--admin", "--json")
    assert json.loads(result.stdout) == {"email": "olga@example.org", "name": "", "is_admin": True}


def test_user_add_twice_is_refused(run):
    run("user", "add", "olga@example.org")
    refused(run("user", "add", "OLGA@example.org"), "There is an account with this address already.")


def test_user_add_with_a_short_password_is_refused_and_makes_nothing(run, app):
    result = run("user", "add", "olga@example.org", "--password-stdin", given="short\n")
    refused(result, "A password needs at least 10 characters.")
    with app.app_context():
        assert queries.account.find_by_email("olga@example.org") is None


def test_user_link_signs_in_once(run, app):
    run("user", "add", "olga@example.org")
    url = run("user", "link", "olga@example.org").stdout.strip()
    base, _, token = url.rpartition("/")
    assert base == "http://127.0.0.1:8000/sign-in"
    with app.app_context():
        assert services.account.redeem_link(token)


def test_user_link_as_json(run):
    run("user", "add", "olga@example.org")
    found = json.loads(run("user", "link", "olga@example.org", "--json").stdout)
    assert found["email"] == "olga@example.org"
    assert found["url"].startswith("http://127.0.0.1:8000/sign-in/")


def test_user_link_without_account_is_refused(run):
    refused(run("user", "link", "max@example.org"), "There is no account max@example.org.")


# Events


def test_event_add_and_publish(run, app):
    added = run(
        *("event", "add", "forum", "--title", "Forum", "--capacity", "20"),
        *("--starts", "2026-12-18T09:00", "--timezone", "Europe/Paris"),
    )
    assert added.stdout == "The event forum was added as a draft: http://127.0.0.1:8000/e/forum/\n"
    published = json.loads(run("event", "publish", "forum", "--json").stdout)
    assert published == {"slug": "forum", "state": "published", "url": "http://127.0.0.1:8000/e/forum/"}
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        assert (event.state, event.capacity, event.timezone) == (EventState.PUBLISHED, 20, "Europe/Paris")
        assert event.starts_at.isoformat() == "2026-12-18T08:00:00+00:00"
        assert event.time_is_known
        assert dict(event.title) == {"fr": "Forum", "en": "Forum"}


def test_event_add_with_a_day_alone_leaves_the_hour_open(run, app):
    run("event", "add", "forum", "--title", "Forum", "--starts", "2026-12-18")
    with app.app_context():
        event = queries.event.get_by_slug("forum")
        assert (event.starts_at.isoformat(), event.time_is_known) == ("2026-12-18T00:00:00+00:00", False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("Forum!", "--title", "x"), "The address may hold small letters, digits and single hyphens."),
        (("", "--title", "x"), "The address may hold small letters, digits and single hyphens."),
        (("forum", "--title", " "), "Please write a title in at least one language."),
        (("forum", "--title", "x", "--starts", "soon"), "Please write day and time, such as 2026-12-18 09:00."),
        (("forum", "--title", "x", "--timezone", "Bamako"), "Please choose a time zone from the list."),
        (("taken", "--title", "x"), "Another one has this address already."),
    ],
)
def test_event_add_refuses_in_a_sentence(run, arguments, sentence):
    run("event", "add", "taken", "--title", "Taken")
    refused(run("event", "add", *arguments), sentence)


def test_event_add_without_title_is_wrong_usage(run):
    assert run("event", "add", "forum").exit_code == 2


def test_event_publish_of_no_event_is_refused(run):
    refused(run("event", "publish", "forum"), "There is no event forum.")


# Exports


@pytest.fixture
def forum(app):
    with app.app_context():
        staged = people.stage(capacity=2)
        people.register(staged.event_id, "Ada Traoré", "=1+1", email="ada@example.org")
        people.register(staged.event_id, "Bintou")
    return staged


def test_export_as_csv(run, forum):
    content = run("export", "attendees", "forum").stdout_bytes
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [(row["name"], row["status"], row["ticket_type"], row["email"]) for row in rows] == [
        ("Ada Traoré", "confirmed", "Grand public", "ada@example.org"),
        ("'=1+1", "confirmed", "Grand public", "ada@example.org"),
        ("Bintou", "waitlisted", "Grand public", ""),
    ]
    assert all(row["registered_at"].endswith("+00:00") for row in rows)
    assert "code" not in rows[0]


def test_export_with_codes_as_json(run, forum, app):
    rows = json.loads(run("export", "attendees", "forum", "--codes", "--format", "json").stdout)
    with app.app_context():
        codes = list(db.session.scalars(db.select(Ticket.code).order_by(Ticket.attendee_id)))
    assert [row["code"] for row in rows] == [*codes, None]
    assert rows[1]["name"] == "=1+1"


def test_export_into_a_file_takes_the_format_from_its_name(run, forum, tmp_path):
    file = tmp_path / "guests.xlsx"
    assert run("export", "attendees", "forum", "-o", str(file)).stdout == ""
    sheet = openpyxl.load_workbook(file).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == ["Ada Traoré", "=1+1", "Bintou"]
    assert [path.name for path in tmp_path.iterdir()] == ["guests.xlsx"]
    assert file.stat().st_mode & 0o077 == 0


def test_export_into_a_folder_that_does_not_exist_is_refused(run, forum, tmp_path):
    file = tmp_path / "nowhere" / "guests.csv"
    refused(
        run("export", "attendees", "forum", "-o", str(file)), f"{file} cannot be written: No such file or directory."
    )


def test_export_of_no_event_is_refused(run):
    refused(run("export", "attendees", "forum"), "There is no event forum.")


def test_export_asks_no_more_for_more_people(run, forum, app):
    def count_queries():
        seen = []
        with app.app_context():
            listener = lambda *_: seen.append(1)  # noqa: E731
            db.event.listen(db.engine, "before_cursor_execute", listener)
            list(queries.export.attendees(queries.event.get(forum.event_id), with_codes=True).rows)
            db.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    before = count_queries()
    with app.app_context():
        for name in ("Cheick", "Djénéba"):
            people.register(forum.event_id, name)
    assert count_queries() == before


# The check of an installation


SUBJECTS = ["settings", "schema", "database", "rows", "seats", "tickets", "mail", "sms", "disk"]


def wrong(result):
    assert result.exit_code == 1
    return [line.split(maxsplit=2)[1:] for line in result.stdout.splitlines() if line.startswith("WRONG")]


def test_check_of_a_sound_installation(run, forum):
    result = run("check")
    assert result.exit_code == 0
    lines = [line.split()[:2] for line in result.stdout.splitlines()]
    assert lines == [["ok", subject] for subject in SUBJECTS]


def test_manual_explains_each_line_of_the_check():
    manual = (config.PACKAGE.parent / "docs" / "operating.md").read_text()
    table = manual.partition("## What `eventapp check` says")[2].partition("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in table.splitlines() if line.startswith("|")]
    assert rows[2:] == SUBJECTS


def test_check_as_json(run):
    found = json.loads(run("check", "--json").stdout)
    assert {finding["ok"] for finding in found} == {True}
    assert set(found[0]) == {"check", "ok", "seen"}


def test_check_sees_a_seat_sold_twice(run, forum, app):
    with app.app_context():
        services.event.set_places(forum.event_id, capacity=1, max_party=5)
    assert wrong(run("check")) == [
        ["seats", "more are taken than there are (forum event: 2 of 1); were seats taken away afterwards?"]
    ]


def test_check_sees_a_missing_ticket(run, forum, app):
    with app.app_context():
        db.session.execute(delete(Ticket).where(Ticket.id == db.select(db.func.min(Ticket.id)).scalar_subquery()))
        db.session.commit()
    assert wrong(run("check")) == [["tickets", "1 confirmed people without exactly one, 0 with a wrong serial"]]


def test_check_sees_a_serial_that_the_door_does_not_know(run, forum, app):
    with app.app_context():
        first = db.session.scalar(db.select(db.func.min(Attendee.id)))
        db.session.execute(delete(Serial).where(Serial.attendee_id == first))
        db.session.commit()
    assert wrong(run("check")) == [["tickets", "0 confirmed people without exactly one, 1 with a wrong serial"]]


@pytest.mark.sqlite_only
def test_check_sees_rows_that_refer_to_nothing(run, forum, app):
    with app.app_context():
        raw = db.engine.raw_connection()
        raw.execute("pragma foreign_keys=off")
        raw.execute("delete from registration where id = (select max(id) from registration)")
        raw.execute("pragma foreign_keys=on")
        raw.close()
        db.engine.dispose()
    assert wrong(run("check")) == [["rows", "1 rows refer to missing ones, 0 registrations name nobody"]]


def test_check_sees_a_mail_server_that_does_not_answer(run, app, monkeypatch):
    configure(app, monkeypatch, mail_url=f"smtp://127.0.0.1:{free_port()}")
    [[subject, seen]] = wrong(run("check"))
    assert (subject, "refused" in seen) == ("mail", True)


def test_check_sees_mail_that_no_worker_takes(run, forum, app, monkeypatch, tmp_path):
    configure(app, monkeypatch, mail_url=f"file:{tmp_path}")
    with app.app_context():
        db.session.execute(update(Delivery).values(due_at=datetime(2026, 1, 1, tzinfo=UTC)))
        db.session.commit()
    [[subject, seen]] = wrong(run("check"))
    assert (subject, seen) == (
        "mail",
        "1 message waits, 0 did not arrive, the oldest since 2026-01-01 00:00: is a worker on?",
    )


def test_check_says_that_mail_is_held(run, forum):
    assert "held, since EVENTAPP_MAIL_URL is not set; 1 message waits, 0 did not arrive" in run("check").stdout


def test_check_says_that_sms_are_off(run):
    assert "off, since EVENTAPP_SMS_URL is not set; 0 messages wait, 0 given up" in run("check").stdout


def test_check_sees_an_sms_service_that_does_not_answer(run, app, monkeypatch):
    configure(app, monkeypatch, sms_url=f"http://127.0.0.1:{free_port()}/send?to={{to}}&text={{text}}")
    [[subject, seen]] = wrong(run("check"))
    assert (subject, "refused" in seen) == ("sms", True)


def test_check_tells_why_an_sms_service_refuses_our_account(run, forum, app, monkeypatch):
    with open_service() as service:
        configure(app, monkeypatch, sms_url=f"{service.url}/send?to={{to}}&text={{text}}")
        assert run("check").exit_code == 0
        with app.app_context():
            people.register(forum.event_id, "Rokia", phone="+22376543210")
        service.status, service.answer = 402, "No credit"
        run("worker", "--once")
        assert wrong(run("check")) == [["sms", "127.0.0.1: 402 No credit; 1 message waits, 0 given up"]]


def test_check_sees_a_key_that_others_can_read(run, app, monkeypatch, tmp_path):
    configure(app, monkeypatch, instance=tmp_path)
    (tmp_path / "secret_key").write_text("x" * 40)
    (tmp_path / "secret_key").chmod(0o644)
    [[subject, seen]] = wrong(run("check"))
    assert (subject, seen.endswith("can be read by others: run `chmod 600 " + str(tmp_path / "secret_key") + "`.")) == (
        "settings",
        True,
    )


def test_check_without_schema_looks_no_further(run, monkeypatch):
    monkeypatch.setattr(queries.schema, "find_problem", lambda: "The database is empty.")
    assert wrong(run("check")) == [["schema", "The database is empty."]]


def test_check_sees_a_full_disk(run, monkeypatch):
    monkeypatch.setattr(cli.check, "MIN_FREE_BYTES", 10**18)
    assert [subject for subject, _ in wrong(run("check"))] == ["disk"]


# The worker


def test_worker_once_does_what_is_due_and_ends(run, forum, app, monkeypatch, tmp_path):
    configure(app, monkeypatch, mail_url=f"file:{tmp_path / 'mail'}")
    assert run("worker", "--once").exit_code == 0
    assert len(list((tmp_path / "mail").iterdir())) == 1
    with app.app_context():
        assert db.session.scalar(text("select state from delivery")) == DeliveryState.SENT


def test_worker_once_says_when_a_job_failed(run, monkeypatch):
    def broken(context, stop):
        raise ZeroDivisionError

    monkeypatch.setitem(cli.worker.jobs.JOBS, "deliveries", broken)
    refused(run("worker", "--once"), "A job failed; the log above says why.")


def test_device_add_prints_a_token_and_a_link(run, app, at_noon):
    with app.app_context():
        forum = people.stage()
    result = run("device", "add", "forum", "Porte A", "--json")
    assert result.exit_code == 0
    made = json.loads(result.stdout)
    with app.app_context():
        phone = queries.account.find_paired_phone(made["token"], at_noon)
        assert (phone.device_id, phone.checkpoint_id) == (made["device"], made["checkpoint"])
        secret = made["pair_url"].removeprefix("http://127.0.0.1:8000/checkin/pair/")
        assert queries.device.get_pairing(secret).device.name == "Porte A"
        assert phone.event_id == forum.event_id
        services.device.redeem(secret)
        assert not queries.account.find_paired_phone(made["token"], at_noon).is_revoked
    assert made["pair_url"] not in run("device", "add", "forum", "Porte B").stdout


def test_device_add_chooses_an_entrance_by_number_or_name(run, app):
    with app.app_context():
        lunch = door.lunch(people.stage().event_id)
    for chosen in ("lunch", "Déjeuner", str(lunch)):
        result = run("device", "add", "forum", "Porte A", "--checkpoint", chosen, "--json")
        assert json.loads(result.stdout)["checkpoint"] == lunch


def test_device_add_says_which_entrances_there_are(run, app):
    with app.app_context():
        entrance = queries.checkpoint.find_venue(people.stage().event_id).id
    result = run("device", "add", "forum", "Porte A", "--checkpoint", "Kitchen")
    refused(result, f"The event forum has no entrance Kitchen. There is: {entrance} (Entrance).")


def test_device_add_of_a_missing_event_and_without_a_name(run, app):
    with app.app_context():
        people.stage()
    refused(run("device", "add", "nowhere", "A"), "There is no event nowhere.")
    sentence = "Please give the phone a name, such as the door where it stands."
    refused(run("device", "add", "forum", " "), sentence)
