"""``eventapp export programme`` and ``eventapp import programme``: schedules, out and in."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO

import click
from flask import current_app

from eventapp import config, language, queries, services
from eventapp.cli import edge, export
from eventapp.errors import Refused
from eventapp.formats import ical, schedule_file, table
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import Problem, Schedule
from eventapp.formats.schedule_reading import MOST_BYTES, Target
from eventapp.language import LANGUAGES
from eventapp.models.event import Event
from eventapp.rules.vocabulary import EventState
from eventapp.services.schedule import Outcome
from eventapp.web import calendars
from eventapp.web import schedules as files

FORMATS = ("json", "xml", "ics", "csv")
SHOWN = 3
"""How many sessions a problem is shown with; --json has all."""

_language = click.option(
    "--lang", "tag", type=click.Choice(LANGUAGES), help="Language of the texts; the event's first unless given."
)


@click.command("programme")
@click.argument("event")
@click.option("--format", "kind", type=click.Choice(FORMATS), help="From the name of the file unless given, else json.")
@_language
@click.option("-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file; else standard output.")
@edge.with_database
def export_programme(event: str, kind: str | None, tag: str | None, file: Path | None) -> None:
    """Writes the programme of EVENT, released or not.

    json and xml are the formats of c3voc, frab and pretalx, ics is a calendar, csv a table with a row for each session
    and its texts in every language.
    """
    found = edge.event(event)
    content = _content(found, kind or _kind_of(file), _chosen(found, tag))
    if file is None:
        sys.stdout.buffer.write(content)
        return
    export.write_whole(file, lambda out: _put(out, content))


def _put(out: BinaryIO, content: bytes) -> None:
    out.write(content)


def _kind_of(file: Path | None) -> str:
    suffix = file.suffix.lstrip(".").lower() if file else ""
    return suffix if suffix in FORMATS else "json"


def _chosen(event: Event, tag: str | None) -> str:
    if tag is not None and tag not in event.languages:
        raise Refused("schedule_language", language=language.name_of(tag))
    return tag or event.languages[0]


def _content(event: Event, kind: str, tag: str) -> bytes:
    if kind == "csv":
        return b"".join(table.csv_lines(queries.schedule.columns(event), queries.schedule.rows(event, tag)))
    if kind == "ics":
        sessions = queries.programme.list_sessions(event.id)
        # Addresses of pages are made as in a request to the public address.
        with current_app.test_request_context(base_url=config.current().public_url), language.speaking(tag):
            name = event.title.pick(event.languages).value
            return ical.schedule(name, calendars.session_entries(event, sessions))
    return files.write(event, queries.schedule.get(event.id), kind, tag).encode()


@click.command("programme")
@click.argument("event")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option(
    "--lang",
    "tag",
    type=click.Choice(LANGUAGES),
    help="Language of the file's texts. Unless given: each session's own, where it is one of the event's.",
)
@click.option("--draft", "is_draft", is_flag=True, help="Do not release it: the public goes on seeing what it saw.")
@click.option("--json", "is_json", is_flag=True, help="Print counts and problems for a program.")
@edge.with_database
def import_programme(event: str, file: BinaryIO, dry_run: bool, tag: str | None, is_draft: bool, is_json: bool) -> None:
    """Takes a schedule into EVENT: c3voc or frab JSON or XML, Pentabarf XML, pretalx JSON, a calendar.
    FILE may be - for input.

    Sessions are known by their identifier, rooms, topics and speakers by name: importing a file again updates. What
    the file does not mention is left alone. All of it is stored, or nothing. If EVENT is public, its programme is
    released as it is then.
    """
    found = edge.event(event)
    if tag is not None:
        _chosen(found, tag)
    content = file.read(MOST_BYTES + 1)
    schedule = schedule_file.read(content, _target(found, tag))
    _tell_problems((problem for problem in schedule.problems if problem.is_fatal), to_stderr=True)
    outcome = services.schedule.import_programme(found.id, schedule, dry_run=dry_run)
    if found.state is EventState.PUBLISHED and not dry_run and not is_draft:
        services.release.release(found.id)
    if is_json:
        edge.as_json(_as_data(schedule, outcome, dry_run))
        return
    _tell(outcome, dry_run)
    _tell_problems(schedule.problems)


def _target(event: Event, tag: str | None) -> Target:
    places = []
    for known in event.languages:
        with language.speaking(known):
            places.append(calendars.place(event))
    return Target(event.languages, event.timezone, tag, [place for place in places if place])


def _as_data(schedule: Schedule, outcome: Outcome, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "language": schedule.language,
        **{name: asdict(count) for name, count in outcome.counts.items()},
        "changes": [{"title": str(change.title), "fields": change.fields} for change in outcome.changes],
        "problems": [
            {"code": problem.code, "where": problem.where, "sentence": schedules.sentence(problem)}
            for problem in schedule.problems
        ],
    }


def _tell(outcome: Outcome, dry_run: bool) -> None:
    click.echo(f"{'':<10}{'added':>8}{'changed':>9}{'unchanged':>11}{'left alone':>12}")
    for name, count in outcome.counts.items():
        click.echo(f"{name:<10}{count.added:>8}{count.changed:>9}{count.unchanged:>11}{count.left_alone:>12}")
    for change in outcome.changes:
        click.echo(f"changed: {change.title} ({', '.join(change.fields)})")
    if dry_run:
        click.echo("This was a rehearsal: nothing was stored.")


def _tell_problems(problems: Iterable[Problem], *, to_stderr: bool = False) -> None:
    """One line for each kind of problem, with the first sessions that have it."""
    where: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        where[schedules.sentence(problem)].append(problem.where)
    for sentence, places in where.items():
        shown = ", ".join(filter(None, places[:SHOWN]))
        more = f" and {len(places) - SHOWN} more" if len(places) > SHOWN else ""
        click.echo(f"{shown}{more}: {sentence}" if shown else sentence, err=to_stderr)
