"""The tables in tests/data: names and phone numbers as people really write them, with a note on each."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, as text."""
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def full_names() -> list[str]:
    """Given and family name of each row of names.csv in one box, as typed."""
    return [f"{row['given']} {row['family']}" for row in rows("names.csv")]
