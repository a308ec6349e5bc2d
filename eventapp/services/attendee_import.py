"""Taking a list of attendees into an event: all of it in one transaction, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from eventapp import clock, config, language, queries
from eventapp.db import Base, db, transactional
from eventapp.errors import Refused
from eventapp.formats.attendee_list import Entry
from eventapp.models.attendee_import import ColumnMapping
from eventapp.models.event import Event
from eventapp.models.question import Answer, Consent
from eventapp.models.registration import Attendee, Registration
from eventapp.models.ticket import Serial, Ticket
from eventapp.models.version import raise_counters
from eventapp.queries.attendee_import import DONE, Imported
from eventapp.rules import attendee_import as rules
from eventapp.rules import links, names, questions
from eventapp.rules import ticket as ticket_rules
from eventapp.rules.attendee_import import Field
from eventapp.rules.vocabulary import (
    AttendeeStatus,
    Channel,
    ConsentAnswer,
    ConsentPurpose,
    ConsentWay,
    DeliveryKind,
    Question,
)
from eventapp.services import attendee_plan, audit, delivery, stored_file, ticket, waiting_list
from eventapp.services.attendee_plan import NEW, Fate, Party, Plan, Row

__all__ = ["Fate", "Plan", "import_attendees", "keep_upload", "preview", "set_columns"]


def preview(
    event_id: int, entries: Sequence[Entry], *, take: Collection[int] = (), leave: Collection[int] = ()
) -> Plan:
    """What an import would do now. Changes nothing, and waits for nobody."""
    return attendee_plan.plan(queries.event.get(event_id), entries, take=take, leave=leave)


@transactional
def keep_upload(event_id: int, content: bytes, *, account_id: int | None = None) -> str:
    """Keeps a list between its preview and its import; returns its SHA-256. Raises NotFound."""
    queries.event.lock(event_id)
    return stored_file.keep_upload(event_id, content, queries.stored_file.ATTENDEES, account_id=account_id)


@transactional
def set_columns(event_id: int, columns: Mapping[str, str], *, account_id: int | None = None) -> None:
    """Remembers what columns hold: folded heading to field. What is known of other headings stays. Raises NotFound."""
    queries.event.lock(event_id)
    row = db.session.get(ColumnMapping, (event_id, rules.SUBJECT))
    if row is None:
        row = ColumnMapping(event_id=event_id, subject=rules.SUBJECT, columns={})
        db.session.add(row)
    row.columns = {**row.columns, **columns}
    row.updated_at = clock.now()
    audit.record("attendee.columns", f"event:{event_id}", event_id=event_id, account_id=account_id)


@transactional
def import_attendees(
    event_id: int,
    entries: Sequence[Entry],
    *,
    take: Collection[int] = (),
    leave: Collection[int] = (),
    expected: str | None = None,
    form_id: str | None = None,
    file: str | None = None,
    send_mail: bool = False,
    account_id: int | None = None,
    dry_run: bool = False,
) -> Plan:
    """Registers the people of a list who are not there yet; nobody who is there is changed. Twice adds nobody twice.

    Windows and the size of parties are for guests; seats are given as to them: rows beyond the free ones wait. ``take``
    and ``leave`` are lines of possible duplicates about which somebody decided. ``expected`` is the fingerprint of the
    plan that somebody has looked at, before they decided; a ``form_id`` imports once; ``file`` is the upload, which is
    then dropped. ``send_mail`` tells them: by mail, or by telephone.

    Raises NotFound, or Refused with ``list_changed`` or ``list_is_full``.
    """
    event = queries.event.lock(event_id)
    waiting_list.settle_due(event_id)
    plan = attendee_plan.plan(event, entries, take=take, leave=leave)
    if audit.find_made(DONE, form_id, event_id=event_id) is not None:
        return plan
    if expected is not None and attendee_plan.plan(event, entries).fingerprint != expected:
        raise Refused("list_changed")
    if plan.problems:
        raise Refused("list_is_full", count=len(plan.problems))
    if dry_run:
        return plan
    mailed = _apply(event, plan, account_id, send_mail=send_mail)
    counted = {fate.value: plan.count(fate) for fate in (Fate.SEATED, Fate.WAITING, Fate.THERE, Fate.LEFT_OUT)}
    audit.record(
        DONE,
        f"event:{event_id}",
        event_id=event_id,
        account_id=account_id,
        form_id=form_id,
        rows=[row.digest for row in plan.rows if row.fate in NEW],
        **vars(Imported(**counted, mailed=mailed)),
    )
    db.session.flush()
    if file is not None:
        stored_file.drop_unused(file)
    _mark_as_news(event_id)
    return plan


def _apply(event: Event, plan: Plan, account_id: int | None, *, send_mail: bool) -> int:
    """Writes what is new, a statement for each table; returns how many messages were queued."""
    now = clock.now()
    parties = [party for party in plan.parties if party.newcomers]
    _open_registrations(event, parties, account_id, now)
    places = _next_places([party.registration_id for party in parties if party.registration_id is not None])
    serials = iter(ticket.draw_serials(event.id, sum(len(party.newcomers) for party in parties)))
    made: dict[str, Row] = {}
    people: list[dict[str, Any]] = []
    for party in parties:
        for place, row in enumerate(party.newcomers, start=places.get(party.registration_id or 0, 0)):
            serial = next(serials)
            made[serial] = row
            people.append(_attendee(event, plan, party, row, place, serial, now))
    newest = db.session.scalar(select(func.max(Attendee.id))) or 0
    _insert(Attendee, people)
    # Asked for afterwards: returning ids in the order of the rows would cost SQLite a statement for each.
    rows = db.session.execute(
        select(Attendee.serial, Attendee.id).where(Attendee.event_id == event.id, Attendee.id > newest)
    )
    ids = {serial: row_id for serial, row_id in rows if serial in made}
    _insert(Serial, [{"event_id": event.id, "value": serial, "attendee_id": ids[serial]} for serial in made])
    seated = [serial for serial, row in made.items() if row.fate is Fate.SEATED]
    _insert(Ticket, [_ticket(event, serial, ids[serial], now) for serial in seated])
    _insert(Answer, [one for serial, row in made.items() for one in _answers(event, row.entry, ids[serial])])
    consents = [_consents(event, row.entry, ids[serial], account_id, now) for serial, row in made.items()]
    _insert(Consent, [one for some in consents for one in some])
    return _tell(parties) if send_mail else 0


def _insert(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(table), list(rows))


def _mark_as_news(event_id: int) -> None:
    """Lets phones at the door hear of the new people, as rows do by themselves that are written one by one. The last
    thing before the commit; see `models.version`."""
    version = raise_counters(db.session(), event_id)
    for table in (Attendee, Serial):
        db.session.execute(
            update(table).where(table.event_id == event_id, table.version == 0).values(version=version),
            execution_options={"synchronize_session": False},
        )


def _open_registrations(event: Event, parties: Sequence[Party], account_id: int | None, now: datetime) -> None:
    opened = [
        {
            "event_id": event.id,
            "form_id": party.form_id,
            "language": party.newcomers[0].entry.get(Field.LANGUAGE) or event.languages[0],
            "email": attendee_plan.contact(party, Field.EMAIL),
            "phone": attendee_plan.contact(party, Field.PHONE),
            "channel": Channel.IMPORT,
            "group_name": party.newcomers[0].entry.get(Field.GROUP),
            "created_at": now,
            "created_by_id": account_id,
            "link_generation": 1,
        }
        for party in parties
        if party.registration_id is None
    ]
    _insert(Registration, opened)
    by_form = {form_id: row_id for form_id, row_id in queries.attendee_import.list_forms(event.id).items() if row_id}
    table: Any = Registration.__table__
    if opened:
        db.session.connection().execute(
            update(table).where(table.c.id == bindparam("row_id")).values(link_hash=bindparam("digest")),
            [
                {"row_id": row_id, "digest": _digest_of_link(row_id)}
                for row_id in (by_form[row["form_id"]] for row in opened)
            ],
        )
    for party in parties:
        party.registration_id = party.registration_id or by_form[party.form_id]


def _digest_of_link(registration_id: int) -> str:
    secret_key = config.current().secret_key
    return links.digest(links.personal_secret(secret_key, links.Purpose.REGISTRATION, registration_id, 1))


def _next_places(registration_ids: Sequence[int]) -> dict[int, int]:
    """The first free place on each registration that has people."""
    rows = db.session.execute(
        select(Attendee.registration_id, func.max(Attendee.position) + 1)
        .where(Attendee.registration_id.in_(registration_ids))
        .group_by(Attendee.registration_id)
    )
    return {row[0]: row[1] for row in rows}


_STATUS = {Fate.SEATED: AttendeeStatus.CONFIRMED, Fate.WAITING: AttendeeStatus.WAITLISTED}
_ANSWERED = (*(Field(question.value) for question in Question), Field.GUARDIAN_NAME, Field.GUARDIAN_PHONE)


def _attendee(
    event: Event, plan: Plan, party: Party, row: Row, place: int, serial: str, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "registration_id": party.registration_id,
        "position": place,
        "ticket_type_id": attendee_plan.type_of(plan, row.entry),
        "status": _STATUS[row.fate],
        "status_at": now,
        "serial": serial,
        "version": 0,
        "is_personality": attendee_plan.type_of(plan, row.entry) in plan.awaited,
        "name": row.entry.name,
        "name_key": names.search_key(row.entry.name),
        **{wanted.value: row.entry.get(wanted) for wanted in _ANSWERED},
        "languages": row.entry.get(Field.LANGUAGES) or [],
    }


def _ticket(event: Event, serial: str, attendee_id: int, now: datetime) -> dict[str, Any]:
    code = ticket_rules.make_code(event.door_key, serial, ticket_rules.new_tail())
    return {"event_id": event.id, "attendee_id": attendee_id, "code": code, "issued_at": now}


def _answers(event: Event, entry: Entry, attendee_id: int) -> list[dict[str, Any]]:
    return [
        {"attendee_id": attendee_id, "question_id": question_id, "event_id": event.id, "value": value}
        for question_id, value in entry.answers.items()
    ]


def _consents(
    event: Event, entry: Entry, attendee_id: int, account_id: int | None, now: datetime
) -> list[dict[str, Any]]:
    """A list is paper: whoever brings it says what people agreed to."""
    photo, contact = entry.get(Field.PHOTO_CONSENT), entry.get(Field.CONTACT_CONSENT)
    said: list[tuple[ConsentPurpose, ConsentAnswer, Question]] = []
    if photo is not None:
        said.append((ConsentPurpose.PHOTOGRAPHS, ConsentAnswer(photo), Question.PHOTO_CONSENT))
    if contact is not None:
        answer = ConsentAnswer.YES if contact else ConsentAnswer.NO
        said.append((ConsentPurpose.CONTACT, answer, Question.CONTACT_CONSENT))
    tongue = entry.get(Field.LANGUAGE) or event.languages[0]
    with language.speaking(tongue):
        return [
            {
                "event_id": event.id,
                "attendee_id": attendee_id,
                "purpose": purpose,
                "answer": answer,
                "wording": language.gettext(questions.LABELS[question]),
                "language": tongue,
                "way": ConsentWay.PAPER,
                "account_id": account_id,
                "given_at": now,
            }
            for purpose, answer, question in said
        ]


def _tell(parties: Sequence[Party]) -> int:
    """Tells each party that can be reached what became of it: by mail, by SMS, or by somebody of the team."""
    told = []
    for party in parties:
        is_seated = any(row.fate is Fate.SEATED for row in party.newcomers)
        kind = DeliveryKind.CONFIRMATION if is_seated else DeliveryKind.WAITING_LIST
        if party.registration_id is not None:
            told.append((party.registration_id, kind))
    return delivery.queue_new(told)
