"""Schedule files for tests: small ones made here, and real ones, which lie beside the repository."""

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "schedules"
"""Real schedules of conferences, whose licences do not let them into a repository."""

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real schedules in ../shared/data/schedules are missing")

GUID = "1b0962d7-65cb-5035-86d8-ed33643a1a97"
OTHER_GUID = "06f85c14-3e5a-530b-95dc-4fd586187f7d"


def event(**more: Any) -> dict[str, Any]:
    """One session, as pretalx writes it into JSON."""
    return {
        "guid": GUID,
        "id": 1,
        "date": "2026-12-18T09:00:00+01:00",
        "start": "09:00",
        "duration": "00:30",
        "room": "Aula",
        "slug": "forum-1-opening",
        "url": "https://talks.example.org/1",
        "title": "Opening",
        "subtitle": "",
        "track": "Main",
        "type": "Talk",
        "language": "en",
        "abstract": "Welcome to all.",
        "description": None,
        "persons": [{"name": "Sam Sidibé", "public_name": "Sam Sidibé", "biography": "Speaks."}],
        "links": [],
        **more,
    }


def as_json(*events: dict[str, Any], **conference: Any) -> bytes:
    """A c3voc JSON file with these sessions, all on one day."""
    rooms: dict[str, list[dict[str, Any]]] = {}
    for item in events:
        rooms.setdefault(str(item.get("room") or ""), []).append(item)
    day = {
        "index": 1,
        "date": "2026-12-18",
        "day_start": "2026-12-18T04:00:00+01:00",
        "day_end": "2026-12-19T03:59:00+01:00",
        "rooms": rooms,
    }
    found = {"acronym": "forum", "title": "Forum", "time_zone_name": "Europe/Paris", "days": [day], **conference}
    return json.dumps({"schedule": {"version": "1", "conference": found}}).encode()


def as_xml(
    *events: dict[str, str], day: str = "2026-12-18", conference: dict[str, str] | None = None, head: str = ""
) -> bytes:
    """A schedule in XML with these sessions, without elements for rooms: ``guid`` and ``id`` are attributes."""
    about = {"title": "Forum", "acronym": "forum", **(conference or {})}
    items = []
    for item in events:
        attributes = "".join(f" {name}={quoteattr(item[name])}" for name in ("guid", "id") if name in item)
        inner = "".join(
            f"<{name}>{value if name == 'persons' else escape(value)}</{name}>"
            for name, value in item.items()
            if name not in ("guid", "id")
        )
        items.append(f"<event{attributes}>{inner}</event>")
    facts = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in about.items())
    return (
        f'{head}<schedule><conference>{facts}</conference><day index="1" date="{day}">{"".join(items)}</day></schedule>'
    ).encode()


def calendar(*entries: str) -> bytes:
    """A calendar with these entries, given as their lines."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for entry in entries:
        lines += ["BEGIN:VEVENT", *entry.strip().splitlines(), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


PRETALX = {
    "schedule": {
        "2026-12-18": {
            "540": {
                "12": {
                    "code": "38LRHE",
                    "title": "Accueil",
                    "speakers": [{"code": "MNMGGN", "name": "Sam Sidibé", "biography": "Parle."}],
                    "submission_type": {"id": 1, "name": {"en": "Lunch", "fr": "Repas"}},
                    "track": {"id": 3, "name": {"en": "Main", "fr": "Principal"}},
                    "state": "confirmed",
                    "abstract": "",
                    "description": "Bienvenue.",
                    "content_locale": "fr",
                    "duration": 30,
                    "slots": [
                        {
                            "id": 1,
                            "room": {"id": 12, "name": {"en": "Room A", "fr": "Salle A"}, "capacity": 120},
                            "start": "2026-12-18T09:00:00+00:00",
                            "end": "2026-12-18T09:45:00+00:00",
                        }
                    ],
                }
            }
        }
    },
    "rooms": [
        {"id": 12, "name": {"en": "Room A", "fr": "Salle A"}, "capacity": 120},
        {"id": 13, "name": {"en": "Room B", "fr": "Salle B"}, "capacity": 40},
    ],
    "sprints": {"2026-12-19": {}},
}
