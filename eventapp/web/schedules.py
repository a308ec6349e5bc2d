"""An event's programme as a schedule file, for guests' programs and for whoever takes it along."""

import io
from typing import TYPE_CHECKING

from eventapp import config, language, queries
from eventapp.errors import Refused
from eventapp.formats import ical, occasion, schedule_json, schedule_xml, table
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import Credit, Person, Room, Schedule, Session, Track
from eventapp.formats.schedule_reading import Target
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.rules import programme
from eventapp.rules import schedule as rules
from eventapp.web import calendars

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.queries.schedule import Person as PersonRow
    from eventapp.queries.schedule import Programme
    from eventapp.queries.schedule import Session as SessionRow
    from eventapp.rules.release import Room as RoomRow

WRITERS = {"json": schedule_json.write, "xml": schedule_xml.write}
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "xml": "application/xml",
    "ics": "text/calendar; charset=utf-8",
}
"""What a programme can be taken along as, with the media types."""


def target(event: "Event", tag: str | None) -> Target:
    """What a schedule file is read for; ``tag`` is the language of its texts, None to find it out."""
    places = []
    for known in event.languages:
        with language.speaking(known):
            places.append(occasion.place(event))
    return Target(event.languages, event.timezone, tag, [place for place in places if place])


def content(event: "Event", kind: str, tag: str) -> bytes:
    """The programme as it stands at the desk, in one of FORMATS and a language; within a request, for its addresses.

    Raises Refused like `write`.
    """
    if kind in ("csv", "xlsx"):
        out = io.BytesIO()
        table.write(out, kind, queries.schedule.columns(event), queries.schedule.rows(event, tag))
        return out.getvalue()
    if kind == "ics":
        with language.speaking(tag):
            entries = calendars.session_entries(event, queries.programme.list_sessions(event.id))
            return ical.schedule(event.title.pick(event.languages).value, entries)
    return write(event, queries.schedule.get(event.id), kind, tag).encode()


def write(event: "Event", whole: "Programme", kind: str, tag: str) -> str:
    """A programme (the draft, or what was released) as ``json`` or ``xml`` in a language.

    Raises Refused("schedule_without_times") while no session has a time: the formats have no place for such a one.
    """
    with language.speaking(tag):
        schedule = build(event, whole, tag)
    if not schedules.days(schedule):
        raise Refused("schedule_without_times")
    return WRITERS[kind](schedule)


def build(event: "Event", whole: "Programme", tag: str) -> Schedule:
    """A programme in a language. What is made up says so, as it does in calendars."""
    state = queries.event.find_public_state(event.slug)
    address = f"{config.current().public_url}/e/{event.slug}/"
    named = {speaker_id for session in whole.sessions for speaker_id, _ in session.parts}
    return Schedule(
        title=event.title,
        acronym=schedules.acronym(event.slug),
        language=tag,
        languages=event.languages,
        zone=event.timezone,
        description="\n".join(
            filter(None, (occasion.demo_notice(event), event.theme.pick(event.languages, tag).value))
        ),
        version=str(state.version) if state else "",
        url=address,
        colour=event.accent,
        rooms={str(room.id): _room(event, room, address) for room in whole.rooms.values()},
        tracks={str(topic.id): Track(name=topic.title) for topic in whole.topics.values()},
        people={str(key): _person(event, whole.people[key], address) for key in sorted(named)},
        sessions=[_session(event, session, address, tag) for session in whole.sessions],
    )


def _room(event: "Event", room: "RoomRow", address: str) -> Room:
    return Room(name=_marked(event, room), capacity=room.capacity, guid=rules.made_guid(f"{address}#room-{room.id}"))


def _person(event: "Event", speaker: "PersonRow", address: str) -> Person:
    url = f"{address}speakers/{speaker.slug}"
    return Person(
        name=_marked(event, speaker),
        biography=speaker.biography,
        guid=rules.made_guid(url),
        number=speaker.id,
        url=url,
    )


def _marked(event: "Event", row: "RoomRow | PersonRow") -> LocalizedText:
    """The name of a room or person; a made-up one says so, unless the whole event is made up."""
    if not row.placeholder or event.placeholder:
        return row.name
    marked = {}
    for tag, name in row.name.items():
        with language.speaking(tag):
            marked[tag] = f"{name} {_('(placeholder)')}"
    return LocalizedText(marked)


def _session(event: "Event", session: "SessionRow", address: str, tag: str) -> Session:
    return Session(
        guid=rules.guid(session.uid),
        title=session.title,
        told_in=tag,
        abstract=session.abstract,
        kind=session.kind,
        room=str(session.room_id) if session.room_id is not None else None,
        track=str(session.topic_id) if session.topic_id is not None else None,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        language=session.language,
        credits=tuple(Credit(str(speaker_id), role) for speaker_id, role in session.parts),
        sequence=session.sequence,
        is_cancelled=session.cancelled_at is not None,
        slug=session.slug,
        number=session.id,
        url=f"{address}sessions/{session.slug}",
        note=_("The time is still to be confirmed.") if programme.is_time_made_up(session, event) else "",
    )
