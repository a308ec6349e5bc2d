"""Schedules as XML, as c3voc, frab and pretalx write them (https://c3voc.de/schedule/schema.xsd), and Pentabarf before.

Pentabarf's files (FOSDEM up to the 2010s) have neither dates nor identifiers, and no element around the events of a
room. The schema has no place for sequence, roles and biographies.
"""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, indent, tostring  # only writes; see `parse`
from xml.parsers import expat

from eventapp.errors import Refused
from eventapp.formats import schedule as schedules
from eventapp.formats.schedule import GENERATOR, Schedule, Session, visible
from eventapp.formats.schedule_reading import Draft, DraftPerson, DraftSession, too_large

MOST_ELEMENTS = 500_000
"""Twenty times those of the largest schedule that we know of; each takes memory."""

MOST_HOURS = 99
"""The schema gives the hours of a length two digits."""


def write(schedule: Schedule) -> str:
    """The schedule as XML. Sessions without a time are left out: the format has no place for them."""
    root = Element("schedule")
    SubElement(root, "generator", name=GENERATOR)
    _add(root, "url", f"{schedule.url}programme.xml?lang={schedule.language}")
    _add(root, "version", schedule.version)
    days = schedules.days(schedule)
    conference = SubElement(root, "conference")
    _add(conference, "title", schedule.pick(schedule.title).value)
    _add(conference, "acronym", schedule.acronym)
    if days:
        _add(conference, "start", days[0].day.isoformat())
        _add(conference, "end", days[-1].day.isoformat())
    _add(conference, "days", str(len(days)))
    _add(conference, "timeslot_duration", "00:05")
    _add(conference, "base_url", schedule.url)
    _add(conference, "url", f"{schedule.url}programme")
    _add(conference, "time_zone_name", schedule.zone)
    SubElement(conference, "color", primary=schedule.colour)
    for number, track in enumerate(schedule.tracks.values(), 1):
        SubElement(conference, "track", name=schedule.pick(track.name).value, slug=f"topic-{number}")
    guids = {schedule.pick(room.name).value: room.guid for room in schedule.rooms.values()}
    for day in days:
        below = SubElement(
            root,
            "day",
            index=str(day.index),
            date=day.day.isoformat(),
            start=day.starts_at.isoformat(),
            end=day.ends_at.isoformat(),
        )
        for name, sessions in day.rooms.items():
            room = SubElement(below, "room", name=name)
            if name in guids:
                room.set("guid", guids[name])
            for session in sessions:
                _add_session(room, schedule, session, name)
    indent(root, space=" ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + visible(tostring(root, encoding="unicode")) + "\n"


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text


def _add_session(parent: Element, schedule: Schedule, session: Session, room: str) -> None:
    event = SubElement(parent, "event", id=str(session.number), guid=session.guid)
    starts_at = schedules.starting(session, schedule.zone)
    _add(event, "room", room)
    _add(event, "title", schedules.title(schedule, session))
    _add(event, "subtitle", "")
    _add(event, "type", session.kind.value if session.kind else "other")
    _add(event, "date", starts_at.isoformat())
    _add(event, "start", f"{starts_at:%H:%M}")
    _add(event, "duration", schedules.duration(session, most_hours=MOST_HOURS))
    _add(event, "abstract", schedule.pick(session.abstract).value)
    _add(event, "slug", schedules.slug(schedule, session))
    _add(event, "track", schedule.pick(schedule.tracks[session.track].name).value if session.track is not None else "")
    _add(event, "language", session.language or "")
    _add(event, "description", session.note)
    _add(event, "url", session.url)
    persons = SubElement(event, "persons")
    for credit in session.credits:
        person = schedule.people[credit.person]
        below = SubElement(persons, "person", id=str(person.number), guid=person.guid)
        below.text = schedule.pick(person.name).value


def parse(content: bytes, encoding: str | None = None) -> Element:
    """The root of an XML file.

    Raises Refused: "schedule_unsafe" when the file declares entities of its own, which can make a small file
    enormous or read other files (https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing),
    "schedule_broken" when it is not well-formed, "schedule_too_large" when it has too many elements.
    """
    builder = TreeBuilder()
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_ELEMENTS:
            raise too_large()
        builder.start(tag, attributes)

    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entity
    parser.ExternalEntityRefHandler = _refuse_entity
    try:
        parser.Parse(content, True)
        return builder.close()
    except expat.ExpatError as error:
        raise Refused("schedule_broken", line=error.lineno) from error
    except (LookupError, ValueError) as error:  # an encoding that does not exist, or more bytes for a sign than one
        raise Refused("schedule_broken", line=1) from error


def _refuse_entity(*_facts: object) -> int:
    raise Refused("schedule_unsafe")


def is_schedule(root: Element) -> bool:
    """Whether this XML has the shape of the format."""
    return root.tag == "schedule"


def read(root: Element) -> Draft:
    """What stands in the file."""
    conference = root.find("conference")
    conference = conference if conference is not None else Element("conference")
    generator = root.find("generator")
    draft = Draft(
        title=_text(conference, "title"),
        acronym=_text(conference, "acronym"),
        zone=_text(conference, "time_zone_name"),
        day_change=_text(conference, "day_change"),
        is_ours=generator is not None and generator.get("name") == GENERATOR,
    )
    if draft.is_ours:
        draft.language = parse_qs(urlsplit(_text(root, "url")).query).get("lang", [""])[0]
    draft.tracks = [
        (track.get("name") or track.text or "").strip()
        for track in (*conference.findall("track"), *root.findall("tracks/track"))
    ]
    people = {
        person.get("id", ""): DraftPerson(name=_text(person, "name"), biography=_biography(person))
        for person in root.findall("persons/person")
    }
    draft.people = list(people.values())
    for day in root.findall("day"):
        for event, room in _events(day):
            draft.sessions.append(_read_session(event, day.get("date", ""), room, draft, people))
    return draft


def _events(day: Element) -> Iterator[tuple[Element, str]]:
    """The events of a day, each with the name of the element around it if that is a room."""
    for below in day:
        if below.tag == "event":
            yield below, ""
        elif below.tag == "room":
            for event in below.findall("event"):
                yield event, below.get("name", "")


def _read_session(event: Element, day: str, room: str, draft: Draft, people: dict[str, DraftPerson]) -> DraftSession:
    slug = _text(event, "slug")
    return DraftSession(
        guid=event.get("guid", "").strip(),
        number=event.get("id", "").strip(),
        title=_text(event, "title"),
        subtitle=_text(event, "subtitle"),
        abstract=_text(event, "abstract"),
        description=_text(event, "description"),
        day=day,
        date=_text(event, "date"),
        start=_text(event, "start"),
        duration=_text(event, "duration"),
        language=_text(event, "language"),
        kinds=[_text(event, "type")],
        room=_text(event, "room") or room,
        track=_text(event, "track"),
        people=[_read_person(person, people) for person in event.findall("persons/person")],
        slug=slug.removeprefix(f"{draft.acronym}-").lstrip("_") if draft.is_ours else "",
    )


def _read_person(person: Element, people: dict[str, DraftPerson]) -> DraftPerson:
    """A person of a session; a file may tell more about them in a list of all people."""
    name = (person.text or "").strip() or _text(person, "name")
    known = people.get(person.get("id", ""))
    if known is not None and name in ("", known.name):
        return known
    return DraftPerson(name=name, biography=_biography(person))


def _biography(person: Element) -> str:
    return _text(person, "biography") or _text(person, "extended_biography")


def _text(parent: Element, tag: str) -> str:
    return (parent.findtext(tag) or "").strip()
