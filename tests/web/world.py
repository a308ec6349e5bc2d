"""Two events with everything in them, and the address of every page in each: what the gates walk through."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event as sa_event
from sqlalchemy import select
from werkzeug.routing import Rule

from eventapp import queries, services
from eventapp.db import Base, db
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import HostRole, Role
from eventapp.services.programme import Part, SessionFacts
from tests import people

UNTOUCHED_BY_READING = {"sign_in", "attempt"}
"""Tables that a look may write to (when a phone or a browser was last seen)."""


@dataclass(frozen=True)
class World:
    """An event with one or more of each thing, as the values that addresses are made of."""

    slug: str
    event_id: int
    values: dict[str, Any]


def build(slug: str, owner: str, *, size: int = 1) -> World:
    """An event of an owner with ``size`` of everything in it; needs an application context."""
    staged = people.stage(slug, owner)
    event_id = staged.event_id
    rooms, topics, speakers, sessions, hosts, sections, registrations = [], [], [], [], [], [], []
    for number in range(1, size + 1):
        rooms.append(services.programme.add_room(event_id, LocalizedText(fr=f"Salle {number}")).id)
        topics.append(services.programme.add_topic(event_id, LocalizedText(fr=f"Sujet {number}")).id)
        speakers.append(people.speaker(event_id, f"Sam Sidibé {number}"))
        facts = SessionFacts(
            title=LocalizedText(fr=f"Discussion {number}"),
            topic_id=topics[-1],
            room_id=rooms[-1],
            starts_at=people.STARTS,
            ends_at=people.ENDS,
            parts=(Part(speakers[-1]),),
        )
        sessions.append(services.programme.add_session(event_id, facts).id)
        name = LocalizedText(fr=f"Organisation {number}")
        hosts.append(services.event.add_organization(event_id, HostRole.PARTNER, name).id)
        title, body = LocalizedText(fr=f"Pratique {number}"), LocalizedText(fr="Venez à l’heure.")
        sections.append(services.event.add_section(event_id, title, body).id)
        registrations.append(people.register(event_id, f"Ada Traoré {number}", email=f"ada.{number}@example.org"))
    services.release.release(event_id)
    registration = queries.registration.get(registrations[0])
    services.agenda.choose(registration.id, sessions)
    entrance = queries.checkin.list_checkpoints(event_id)[0]
    device = services.device.add(event_id, "Porte A", checkpoint_id=entrance.id)
    return World(
        slug,
        event_id,
        {
            "slug": slug,
            "session_slug": "discussion-1",
            "speaker_slug": "sam-sidibe-1",
            "room": rooms[0],
            "topic": topics[0],
            "host": hosts[0],
            "section": sections[0],
            "speaker_id": speakers[0],
            "session_id": sessions[0],
            "registration_id": registrations[0],
            "attendee_id": registration.attendees[0].id,
            "code": people.ticket_codes(registrations[0])[0],
            "registration_secret": services.registration.secret(registration),
            "agenda_secret": services.agenda.secret(registrations[0]),
            "speaker_secret": people.speaker_secret(event_id, speakers[0]),
            "device_id": device.device_id,
            "pair_secret": device.pair_secret,
        },
    )


def address(rule: Rule, world: World) -> str:
    """The address of a page in this world. Raises KeyError for a part that the world lacks: give it one."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in ("row_id",):
            return str(world.values[rule.endpoint.split(".")[1]])
        if name == "secret" and rule.rule.startswith("/a/"):
            return str(world.values["agenda_secret"])
        if name == "secret":
            return str(
                world.values[
                    {"public": "registration", "speaker": "speaker"}.get(rule.endpoint.split(".")[0], "pair")
                    + "_secret"
                ]
            )
        return str(world.values.get(name) or FIXED[name])

    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", value, rule.rule)


FIXED = {
    "digest": "0",
    "filename": "css/guest.css",
    "token": "a" * 32,
    "scan_id": "00000000-0000-4000-8000-000000000000",
}


def rules(app: Flask, method: str) -> list[Rule]:
    """Every page that answers this method, in a fixed order."""
    return sorted((r for r in app.url_map.iter_rules() if method in (r.methods or ())), key=lambda r: r.rule)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that reading must leave alone; needs an application context."""
    db.session.rollback()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in UNTOUCHED_BY_READING
    }


def staff(world: World) -> None:
    """Gives an account each role in the event: ``owner``, ``organizer`` and so on; needs an application context."""
    for role in Role:
        people.grant(role.value, world.event_id, role)


class Statements:
    """Counts the statements that an engine is sent while this is open."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.count = 0

    def __enter__(self) -> "Statements":
        with self.app.app_context():
            self.engine = db.engine
        sa_event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sa_event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, *_facts: object) -> None:
        self.count += 1
