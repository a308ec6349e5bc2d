"""Door lists and attendance sheets, page by page: names as they are when paper is made, numbers as they ever were."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from datetime import datetime
from itertools import groupby
from typing import Any

from eventapp import language, queries
from eventapp.errors import Refused
from eventapp.formats import occasion, paper_list_pdf
from eventapp.formats.paper_list_pdf import AttendanceSheets, DoorList, Heading, Line
from eventapp.language import gettext as _
from eventapp.language import local, speaking
from eventapp.models.event import Event
from eventapp.queries import paper_list
from eventapp.rules import paper_list as rules
from eventapp.rules import ticket
from eventapp.rules.vocabulary import AttendeeStatus, HostRole, Initials
from eventapp.services.print_run import Claim

STEP = 10
"""Pages that are loaded and drawn at once; then it is said how far it is."""

AT_ONCE = 3
"""Half-days that one sheet has room to sign for."""

INITIALS = {Initials.A_TO_F: "A – F", Initials.G_TO_M: "G – M", Initials.N_TO_S: "N – S", Initials.T_TO_Z: "T – Z …"}

Contexts = Callable[[], AbstractContextManager[Any]]
Tell = Callable[[int, int], None]


def make_door_list(context: Contexts, claim: Claim, tell: Tell) -> bytes:
    """The door list of a run. Raises Refused with ``print_nobody``."""
    with context():
        heading = _heading(claim)
        numbers = [number for number, _sheet in queries.paper_list.list_numbers(claim.event_id, claim.options)]
    if not numbers:
        raise Refused("print_nobody")
    size = paper_list_pdf.DOOR_ROWS
    tell(0, len(numbers))
    with closing(DoorList(heading, len(numbers))) as pages:
        for first in range(0, len(numbers), size * STEP):
            lines = [line for _row, line in _load(context, claim, numbers[first : first + size * STEP])]
            for start in range(0, len(lines), size):
                pages.add(lines[start : start + size])
            tell(min(first + size * STEP, len(numbers)), len(numbers))
        return pages.content()


def make_sheets(context: Contexts, claim: Claim, tell: Tell) -> bytes:
    """The attendance sheets of a run: all of them for each day. Raises Refused with ``print_nobody``."""
    with context():
        heading = _heading(claim)
        found = queries.paper_list.list_numbers(claim.event_id, claim.options)
        days = _days(claim)
        parts = queries.paper_list.list_parts(claim.options["list_id"])
    if not found:
        raise Refused("print_nobody")
    numbers, count = [number for number, _sheet in found], len({sheet for _number, sheet in found}) * len(days)
    total, last = len(numbers), max(part.last_sheet for part in parts)
    size = rules.LINES * STEP
    tell(0, total)
    with closing(AttendanceSheets(heading, count)) as sheets:
        for round_, (day, signed) in enumerate(days):
            for sheet, lines in _by_sheet(context, claim, numbers, size, tell, round_, len(days)):
                sheets.add(lines, sheet=sheet, sheets=last, day=day, signed=signed)
        tell(total, total)
        return sheets.content()


def _by_sheet(
    context: Contexts, claim: Claim, numbers: list[int], size: int, tell: Tell, done: int, rounds: int
) -> Iterator[tuple[int, list[tuple[int, Line]]]]:
    """Sheet by sheet, each whole: the last one of a step is kept until the next brings what it lacks."""
    kept: list[tuple[Any, Line]] = []
    for first in range(0, len(numbers), size):
        kept += _load(context, claim, numbers[first : first + size])
        groups = [(sheet, list(group)) for sheet, group in groupby(kept, key=lambda one: one[0].sheet)]
        kept = groups.pop()[1] if first + size < len(numbers) else []
        for sheet, group in groups:
            yield sheet, [(row.line, line) for row, line in group]
        tell((done * len(numbers) + min(first + size, len(numbers))) // rounds, len(numbers))


def _load(context: Contexts, claim: Claim, numbers: Sequence[int]) -> list[tuple[Any, Line]]:
    with context(), speaking(claim.language):
        event = queries.event.get(claim.event_id)
        found = queries.paper_list.list_lines(claim.options["list_id"], numbers)
        return [(one.row, _line(event, one)) for one in found]


def _line(event: Event, one: paper_list.Line) -> Line:
    person = one.attendee
    if person.erased_at is not None:
        return Line(one.row.number, "", gone=_("(erased)"))
    gone = ""
    if person.status in (AttendeeStatus.CANCELLED, AttendeeStatus.REJECTED):
        gone = _("cancelled")
    elif person.status is not AttendeeStatus.CONFIRMED:
        gone = _("no place")
    return Line(
        number=one.row.number,
        name=person.name,
        category=occasion.pick(event, one.ticket_type.name),
        organization=person.organization or person.region or "",
        function=person.function or "",
        code="" if gone else ticket.spoken(person.serial + ticket.check_signs(event.door_key, person.serial)),
        gone=gone,
    )


def _heading(claim: Claim) -> Heading:
    event = queries.event.get(claim.event_id)
    paper = queries.paper_list.get(claim.event_id, claim.options["list_id"])
    hosts = queries.event.list_organizations(claim.event_id)
    with speaking(claim.language):
        made = language.moment(local(claim.asked_at, event.timezone))
        return Heading(
            language=claim.language,
            title=occasion.pick(event, event.title),
            when=occasion.when(event),
            where=occasion.place(event),
            hosts=", ".join(occasion.pick(event, host.name) for host in hosts if host.role is HostRole.ORGANIZER),
            accent=event.accent,
            version=paper.version,
            part=_part(claim, event),
            made=_("As of %(when)s. Numbers never change; enter them afterwards as they stand.", when=made),
            made_at=claim.asked_at,
            demo=occasion.demo_notice(event),
        )


def _part(claim: Claim, event: Event) -> str:
    """Which part of the list this is."""
    parts = []
    options = claim.options
    if options.get("supplement"):
        parts.append(_("Supplement %(number)s", number=options["supplement"]))
    if options.get("ticket_type_id") is not None:
        types = queries.registration.list_ticket_types(claim.event_id)
        parts += [occasion.pick(event, one.name) for one in types if one.id == options["ticket_type_id"]]
    if options.get("initials"):
        parts.append(INITIALS[Initials(options["initials"])])
    return " · ".join(parts)


def _days(claim: Claim) -> list[tuple[str, list[str]]]:
    """For each set of sheets the day, and a heading for each half-day to sign for."""
    event = queries.event.get(claim.event_id)
    venue = queries.checkpoint.find_venue(claim.event_id)
    starts = queries.checkpoint.place_of(venue).periods if venue is not None else ()
    found: list[tuple[str, list[str]]] = []
    with speaking(claim.language):
        for day in rules.half_days(starts, event.starts_at, event.ends_at, event.timezone):
            clocks = [local(at, event.timezone) for at in day]
            for first in range(0, len(clocks), AT_ONCE):
                signed = [_signature(at, has_time=event.time_is_known) for at in clocks[first : first + AT_ONCE]]
                found.append((language.day(clocks[0]), signed))
        return found or [("", [_("Signature")])]


def _signature(at: datetime, *, has_time: bool) -> str:
    part = _("morning") if at.time() < rules.NOON else _("afternoon")
    words = _("Signature, %(part)s", part=part)
    return f"{words} ({language.time(at)})" if has_time else words
