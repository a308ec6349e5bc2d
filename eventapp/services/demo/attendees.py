"""The attendees of the demo forum, written in bulk so that a hundred thousand of them take seconds."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from eventapp import clock, config, queries
from eventapp.db import db
from eventapp.models.event import Event
from eventapp.models.registration import Attendee, Registration, TicketType
from eventapp.models.ticket import Serial, Ticket
from eventapp.models.version import raise_counters
from eventapp.rules import links, names
from eventapp.rules import ticket as rules
from eventapp.rules.vocabulary import AgeBand, AttendeeStatus, Channel, OrganizationType, PhotoConsent, Sex
from eventapp.services.demo.people import NAMES, ORGANIZATIONS, PHONES, REGIONS

PLACES_LEFT = 19
CHUNK = 5_000
FORM_PREFIX = "demo:attendee:"

ASSISTED = (13, 22, 31)
"""Who was registered by staff, without phone and e-mail."""
SHARED_PHONE = (3, 4, 5)
"""Who shares one phone."""
MINORS = {8: AgeBand.UNDER_15, 29: AgeBand.FROM_15_TO_17}


def top_up(event: Event, wanted: int) -> int:
    """Brings the forum to this many demo attendees, all confirmed; returns how many were added.

    Sets the capacity to 19 more than there are, when any were added: nothing is ever taken away.
    """
    queries.event.lock(event.id)
    have = count(event.id)
    if have >= wanted:
        return 0
    ticket_type_id = db.session.scalars(
        select(TicketType.id).where(TicketType.event_id == event.id).order_by(TicketType.position, TicketType.id)
    ).first()
    serials = _fresh_serials(event.id, wanted - have)
    now = clock.now()
    people = (_person(number, now) for number in range(have, wanted))
    written = 0
    while chunk := list(islice(people, CHUNK)):
        written += _write(event, ticket_type_id, chunk, serials, now)
    db.session.flush()
    others = queries.seats.count_taken(event.id) - wanted
    event.capacity = wanted + others + PLACES_LEFT
    db.session.flush()
    version = raise_counters(db.session(), event.id, public=True)
    for table in (Attendee, Serial):
        db.session.execute(
            update(table).where(table.event_id == event.id, table.version == 0).values(version=version),
            execution_options={"synchronize_session": False},
        )
    return written


def count(event_id: int) -> int:
    """How many of the event's registrations the demo made."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Registration)
            .where(Registration.event_id == event_id, Registration.form_id.startswith(FORM_PREFIX))
        )
        or 0
    )


def _fresh_serials(event_id: int, wanted: int) -> Iterator[str]:
    used = set(db.session.scalars(select(Serial.value).where(Serial.event_id == event_id)))
    fresh: set[str] = set()
    while len(fresh) < wanted:
        serial = rules.new_serial()
        if serial not in used:
            fresh.add(serial)
    return iter(fresh)


def _person(number: int, now: datetime) -> dict[str, Any]:
    """The facts of one made-up attendee, the same for the same number whenever it is asked."""
    dice = random.Random(223_000 + number)  # noqa: S311  invents people, guards nothing
    if number < len(NAMES):
        name = NAMES[number]
    else:
        given = dice.choice(NAMES).rsplit(" ", 1)[0]
        name = f"{given} {dice.choice(NAMES).rsplit(' ', 1)[-1]}"
    is_assisted = number in ASSISTED
    minor = MINORS.get(number)
    bands = (
        AgeBand.FROM_18_TO_24,
        AgeBand.FROM_18_TO_24,
        AgeBand.FROM_25_TO_35,
        AgeBand.FROM_25_TO_35,
        AgeBand.FROM_36_TO_59,
    )
    # The elderly are so few that the report must hide them.
    age_band = minor or (AgeBand.FROM_60 if number in (17, 40) else bands[number % len(bands)])
    phone = None if is_assisted or number % 3 == 2 else PHONES[dice.randrange(len(PHONES))]
    return {
        "number": number,
        "name": name,
        "name_key": names.search_key(name),
        "email": None if is_assisted or number % 2 else f"demo.{number + 1:02d}@example.org",
        "phone": PHONES[0] if number in SHARED_PHONE else phone,
        "channel": Channel.ASSISTED if is_assisted else Channel.ONLINE,
        "language": "en" if number % 5 == 4 else "fr",
        "created_at": now - timedelta(hours=1 + number % 480, minutes=dice.randrange(60)),
        "sex": Sex.MALE if number % 9 in (0, 3, 5, 7) else Sex.FEMALE,
        "age_band": age_band,
        "region": REGIONS[0] if number % 2 else dice.choice(REGIONS),
        "organization": dice.choice(ORGANIZATIONS) if number % 3 == 0 else None,
        "organization_type": dice.choice(list(OrganizationType)) if number % 3 == 0 else None,
        "photo_consent": PhotoConsent.NO if number % 10 == 6 else PhotoConsent.YES,
        "guardian_name": "Responsable (exemple)" if minor else None,
        "guardian_phone": PHONES[1] if minor else None,
    }


