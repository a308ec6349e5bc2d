"""An answer to a scan as people at the door read it: the headline, why, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from eventapp import clock, language, queries
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.queries.door_page import Answered, Desk
from eventapp.rules.vocabulary import GREEN, AttendeeStatus, ScanKind, Verdict
from eventapp.web.checkin import place_words

TITLES: dict[Verdict, str] = {
    Verdict.MISTYPED: N_("Read it again"),
    Verdict.WRONG_EVENT: N_("Another event"),
    Verdict.UNKNOWN: N_("Unknown"),
    Verdict.REVOKED: N_("Old ticket"),
    Verdict.CANCELLED: N_("Cancelled"),
    Verdict.NOT_CONFIRMED: N_("No place yet"),
    Verdict.WRONG_CHECKPOINT: N_("Another entrance"),
    Verdict.TOO_EARLY: N_("Too early"),
    Verdict.TOO_LATE: N_("Too late"),
    Verdict.ALREADY_ADMITTED: N_("Already in"),
    Verdict.NOT_INSIDE: N_("Was not inside"),
    Verdict.BACK_AGAIN: N_("Welcome back"),
    Verdict.LEFT: N_("Goodbye"),
    Verdict.ADMITTED_UNLISTED: N_("Welcome"),
    Verdict.ADMITTED: N_("Welcome"),
}
"""Two words that are read from two metres."""

STATUSES: dict[AttendeeStatus, str] = {
    AttendeeStatus.INVITED: N_("Invited, has not answered yet."),
    AttendeeStatus.PENDING: N_("Not decided yet."),
    AttendeeStatus.WAITLISTED: N_("On the waiting list."),
    AttendeeStatus.OFFERED: N_("Was offered a place, has not taken it yet."),
}


@dataclass(frozen=True)
class Words:
    """An answer as people at the door read it: the headline, why, and what to do next."""

    title: str
    why: str = ""
    next_step: str = ""


def title(answered: Answered) -> str:
    """The headline of an answer in the reader's language."""
    if answered.is_undone:
        return _("Taken back")
    if _is_by_hand(answered):
        return _("Let in all the same")
    verdict = answered.scan.verdict or Verdict.UNKNOWN
    return place_words.gift(answered.scan) or _(TITLES[verdict])


def _is_by_hand(answered: Answered) -> bool:
    """Whether somebody came in whatever the answer was: with a reason, or as a walk-in whom the rules keep out."""
    kind, verdict = answered.scan.kind, answered.scan.verdict
    return kind is ScanKind.LET_IN or (kind is ScanKind.WALK_IN and verdict not in GREEN)


def of(answered: Answered, desk: Desk) -> Words:
    """The answer to a scan in the reader's language: the headline, why, and what to do next."""
    if answered.is_undone:
        why, next_step = _("This entry does not count any more."), ""
    elif _is_by_hand(answered):
        why, next_step = _("Against the answer; the organizer sees it.") if answered.scan.conflict else "", ""
    else:
        why, next_step = _explained(answered, desk)
    return Words(title(answered), why, next_step)


def _explained(answered: Answered, desk: Desk) -> tuple[str, str]:
    """Why, and what to do next."""
    help_desk = _("To the help desk")
    match answered.scan.verdict:
        case Verdict.MISTYPED:
            why = _("A sign is wrong or missing: eight signs, such as %(code)s.", code="K7QM\u20112XVD")
            return why, _("Read the code again")
        case Verdict.WRONG_EVENT:
            return _("This ticket is for another event."), help_desk
        case Verdict.UNKNOWN:
            return _("This is no ticket of this event."), _("Read it again, or to the help desk")
        case Verdict.REVOKED:
            return _("A newer ticket exists."), _("Ask for the newer one, or to the help desk")
        case Verdict.CANCELLED:
            return _cancelled(answered, desk), help_desk
        case Verdict.NOT_CONFIRMED:
            return _not_confirmed(answered, desk), help_desk
        case Verdict.WRONG_CHECKPOINT:
            return place_words.other_door(answered, desk), help_desk
        case Verdict.TOO_EARLY:
            return _("Opens: %(when)s.", when=_when(desk.checkpoint.opens_at, desk)), _("Please wait, or let in anyway")
        case Verdict.TOO_LATE:
            return _too_late(desk), _("To the help desk, or let in anyway")
        case Verdict.ALREADY_ADMITTED:
            return _already(answered, desk), _("Another person, or to the help desk")
        case Verdict.NOT_INSIDE:
            return _("Noted. Nothing is taken off the count."), _("Ask by which entrance they came")
        case Verdict.ADMITTED_UNLISTED:
            return _("The ticket is genuine, but not on the list yet."), ""
        case _:
            return "", ""


def _cancelled(answered: Answered, desk: Desk) -> str:
    if answered.attendee is None:
        return ""
    day = language.short_day(language.local(answered.attendee.status_at, desk.event.timezone))
    return _("The place was given back or cancelled on %(day)s.", day=day)


def _not_confirmed(answered: Answered, desk: Desk) -> str:
    status = STATUSES.get(answered.attendee.status) if answered.attendee is not None else None
    free = queries.event.places(desk.event).free
    lines = [_(status) if status else "", _("Free places: %(n)s.", n=language.number(free)) if free is not None else ""]
    return " ".join(filter(None, lines))


def _too_late(desk: Desk) -> str:
    ends = queries.checkpoint.place_of(desk.checkpoint).closes_at
    return _("This entrance is closed since: %(when)s.", when=_when(ends, desk)) if ends else ""


def _already(answered: Answered, desk: Desk) -> str:
    before = queries.door_page.find_entry_before(answered.scan)
    if before is None:
        return ""
    when, where = _when(before.corrected_at, desk), before.door
    return _("At %(time)s, %(door)s.", time=when, door=where) if where else _("At %(time)s.", time=when)


def _when(at: datetime | None, desk: Desk) -> str:
    """The time of day; with the day, if that is not today."""
    if at is None:
        return "–"
    local, today = (language.local(moment, desk.event.timezone) for moment in (at, clock.now()))
    return language.time(local) if local.date() == today.date() else language.short_moment(local)
