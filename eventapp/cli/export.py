"""``eventapp export``: lists to take along."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import click

from eventapp import queries
from eventapp.cli import edge
from eventapp.formats import table


@click.group("export")
def group() -> None:
    """Lists to take along."""


@group.command()
@click.argument("event")
@click.option("--codes", is_flag=True, help="With the ticket codes: whoever has a code has the ticket.")
@click.option("--sensitive", is_flag=True, help="With what people need, and answers to sensitive questions.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(table.FORMATS),
    help="csv, xlsx or json; from the name of the file unless given, else csv.",
)
@click.option("-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="The file; else standard output.")
@edge.with_database
def attendees(event: str, codes: bool, sensitive: bool, kind: str | None, file: Path | None) -> None:
    """Writes everybody who is registered for EVENT, one row each; `import attendees` reads it again."""
    found = edge.event(event)
    kind = kind or _kind_of(file)
    everybody = queries.export.attendees(found, with_codes=codes, with_sensitive=sensitive)
    columns, rows = everybody.columns, everybody.rows
    if file is None:
        if kind == "xlsx" and sys.stdout.isatty():
            raise edge.fail("A workbook cannot be shown here: name a file with -o.")
        table.write(sys.stdout.buffer, kind, columns, rows)
        return
    write_whole(file, lambda out: table.write(out, kind, columns, rows))


def _kind_of(file: Path | None) -> str:
    suffix = file.suffix.lstrip(".").lower() if file else ""
    return suffix if suffix in table.FORMATS else "csv"


def write_whole(file: Path, write: Callable[[BinaryIO], None]) -> None:
    """Writes a file under another name first, so that nobody ever finds half of it; readable by its owner alone."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            write(out)
        draft.replace(file)
    except OSError as error:
        raise edge.fail(f"{file} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