ANSWERS = (
    "name",
    "name_key",
    "sex",
    "age_band",
    "region",
    "organization",
    "organization_type",
    "photo_consent",
    "guardian_name",
    "guardian_phone",
)


def _write(
    event: Event, ticket_type_id: int | None, people: list[dict[str, Any]], serials: Iterator[str], now: datetime
) -> int:
    """Writes a chunk of people, a statement per table; returns how many."""
    registration_ids = _write_registrations(event, people)
    drawn = dict(zip(registration_ids, islice(serials, len(people)), strict=True))
    db.session.execute(
        insert(Attendee),
        [
            {
                "event_id": event.id,
                "registration_id": registration_id,
                "ticket_type_id": ticket_type_id,
                "position": 0,
                "status": AttendeeStatus.CONFIRMED,
                "status_at": person["created_at"],
                "serial": drawn[registration_id],
                "version": 0,
                "placeholder": True,
                **{name: person[name] for name in ANSWERS},
            }
            for person, registration_id in zip(people, registration_ids, strict=True)
        ],
    )
    attendees = db.session.execute(
        select(Attendee.id, Attendee.serial).where(
            Attendee.event_id == event.id, Attendee.registration_id >= min(registration_ids)
        )
    ).all()
    db.session.execute(
        insert(Serial),
        [
            {"event_id": event.id, "value": serial, "attendee_id": attendee_id, "version": 0}
            for attendee_id, serial in attendees
        ],
    )
    db.session.execute(
        insert(Ticket),
        [
            {
                "event_id": event.id,
                "attendee_id": attendee_id,
                "code": rules.make_code(event.door_key, serial, rules.new_tail()),
                "issued_at": now,
            }
            for attendee_id, serial in attendees
        ],
    )
    return len(attendees)


def _write_registrations(event: Event, people: list[dict[str, Any]]) -> list[int]:
    """Writes the registrations of a chunk and returns their ids, in the order of the people."""
    form_ids = [f"{FORM_PREFIX}{person['number'] + 1}" for person in people]
    newest = db.session.scalar(select(func.max(Registration.id))) or 0
    db.session.execute(
        insert(Registration),
        [
            {
                "event_id": event.id,
                "form_id": form_id,
                "link_generation": 1,
                "placeholder": True,
                **{key: person[key] for key in ("language", "email", "phone", "channel", "created_at")},
            }
            for form_id, person in zip(form_ids, people, strict=True)
        ],
    )
    # Asked for afterwards: returning ids in the order of the rows would cost SQLite a statement for each.
    rows = db.session.execute(
        select(Registration.form_id, Registration.id).where(Registration.event_id == event.id, Registration.id > newest)
    )
    found = dict(rows.all())
    ids = [found[form_id] for form_id in form_ids]
    key = config.current().secret_key
    table = Registration.__table__
    db.session.connection().execute(
        update(Registration).where(table.c.id == bindparam("row_id")).values(link_hash=bindparam("digest")),
        [
            {
                "row_id": row_id,
                "digest": links.digest(links.personal_secret(key, links.Purpose.REGISTRATION, row_id, 1)),
            }
            for row_id in ids
        ],
    )
    return ids
