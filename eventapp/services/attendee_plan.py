"""What an import of attendees would do with each row, before anything is done."""

import hashlib
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from eventapp import config, queries
from eventapp.errors import Refused
from eventapp.formats.attendee_list import Entry, Problem
from eventapp.models.event import Event
from eventapp.queries.attendee_import import FORM_PREFIX, Registered
from eventapp.rules import names
from eventapp.rules.attendee_import import Field
from eventapp.rules.seats import Seats


class Fate(StrEnum):
    """What becomes of a row."""

    SEATED = "seated"
    WAITING = "waiting"
    THERE = "there"
    """Registered already, by an earlier import or otherwise."""
    LEFT_OUT = "left_out"
    """A possible duplicate that was not wanted."""
    FULL = "full"
    """There is no seat and no waiting list."""


NEW = (Fate.SEATED, Fate.WAITING, Fate.FULL)


@dataclass(frozen=True)
class Double:
    """A new row that may be somebody who is there: in an earlier row (``line``) or registered."""

    line: int
    name: str
    other_name: str
    other_line: int | None
    registration_id: int | None
    is_close: bool
    """Whether e-mail address or phone are the same too: then the row is left out unless somebody says otherwise."""


@dataclass
class Row:
    """A row of the list and what becomes of it."""

    entry: Entry
    digest: str
    key: str
    fate: Fate = Fate.SEATED


@dataclass
class Party:
    """Rows that are one registration, in order."""

    form_id: str
    registration_id: int | None = None
    """The registration that an earlier import made of this group; its new people join it."""
    rows: list[Row] = field(default_factory=list)

    @property
    def newcomers(self) -> list[Row]:
        return [row for row in self.rows if row.fate in NEW]


@dataclass
class Plan:
    """What an import would do."""

    parties: list[Party]
    doubles: list[Double]
    types: Sequence[int]
    """The ids of the ticket types of the event; the first is for whoever names none."""
    awaited: Collection[int] = ()
    """Those whose people the protocol desk waits for."""

    @property
    def rows(self) -> list[Row]:
        return [row for party in self.parties for row in party.rows]

    def count(self, *fates: Fate) -> int:
        """How many rows have one of these fates."""
        return sum(1 for row in self.rows if row.fate in fates)

    @property
    def problems(self) -> list[Problem]:
        """Rows for which there is no seat."""
        return [Problem(row.entry.line, "", Refused("list_full")) for row in self.rows if row.fate is Fate.FULL]

    @property
    def reachable(self) -> int:
        """How many new registrations have an e-mail address."""
        return sum(1 for party in self.parties if party.newcomers and contact(party, Field.EMAIL))

    @property
    def by_telephone(self) -> int:
        """How many new registrations have a phone and no e-mail address."""
        return sum(
            1
            for party in self.parties
            if party.newcomers and contact(party, Field.PHONE) and not contact(party, Field.EMAIL)
        )

    @property
    def unheard(self) -> int:
        """How many rows of groups name another e-mail address or phone than their group's, which is not kept."""
        return sum(
            1
            for party in self.parties
            for row in party.newcomers
            if any(row.entry.get(one) not in (None, contact(party, one)) for one in (Field.EMAIL, Field.PHONE))
        )

    @property
    def fingerprint(self) -> str:
        """The same while the import would do the same."""
        told = [(row.entry.line, row.digest, row.fate) for row in self.rows]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def contact(party: Party, wanted: Field) -> str | None:
    """The e-mail address or phone of a party: the first that one of its new people has."""
    return next((row.entry.get(wanted) for row in party.newcomers if row.entry.get(wanted)), None)


def plan(event: Event, entries: Iterable[Entry], *, take: Collection[int] = (), leave: Collection[int] = ()) -> Plan:
    """What would become of each row now. Under `queries.event.lock` exact, else a look.

    ``take`` and ``leave`` are lines of possible duplicates about which somebody decided.
    """
    types = queries.registration.list_ticket_types(event.id)
    awaited = {row.id for row in types if row.is_for_personalities}
    made = Plan(_parties(event, entries), [], [row.id for row in types], awaited)
    registered = queries.attendee_import.list_registered(event.id)
    _find_registrations(made, queries.attendee_import.list_forms(event.id))
    _find_there(made, registered, queries.attendee_import.list_taken_in(event.id))
    _find_doubles(made, registered, frozenset(take), frozenset(leave))
    _give_seats(made, queries.seats.load(event), has_waiting_list=event.waiting_list)
    return made


