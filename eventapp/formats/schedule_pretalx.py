"""Schedules as the objects of pretalx's REST interface: https://docs.pretalx.org/api/resources/submissions/.

A file holds them as a list, as the pages of the interface do (``results``), or arranged under ``schedule`` by day,
minute and room. Names may have several languages. A submission with several slots is a session for each.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from eventapp.formats.schedule import Problem
from eventapp.formats.schedule_json import objects, seats, text, told
from eventapp.formats.schedule_reading import Draft, DraftPerson, DraftSession

ON_THE_PROGRAMME = ("accepted", "confirmed", "canceled", "")
"""States of submissions that are or were on the programme; the others are proposals."""

MOST_DEPTH = 4
"""How deep submissions may lie: below the schedule, a day, a minute and a room."""

_BESIDE = ("sprints", "extra")
"""Parts of such files that hold something else than the programme."""


def is_schedule(data: object) -> bool:
    """Whether this JSON holds submissions of pretalx."""
    return next(_submissions(_programme(data), MOST_DEPTH), None) is not None


def _programme(data: object) -> object:
    if not isinstance(data, dict):
        return data
    return next((data[key] for key in ("schedule", "results", "submissions", "talks") if key in data), None)


def _submissions(node: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(node, dict) and "code" in node and "title" in node:
        yield node
    elif depth and isinstance(node, dict | list):
        for below in node.values() if isinstance(node, dict) else node:
            yield from _submissions(below, depth - 1)


def read(data: object) -> Draft:
    """What stands in the file."""
    draft = Draft(acronym="pretalx")
    whole = data if isinstance(data, dict) else {}
    rooms = {text(room.get("id")): room for room in objects(whole.get("rooms"))}
    draft.rooms = [(told(room.get("name")), seats(room.get("capacity"))) for room in rooms.values()]
    people = whole.get("speakers")
    people = list(people.values()) if isinstance(people, dict) else people
    biographies = {text(person.get("code")): person for person in objects(people)}
    draft.people = [_person(person, {}) for person in biographies.values()]
    draft.problems = [Problem("part_not_read", part) for part in _BESIDE if whole.get(part)]
    submissions = {text(found.get("code")): found for found in _submissions(_programme(data), MOST_DEPTH)}
    for submission in submissions.values():
        if text(submission.get("state")) not in ON_THE_PROGRAMME:
            draft.problems.append(Problem("not_accepted", _plain(submission.get("title"))))
            continue
        draft.sessions.extend(_sessions(submission, rooms, biographies))
    return draft


def _sessions(
    submission: Mapping[str, Any], rooms: Mapping[str, Mapping[str, Any]], people: Mapping[str, Mapping[str, Any]]
) -> Iterator[DraftSession]:
    slots = objects(submission.get("slots")) or objects([submission.get("slot")]) or [{}]
    kind = submission.get("submission_type")
    names = told(kind.get("name") if isinstance(kind, dict) and "name" in kind else kind)
    track = submission.get("track")
    for number, slot in enumerate(slots):
        room = slot.get("room")
        room = rooms.get(text(room), room)
        yield DraftSession(
            guid=f"{text(submission.get('code'))}{f'/{number}' if number else ''}",
            title=told(submission.get("title")),
            abstract=told(submission.get("abstract")),
            description=told(submission.get("description")),
            date=text(slot.get("start")),
            end=text(slot.get("end")),
            duration=text(slot.get("duration")) or text(submission.get("duration")),
            language=text(submission.get("content_locale")),
            kinds=[names] if isinstance(names, str) else list(names.values()),
            room=told(room.get("name")) if isinstance(room, dict) else told(room),
            track=told(track.get("name")) if isinstance(track, dict) and "name" in track else told(track),
            people=[_person(person, people) for person in objects(submission.get("speakers"))],
            is_cancelled=text(submission.get("state")) == "canceled",
        )


def _person(person: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> DraftPerson:
    known = people.get(text(person.get("code")), {})
    return DraftPerson(
        name=told(person.get("name")) or told(known.get("name")),
        biography=told(person.get("biography")) or told(known.get("biography")),
    )


def _plain(value: object) -> str:
    found = told(value)
    return found if isinstance(found, str) else next(iter(found.values()), "")
