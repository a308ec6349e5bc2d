"""Schedules as JSON, as c3voc, frab and pretalx write them: https://c3voc.de/schedule/schema.json.

What the format has no field for stands in ``conference.meta``, which is free: the language of the file, which texts are
in another one, names in several languages, and the sequence of sessions and whether they are cancelled.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import GENERATOR, Day, Schedule, Session, visible
from eventapp.formats.schedule_reading import Draft, DraftPerson, DraftSession, Told
from eventapp.language import LocalizedText, local

SCHEMA = "https://c3voc.de/schedule/schema.json"
MOST_SEATS = 1_000_000
_ZONE = re.compile("[A-Z][a-z]+/[A-Z][a-z]+|UTC$")


def write(schedule: Schedule) -> str:
    """The schedule as JSON. Sessions without a time are left out: the format has no place for them."""
    days = schedules.days(schedule)
    data = {
        "$schema": SCHEMA,
        "generator": {"name": GENERATOR},
        "schedule": {
            "url": f"{schedule.url}programme.json?lang={schedule.language}",
            "version": schedule.version,
            "base_url": schedule.url,
            "conference": _conference(schedule, days),
        },
    }
    written = _dumped(data)
    # The text of a whole file is searched faster than a thousand texts, and there is hardly ever anything to find.
    return _dumped(_visible(data)) if "\\u00" in written or visible(written) != written else written


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _visible(data: Any) -> Any:
    if isinstance(data, str):
        return visible(data)
    if isinstance(data, dict):
        return {visible(key): _visible(value) for key, value in data.items()}
    return [_visible(value) for value in data] if isinstance(data, list) else data


def _conference(schedule: Schedule, days: Sequence[Day]) -> dict[str, object]:
    pick = schedule.pick
    return {
        "acronym": schedule.acronym,
        "title": pick(schedule.title).value,
        "description": schedule.description,
        "start": days[0].day.isoformat() if days else "",
        "end": days[-1].day.isoformat() if days else "",
        "daysCount": len(days),
        "timeslot_duration": "00:05",
        # The schema knows only zones of such names; each session's time has its offset anyway.
        **({"time_zone_name": schedule.zone} if _ZONE.match(schedule.zone) else {}),
        "colors": {"primary": schedule.colour},
        "url": f"{schedule.url}programme",
        "rooms": [
            {"name": pick(room.name).value, "guid": room.guid, "capacity": room.capacity}
            for room in schedule.rooms.values()
        ],
        "tracks": [
            {"name": pick(track.name).value, "slug": f"topic-{number}"}
            for number, track in enumerate(schedule.tracks.values(), 1)
        ],
        "meta": _meta(schedule, days),
        "days": [
            {
                "index": day.index,
                "date": day.day.isoformat(),
                "day_start": day.starts_at.isoformat(),
                "day_end": day.ends_at.isoformat(),
                "rooms": {
                    room: [_session(schedule, session, room) for session in sessions]
                    for room, sessions in day.rooms.items()
                },
            }
            for day in days
        ],
    }


def _session(schedule: Schedule, session: Session, room: str) -> dict[str, object]:
    pick = schedule.pick
    starts_at = schedules.starting(session, schedule.zone)
    found: dict[str, object] = {
        "guid": session.guid,
        "id": session.number,
        "date": starts_at.isoformat(),
        "start": f"{starts_at:%H:%M}",
        "duration": schedules.duration(session),
        "room": room,
        "slug": schedules.slug(schedule, session),
        "url": session.url,
        "title": schedules.title(schedule, session),
        "subtitle": None,
        "track": pick(schedule.tracks[session.track].name).value if session.track is not None else None,
        "type": session.kind.value if session.kind else "other",
        "language": session.language,
        "abstract": pick(session.abstract).value or None,
        "description": session.note or None,
        "persons": [_person(schedule, credit) for credit in session.credits],
        "links": [],
    }
    if session.ends_at is not None:
        found["end"] = local(session.ends_at, schedule.zone).isoformat()
    return found


def _person(schedule: Schedule, credit: schedules.Credit) -> dict[str, object]:
    # Without an "id": a person who has one beside "name" fits two branches of the schema, which allows only one.
    person = schedule.people[credit.person]
    name = schedule.pick(person.name).value
    found: dict[str, object] = {"guid": person.guid, "name": name, "public_name": name, "url": person.url}
    if person.biography:
        biography = schedule.pick(person.biography)
        found["biography"] = biography.value
        if biography.language != schedule.language:
            found["biography_language"] = biography.language
    if credit.role is not None:
        found["role"] = credit.role.value
    return found


def _meta(schedule: Schedule, days: Sequence[Day]) -> dict[str, object]:
    listed = [session for day in days for sessions in day.rooms.values() for session in sessions]
    keys = {credit.person for session in listed for credit in session.credits}
    people = sorted((schedule.people[key].name for key in keys), key=lambda name: schedule.pick(name).value)
    return {
        "language": schedule.language,
        "rooms": _names(schedule, (room.name for room in schedule.rooms.values())),
        "tracks": _names(schedule, (track.name for track in schedule.tracks.values())),
        "persons": _names(schedule, people),
        "sessions": {session.guid: facts for session in listed if (facts := _facts(schedule, session))},
    }


def _names(schedule: Schedule, names: Iterable[LocalizedText]) -> list[dict[str, str]]:
    """The names that are not merely the one that the file tells, in its language."""
    return [dict(name) for name in names if name != {schedule.language: schedule.pick(name).value}]


def _facts(schedule: Schedule, session: Session) -> dict[str, object]:
    found: dict[str, object] = {}
    if session.sequence:
        found["sequence"] = session.sequence
    if session.is_cancelled:
        found["cancelled"] = True
    for name, text in (("title", session.title), ("abstract", session.abstract)):
        told = schedule.pick(text)
        if told.value and told.language != schedule.language:
            found[f"{name}_language"] = told.language
    return found


def is_schedule(data: object) -> bool:
    """Whether this JSON has the shape of the format."""
    return bool(_at(data, "schedule", "conference"))


def read(data: object) -> Draft:
    """What stands in the file."""
    conference = _at(data, "schedule", "conference")
    meta = _at(conference, "meta")
    draft = Draft(
        title=text(conference.get("title")),
        acronym=text(conference.get("acronym")),
        zone=text(conference.get("time_zone_name")),
        day_change=text(conference.get("day_change")),
        is_ours=text(_at(data, "generator").get("name")) == GENERATOR,
    )
    names: dict[str, dict[str, Told]] = {"rooms": {}, "tracks": {}, "persons": {}}
    if draft.is_ours:
        draft.language = text(meta.get("language")) or _language_of(_at(data, "schedule").get("url"))
        names = {kind: _known_names(meta.get(kind)) for kind in names}
    for room in objects(conference.get("rooms")):
        draft.rooms.append((_named(names["rooms"], room.get("name")), seats(room.get("capacity"))))
    draft.tracks = [_named(names["tracks"], track.get("name")) for track in objects(conference.get("tracks"))]
    for day in objects(conference.get("days")):
        for room_name, events in _at(day, "rooms").items():
            for event in objects(events):
                facts = _at(meta, "sessions", text(event.get("guid"))) if draft.is_ours else {}
                draft.sessions.append(_read_session(event, text(day.get("date")), text(room_name), names, facts))
    if draft.is_ours:
        for session in draft.sessions:
            session.is_cancelled = bool(session.is_cancelled)
            session.slug = session.slug.removeprefix(f"{draft.acronym}-").lstrip("_")
    return draft


def _read_session(
    event: Mapping[str, Any],
    day: str,
    room: str,
    names: Mapping[str, Mapping[str, Told]],
    facts: Mapping[str, Any],
) -> DraftSession:
    sequence = facts.get("sequence")
    return DraftSession(
        guid=text(event.get("guid")),
        number=text(event.get("id")) or text(event.get("code")),
        title=_in(text(facts.get("title_language")), told(event.get("title"))),
        subtitle=text(event.get("subtitle")),
        abstract=_in(text(facts.get("abstract_language")), told(event.get("abstract"))),
        description=told(event.get("description")),
        day=day,
        date=text(event.get("date")),
        start=text(event.get("start")),
        end=text(event.get("end")),
        duration=text(event.get("duration")),
        language=text(event.get("language")),
        kinds=[text(event.get("type"))],
        room=_named(names["rooms"], event.get("room") or room),
        track=_named(names["tracks"], event.get("track")),
        people=[_read_person(person, names["persons"]) for person in objects(event.get("persons"))],
        slug=text(event.get("slug")),
        is_cancelled=facts.get("cancelled") is True or None,
        sequence=sequence if isinstance(sequence, int) and 0 <= sequence < 2**31 else 0,
    )


def _read_person(person: Mapping[str, Any], names: Mapping[str, Told]) -> DraftPerson:
    name = next(filter(None, (text(person.get(key)) for key in ("public_name", "name", "full_public_name"))), "")
    biography = told(person.get("biography") or person.get("description"))
    return DraftPerson(
        name=_named(names, name),
        biography=_in(text(person.get("biography_language")), biography),
        role=text(person.get("role")),
    )


def _in(language: str, value: Told) -> Told:
    return {language: value} if language and isinstance(value, str) else value


def _known_names(value: object) -> dict[str, Told]:
    """The names in several languages that a file of ours gives, by each of them."""
    return {name: texts for entry in objects(value) if (texts := _texts(entry)) for name in texts.values()}


def _named(names: Mapping[str, Told], value: object) -> Told:
    name = told(value)
    return names.get(name, name) if isinstance(name, str) else name


def _language_of(address: object) -> str:
    try:
        return parse_qs(urlsplit(text(address)).query).get("lang", [""])[0]
    except ValueError:
        return ""


def _at(data: object, *path: str) -> Mapping[str, Any]:
    """The object at a path of keys; an empty one where something else is, or nothing."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in a list; what is no list has none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """A text without half signs, which JSON can hold but nothing else, or a whole number as text; else empty."""
    if isinstance(value, str):
        return visible(value).strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def told(value: object) -> Told:
    """A text, or an object with a text per language."""
    return _texts(value) if isinstance(value, dict) else text(value)


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    return {text(tag): text(item) for tag, item in value.items() if text(item)}


def seats(value: object) -> int | None:
    """How many people a room holds; None for what cannot be meant."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_SEATS else None