def _parties(event: Event, entries: Iterable[Entry]) -> list[Party]:
    parties: dict[str, Party] = {}
    seen: Counter[str] = Counter()
    for entry in entries:
        number, group = entry.get(Field.REGISTRATION), entry.get(Field.GROUP)
        contacts = [entry.get(Field.EMAIL), entry.get(Field.PHONE)]
        told = [names.clean(entry.name), *contacts, number, names.fold(group or "")]
        seen[repr(told)] += 1
        digest = _digest(event, [*told, seen[repr(told)]])
        if number:
            party = _digest(event, ["registration", number])
        else:
            party = _digest(event, ["group", names.fold(group)]) if group else digest
        key = names.person_key(names.search_key(entry.name))
        parties.setdefault(party, Party(f"{FORM_PREFIX}{party}")).rows.append(Row(entry, digest, key))
    return list(parties.values())


def _digest(event: Event, told: object) -> str:
    """Tells a row from another without saying what stands in it."""
    text = json.dumps([event.id, told], ensure_ascii=False).encode()
    return hmac.new(config.current().secret_key.encode(), text, "sha256").hexdigest()[:24]


def _find_registrations(made: Plan, forms: Mapping[str, int | None]) -> None:
    for party in made.parties:
        while party.form_id in forms and forms[party.form_id] is None:  # erased: its people are nobody's any longer
            party.form_id += "+"
        party.registration_id = forms.get(party.form_id)


def _find_there(made: Plan, registered: Sequence[Registered], taken_in: Collection[str]) -> None:
    free: dict[str, list[Registered]] = defaultdict(list)
    for one in registered:
        free[one.key].append(one)
    for party in made.parties:
        for row in party.rows:
            match = next((one for one in free[row.key] if _is_there(row.entry, one, party.form_id)), None)
            if match is not None:
                free[row.key].remove(match)
            if match is not None or row.digest in taken_in:
                row.fate = Fate.THERE


def _is_there(entry: Entry, one: Registered, form_id: str) -> bool:
    """Whether this is the person of a row, given that the names are the same."""
    group = entry.get(Field.GROUP)
    return (
        one.form_id == form_id
        or str(one.registration_id) == entry.get(Field.REGISTRATION)
        or (one.email is not None and one.email == entry.get(Field.EMAIL))
        or (one.phone is not None and one.phone == entry.get(Field.PHONE))
        or bool(group and one.group_name and names.fold(group) == names.fold(one.group_name))
    )


def _find_doubles(made: Plan, registered: Sequence[Registered], take: Collection[int], leave: Collection[int]) -> None:
    there: dict[str, Registered] = {}
    for one in registered:
        there.setdefault(one.key, one)
    earlier: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(made.rows, key=lambda row: row.entry.line):
        if row.fate in NEW and row.key:
            double = _double(row, earlier[row.key], there.get(row.key))
            if double is not None:
                made.doubles.append(double)
                is_left = row.entry.line in leave or (double.is_close and row.entry.line not in take)
                row.fate = Fate.LEFT_OUT if is_left else row.fate
        earlier[row.key].append(row)


def _double(row: Row, earlier: Sequence[Row], registered: Registered | None) -> Double | None:
    entry = row.entry
    close = next((one for one in earlier if _share_contact(entry, one.entry)), None)
    first = close or next(iter(earlier), None)
    if first is not None:
        name, line = first.entry.name, first.entry.line
        return Double(entry.line, entry.name, name, line, None, close is not None)
    if registered is not None:
        return Double(entry.line, entry.name, registered.name, None, registered.registration_id, is_close=False)
    return None


def _share_contact(one: Entry, other: Entry) -> bool:
    return any(one.get(sign) and one.get(sign) == other.get(sign) for sign in (Field.EMAIL, Field.PHONE))


def _give_seats(made: Plan, seats: Seats, *, has_waiting_list: bool) -> None:
    """Whole parties in the order of the list get seats, or wait, like people who register."""
    for party in made.parties:
        people = Counter(type_of(made, row.entry) for row in party.newcomers)
        if seats.fits(people):
            for type_id, number in people.items():
                seats.take(type_id, number)
        else:
            for row in party.newcomers:
                row.fate = Fate.WAITING if has_waiting_list else Fate.FULL


def type_of(made: Plan, entry: Entry) -> int:
    """The ticket type of a row."""
    named: int | None = entry.get(Field.TICKET_TYPE)
    return named if named is not None else made.types[0]
