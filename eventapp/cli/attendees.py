"""``eventapp import attendees``: a list of people, registered."""

from collections.abc import Sequence
from typing import BinaryIO

import click

from eventapp import queries, services
from eventapp.cli import edge
from eventapp.formats import attendee_list
from eventapp.formats.attendee_list import Problem
from eventapp.rules import attendee_import as rules
from eventapp.rules import refusals
from eventapp.services.attendee_plan import Fate, Plan

MOST_BYTES = 20 * 1024 * 1024

TOLD = {
    Fate.SEATED: "with a seat",
    Fate.WAITING: "on the waiting list",
    Fate.THERE: "there already",
    Fate.LEFT_OUT: "left out",
}


@click.command("attendees")
@click.argument("event")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Show what would happen and change nothing.")
@click.option(
    "--duplicates",
    type=click.Choice(("take", "leave")),
    help="What becomes of possible duplicates. Unless given: left out if e-mail address or phone are the same too.",
)
@click.option("--mail", is_flag=True, help="Send the tickets: by mail, or by telephone.")
@click.option("--json", "is_json", is_flag=True, help="Print counts and duplicates for a program.")
@edge.with_database
def import_attendees(
    event: str, file: BinaryIO, dry_run: bool, duplicates: str | None, mail: bool, is_json: bool
) -> None:
    """Registers the people of a list (CSV or XLSX) for EVENT. FILE may be - for input.

    Columns are known by their headings, in French or English, or as they were named at the desk. Whoever is there
    already is not registered twice, and nothing of them is changed. All of it is stored, or nothing.
    """
    found = edge.event(event)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise edge.fail(f"This file is too large: up to {MOST_BYTES // 1024**2} MB can be read.")
    known = queries.attendee_import.known(found.id)
    table = attendee_list.open_table(content, known)
    fields = rules.guess(table.head, known.own, queries.attendee_import.remembered(found.id))
    reading = attendee_list.read(table, fields, known)
    if reading.problems:
        _fail(reading.problems)
    lines = {entry.line for entry in reading.entries}
    take, leave = lines if duplicates == "take" else (), lines if duplicates == "leave" else ()
    plan = services.attendee_import.preview(found.id, reading.entries, take=take, leave=leave)
    if plan.problems:
        _fail(plan.problems)
    plan = services.attendee_import.import_attendees(
        found.id, reading.entries, take=take, leave=leave, send_mail=mail, dry_run=dry_run
    )
    if is_json:
        edge.as_json(_as_data(plan, dry_run))
    else:
        _tell(plan, dry_run)


def _fail(problems: Sequence[Problem]) -> None:
    """Tells what is wrong, a line each, and ends the command."""
    for problem in problems:
        column = f", column {problem.column}" if problem.column else ""
        click.echo(f"line {problem.line}{column}: {refusals.sentence(problem.refused)}", err=True)
    raise edge.fail(f"Nothing was imported: {len(problems)} problem{'' if len(problems) == 1 else 's'}.")


def _as_data(plan: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        **{fate.value: plan.count(fate) for fate in TOLD},
        "duplicates": [
            {"row": double.line, "of_row": double.other_line, "of_registration": double.registration_id}
            for double in plan.doubles
        ],
    }


def _tell(plan: Plan, dry_run: bool) -> None:
    for fate, words in TOLD.items():
        click.echo(f"{plan.count(fate):>6} {words}")
    for double in plan.doubles:
        other = f"line {double.other_line}" if double.other_line else f"registration {double.registration_id}"
        click.echo(f"line {double.line}: has the name of {other}: {double.name}")
    if dry_run:
        click.echo("This was a rehearsal: nothing was stored.")
