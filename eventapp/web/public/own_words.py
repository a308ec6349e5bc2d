"""All that is stored about a registration: in words for its people, and as JSON to take along."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from eventapp.language import N_, LocalizedText, local, moment
from eventapp.language import gettext as _
from eventapp.queries.own_data import Person, Stored
from eventapp.rules import custom_question, phones, questions
from eventapp.rules import ticket as ticket_rules
from eventapp.rules.vocabulary import (
    AttendeeStatus,
    ConsentAnswer,
    ConsentPurpose,
    ConsentWay,
    DeliveryState,
    Question,
    ScanKind,
    SessionSeatStatus,
)

_WORDS: Mapping[StrEnum, str] = {
    AttendeeStatus.INVITED: N_("Invited"),
    AttendeeStatus.PENDING: N_("To be decided"),
    AttendeeStatus.CONFIRMED: N_("Confirmed"),
    AttendeeStatus.WAITLISTED: N_("On the waiting list"),
    AttendeeStatus.OFFERED: N_("Offered a place"),
    AttendeeStatus.CANCELLED: N_("Place given back"),
    AttendeeStatus.REJECTED: N_("Turned down"),
}
_PURPOSES: Mapping[ConsentPurpose, str] = {
    ConsentPurpose.PHOTOGRAPHS: N_("Photographs"),
    ConsentPurpose.CONTACT: N_("Messages after the event"),
    ConsentPurpose.GUARDIAN: N_("Consent of the guardian"),
}
_ANSWERS: Mapping[ConsentAnswer, str] = {
    ConsentAnswer.YES: N_("Yes"),
    ConsentAnswer.NO: N_("No"),
    ConsentAnswer.ON_SITE: N_("I decide at the event"),
}
_WAYS: Mapping[ConsentWay, str] = {
    ConsentWay.ONLINE: N_("online"),
    ConsentWay.PAPER: N_("on paper"),
    ConsentWay.SPOKEN: N_("spoken"),
}
_STATES: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: N_("Waiting"),
    DeliveryState.SENT: N_("Sent"),
    DeliveryState.FAILED: N_("Given up"),
    DeliveryState.BOUNCED: N_("Refused"),
    DeliveryState.DROPPED: N_("Not needed any more"),
}
_SCANS: Mapping[ScanKind, str] = {
    ScanKind.ENTRY: N_("Came in"),
    ScanKind.EXIT: N_("Went out"),
    ScanKind.LET_IN: N_("Let in by the team"),
    ScanKind.UNDO: N_("Taken back"),
    ScanKind.WALK_IN: N_("Registered on the spot"),
    ScanKind.GIVEN: N_("Received something"),
    ScanKind.GIVEN_BACK: N_("Gave something back"),
}
_SEATS: Mapping[SessionSeatStatus, str] = {
    SessionSeatStatus.CONFIRMED: N_("Has a seat"),
    SessionSeatStatus.WAITLISTED: N_("On the waiting list"),
    SessionSeatStatus.CANCELLED: N_("Given back"),
}


@dataclass(frozen=True)
class Agreed:
    """A consent in words. ``withdraws`` is its purpose if it counts now and was given."""

    what: str
    answer: str
    how: str
    wording: str
    withdraws: str | None


@dataclass(frozen=True)
class Told:
    """One person in words: pairs of what is known and what it is."""

    attendee_id: int
    name: str
    is_erased: bool
    facts: Sequence[tuple[str, str]] = ()
    consents: Sequence[Agreed] = ()


@dataclass(frozen=True)
class Words:
    """A registration in words."""

    people: Sequence[Told]
    messages: Sequence[tuple[str, str]]
    sessions: Sequence[str]
    created: str
    invitation: str = ""
    group_name: str = field(default="")


def in_words(stored: Stored) -> Words:
    """All that is stored, in the reader's language, with times on the event's clocks."""
    event = stored.event
    zone = event.timezone
    invitation = stored.invitation
    return Words(
        people=[_told(person, zone, event.languages) for person in stored.people],
        messages=[
            (_moment(one.created_at, zone), ", ".join(part for part in (_(_STATES[one.state]), one.address) if part))
            for one in stored.messages
        ],
        sessions=[_text(one.title, event.languages) for one in stored.sessions],
        created=_moment(stored.registration.created_at, zone),
        invitation=", ".join(
            part
            for part in (invitation.courtesy_title, invitation.name, invitation.function, invitation.organization)
            if part
        )
        if invitation
        else "",
        group_name=stored.registration.group_name or "",
    )


def _told(person: Person, zone: str, languages: Sequence[str]) -> Told:
    attendee = person.attendee
    facts = [
        (_("Status"), f"{_(_WORDS[attendee.status])} ({_moment(attendee.status_at, zone)})"),
        (_("Category"), _text(attendee.ticket_type.name, languages)),
    ]
    facts += [(_("Entry code"), ticket_rules.spoken(one.code)) for one in person.tickets if one.revoked_at is None]
    facts += [(label, words) for label, words in _answers(person) if words]
    if attendee.guardian_name:
        phone = phones.masked(attendee.guardian_phone) if attendee.guardian_phone else ""
        facts.append((_("Guardian"), ", ".join(part for part in (attendee.guardian_name, phone) if part)))
    if attendee.companions:
        facts.append((_("Companions who are expected"), str(attendee.companions)))
    if attendee.is_personality:
        facts.append((_("Protocol desk"), _("Hears of the arrival")))
    if attendee.door_note:
        facts.append((_("Note for the entrance"), attendee.door_note))
    for scan, checkpoint in person.scans:
        with_them = f"+ {scan.companions}" if scan.companions else ""
        where = ", ".join(part for part in (_text(checkpoint.name, languages), scan.door, with_them) if part)
        facts.append((_(_SCANS[scan.kind]), f"{_moment(scan.corrected_at, zone)}, {where}"))
    for seat, session in person.seats:
        facts.append((_text(session.title, languages), _(_SEATS[seat.status])))
    seen: set[ConsentPurpose] = set()
    consents = []
    for one in person.consents:
        counts = one.purpose not in seen
        seen.add(one.purpose)
        consents.append(
            Agreed(
                what=_(_PURPOSES[one.purpose]),
                answer=_(_ANSWERS[one.answer]),
                how=f"{_moment(one.given_at, zone)}, {_(_WAYS[one.way])}",
                wording=one.wording,
                withdraws=one.purpose.value if counts and one.answer is not ConsentAnswer.NO else None,
            )
        )
    return Told(attendee.id, attendee.name, attendee.erased_at is not None, facts, consents)


def _answers(person: Person) -> list[tuple[str, str]]:
    attendee = person.attendee
    return [
        *((_(label), questions.in_words(name, getattr(attendee, name))) for name, label in questions.LABELS.items()),
        *((str(asked.label), custom_question.in_words(asked, value)) for asked, value in person.answers),
    ]


def _moment(at: datetime, zone: str) -> str:
    return moment(local(at, zone))


def _text(value: LocalizedText, languages: Sequence[str]) -> str:
    return value.pick(languages).value


def as_json(stored: Stored) -> dict[str, Any]:
    """The same for programs: texts as they were typed, times in UTC (ISO 8601)."""
    registration, invitation = stored.registration, stored.invitation
    return {
        "event": {"title": dict(stored.event.title), "address": stored.event.slug},
        "registration": {
            "created_at": registration.created_at.isoformat(),
            "language": registration.language,
            "email": registration.email,
            "phone": registration.phone,
            "group_name": registration.group_name,
            "channel": registration.channel,
            "reconfirmed_at": _iso(registration.reconfirmed_at),
            "unsubscribed_at": _iso(registration.unsubscribed_at),
        },
        "people": [_person(person) for person in stored.people],
        "messages": [
            {
                "kind": one.kind,
                "channel": one.channel,
                "address": one.address,
                "language": one.language,
                "state": one.state,
                "created_at": one.created_at.isoformat(),
                "sent_at": _iso(one.sent_at),
            }
            for one in stored.messages
        ],
        "sessions": [dict(one.title) for one in stored.sessions],
        "invitation": {
            name: getattr(invitation, name)
            for name in (
                "courtesy_title",
                "name",
                "function",
                "organization",
                "email",
                "phone",
                "representative",
                "note",
            )
        }
        if invitation
        else None,
    }


def _person(person: Person) -> dict[str, Any]:
    attendee = person.attendee
    return {
        "name": attendee.name,
        "status": attendee.status,
        "status_at": attendee.status_at.isoformat(),
        "category": dict(attendee.ticket_type.name),
        **{question.value: getattr(attendee, question.value) for question in Question},
        "guardian_name": attendee.guardian_name,
        "guardian_phone": attendee.guardian_phone,
        "companions": attendee.companions,
        "is_personality": attendee.is_personality,
        "door_note": attendee.door_note,
        "erased_at": _iso(attendee.erased_at),
        "answers": [{"question": dict(asked.label), "answer": value} for asked, value in person.answers],
        "consents": [
            {
                "purpose": one.purpose,
                "answer": one.answer,
                "wording": one.wording,
                "language": one.language,
                "way": one.way,
                "given_at": one.given_at.isoformat(),
            }
            for one in person.consents
        ],
        "tickets": [
            {"code": one.code, "issued_at": one.issued_at.isoformat(), "revoked_at": _iso(one.revoked_at)}
            for one in person.tickets
        ],
        "scans": [
            {
                "kind": scan.kind,
                "at": scan.corrected_at.isoformat(),
                "entrance": dict(checkpoint.name),
                "door": scan.door,
                "answer": scan.verdict,
                "companions": scan.companions,
            }
            for scan, checkpoint in person.scans
        ],
        "session_seats": [{"session": dict(session.title), "status": seat.status} for seat, session in person.seats],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
