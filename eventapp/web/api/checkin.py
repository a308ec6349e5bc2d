"""What phones at the door talk to: one request brings scans and fetches what changed. See docs/checkin.md."""

import re
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta

from eventapp import clock, config, queries, services
from eventapp.errors import Refused
from eventapp.language import gettext as _
from eventapp.queries.account import PairedPhone
from eventapp.queries.door_list import Changes, Cursor, Entered, Listed
from eventapp.rules import checkin as rules
from eventapp.rules import refusals, ticket, walk_in
from eventapp.rules.registration import Places
from eventapp.rules.vocabulary import AttendeeStatus, PhotoConsent
from eventapp.services.checkin import MAX_SCANS
from eventapp.services.scan_book import Answer
from eventapp.services.window import MAX_WORDS
from eventapp.web import auth, problems, scan_json
from eventapp.web.api import place, window

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.notice import Notice
    from eventapp.models.registration import TicketType

bp = Blueprint("checkin", __name__, url_prefix="/checkin")

GONE = (AttendeeStatus.CANCELLED, AttendeeStatus.REJECTED)
"""Who is on the list as a serial alone."""

Word = Annotated[str, Meta(max_length=60)]
Said = bool | int | float | Annotated[str, Meta(max_length=200)] | None


class SyncBody(msgspec.Struct, kw_only=True):
    """What a phone brings: its clock, how far it has come, its scans, and how it is."""

    device_time: scan_json.Instant | None = None
    epoch: Word | None = None
    cursor: Word | Annotated[int, Meta(ge=0)] | None = None
    scans: list[msgspec.Raw] = []
    windows: list[msgspec.Raw] = []
    codes: scan_json.Count | None = None
    """How many codes it holds for people who register at the door; None: it wants none."""
    health: Annotated[dict[Word, Said], Meta(max_length=40)] | None = None
    leaving: bool = False
    """Whether the phone ends here: this is all that it still had, and it wants nothing more."""


_sync = msgspec.json.Decoder(SyncBody)
_encoder = msgspec.json.Encoder()


@bp.post("/scan")
def scan() -> Response:
    """Takes one scan and answers it."""
    phone = auth.phone()
    if phone is None:
        return _unknown_phone()
    try:
        new = scan_json.new_scan(scan_json.read(scan_json.SCAN, scan_json.mended(request.get_data())))
    except scan_json.BadBody as bad:
        return _bad_request(bad)
    (answer,) = services.checkin.record_scans(phone, [new])
    if isinstance(answer, Refused):
        status = 409 if answer.code == "scan_id_taken" else 400
        return _bad_request(scan_json.BadBody(answer.field or "", refusals.sentence(answer)), status, code=answer.code)
    return _json(_result(new.id, answer))


@bp.post("/sync")
def sync() -> Response:
    """Takes scans, answers each by itself, and gives what changed since the phone's cursor."""
    phone = auth.phone()
    if phone is None:
        return _unknown_phone()
    now = clock.now()
    try:
        body = scan_json.read(_sync, scan_json.mended(request.get_data()))
        cursor = _cursor(body.cursor)
    except scan_json.BadBody as bad:
        return _bad_request(bad)
    if len(body.scans) > MAX_SCANS:
        detail = _("Please send at most %(max)s entries at once.", max=MAX_SCANS)
        return _bad_request(scan_json.BadBody("scans", detail), 413)
    if len(body.windows) > MAX_WORDS:
        detail = _("Please send at most %(max)s changes of opening times at once.", max=MAX_WORDS)
        return _bad_request(scan_json.BadBody("windows", detail), 413)
    told: dict[str, Any] = {"server_time": now}
    if body.windows and not phone.waits:
        told["windows"] = _take_windows(phone, body.windows)
        phone = queries.account.renewed(phone)  # the scans that come with them are judged by them
    told["results"] = _take(phone, body.scans, _health(body, now))
    if body.leaving:
        return _left(told)
    if phone.waits:
        return _json({**told, "waits": True, "phone": {"name": phone.name}})
    if phone.is_revoked:
        return _json({**told, "revoked": True})
    news = _news(phone, body.epoch, cursor, now)
    if body.codes is not None and body.codes < walk_in.FEW:
        news["codes"] = services.walk_in.reserve(phone.device_id)
    return _json({**told, **news})


def _take_windows(phone: PairedPhone, raws: list[msgspec.Raw]) -> list[dict[str, Any]]:
    """One result for each change of a window, in their order; one that cannot be read is named and stops no other."""
    results: list[dict[str, Any]] = [{} for _raw in raws]
    readable, problems = window.parted(raws)
    for problem in problems:
        error = {"field": problem.field, "detail": problem.detail}
        results[problem.index] = {"id": problem.id, "index": problem.index, "error": error}
    answers = services.window.record(phone, list(readable.values()))
    for (index, new), answer in zip(readable.items(), answers, strict=True):
        results[index] = (
            _refused(new.id, answer) if isinstance(answer, Refused) else {"id": new.id, "changed_at": answer}
        )
    return results


def _left(told: dict[str, Any]) -> Response:
    """Signs a phone out that has delivered all it had. If this answer is lost, the next request is answered alike."""
    services.device.sign_out(auth.phone_token())
    response = _json({**told, "revoked": True})
    auth.forget(response, "phone")
    return response


def _take(phone: PairedPhone, raws: list[msgspec.Raw], health: dict[str, Any] | None) -> list[dict[str, Any]]:
    """One result for each scan, in their order; one that cannot be read is named and stops no other."""
    results: list[dict[str, Any]] = [{} for _raw in raws]
    readable, problems = scan_json.parted(raws)
    for problem in problems:
        error = {"field": problem.field, "detail": problem.detail}
        results[problem.index] = {"id": problem.id, "index": problem.index, "error": error}
    answers = services.checkin.record_scans(phone, list(readable.values()), health=health)
    for (index, new), answer in zip(readable.items(), answers, strict=True):
        results[index] = _result(new.id, answer)
    return results


def _result(scan_id: str, answer: Answer | Refused) -> dict[str, Any]:
    if isinstance(answer, Refused):
        return _refused(scan_id, answer)
    return {"id": scan_id, "verdict": answer.verdict, "conflict": answer.conflict}


def _refused(sent_id: str, answer: Refused) -> dict[str, Any]:
    error = {"field": answer.field, "code": answer.code, "detail": refusals.sentence(answer)}
    return {"id": sent_id, "error": error}


def _cursor(sent: str | int | None) -> Cursor | None:
    if sent is None:
        return None
    read = re.fullmatch(r"([0-9]{1,18})(?::([0-9A-Z]{5}))?", str(sent))
    if read is None:
        raise scan_json.BadBody("cursor", _("This cursor is none of ours."))
    return Cursor(int(read[1]), read[2])


def _health(body: SyncBody, now: datetime) -> dict[str, Any] | None:
    if body.health is None:
        return None
    if body.device_time is None:
        return body.health
    return {**body.health, "clock_ahead_ms": round((body.device_time - now).total_seconds() * 1000)}


def _news(phone: PairedPhone, epoch: str | None, cursor: Cursor | None, now: datetime) -> dict[str, Any]:
    desk = queries.door_page.get_desk(phone.device_id)
    current = queries.door_list.epoch(desk.event)
    since = cursor if epoch == current else None
    changes = queries.door_list.list_changes(phone.event_id, since)
    house = queries.walk_in.get_house(desk.event)
    notices = queries.notice.list_changed(phone.event_id, since, changes, now)
    checkpoints = queries.checkpoint.list_of_event(phone.event_id)
    expected = [one.attendee_id for one in changes.people if one.status is AttendeeStatus.CONFIRMED]
    lines = queries.paper_list.list_places(phone.event_id, expected)
    return {
        "changes": {
            **_changes(phone.event_id, changes, lines),
            "notices": [_notice(notice, now) for notice in notices],
        },
        "checkpoint_ids": [checkpoint.id for checkpoint in checkpoints],
        "epoch": current,
        "cursor": str(changes.cursor),
        "more": changes.more,
        "phone": {
            "id": desk.device.id,
            "name": desk.device.name,
            "checkpoint": desk.device.checkpoint_id,
            "room": {"id": desk.room.id, "name": desk.room.name} if desk.room is not None else None,
            "door": desk.device.door,
            "direction": desk.device.direction,
            "hand_in": services.hand_in.key(desk.device.id),
        },
        "walk_in_type": house.ticket_type_id,
        "places": _places(house.places),
        "counts": [_counts(counts) for counts in queries.head_count.list_counts(phone.event_id, checkpoints, now)],
    }


def _places(places: Places | None) -> dict[str, int | None] | None:
    return None if places is None else {"capacity": places.capacity, "taken": places.taken}


def _counts(counts: queries.head_count.Counts) -> dict[str, int]:
    return {"checkpoint": counts.checkpoint_id, **{k: v for k, v in asdict(counts).items() if k != "checkpoint_id"}}


def _changes(event_id: int, changes: Changes, lines: dict[int, tuple[int, int]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "whole": changes.is_whole,
        "checkpoints": place.checkpoints(event_id, changes.checkpoints),
        "types": [_type(ticket_type) for ticket_type in changes.types],
        "attendees": [_attendee(listed, lines) for listed in changes.people],
        "admissions": [_admission(entered) for entered in changes.admissions],
    }
    if changes.event is not None:
        found["event"] = _event(changes.event)
    if changes.event is not None and changes.is_whole:
        found["total"] = queries.door_list.count_serials(changes.event.id)
    return found


def _event(event: "Event") -> dict[str, Any]:
    return {
        "slug": event.slug,
        "title": event.title,
        "languages": event.languages,
        "is_demo": event.is_demo,
        "timezone": event.timezone,
        "door_key": event.door_key.hex(),
        "unlisted_admission": event.unlisted_admission,
        "full_house": event.full_house,
        "ticket_link": ticket.link(config.current().public_url, ""),
        "forget_at": rules.forget_at(event.ends_at or event.starts_at),
    }


def _type(ticket_type: "TicketType") -> dict[str, Any]:
    return {"id": ticket_type.id, "name": ticket_type.name, "colour": ticket_type.colour}


def _attendee(listed: Listed, lines: dict[int, tuple[int, int]]) -> dict[str, Any]:
    """One serial: with a name only where somebody may still come with it; no address, no whole number, no answers."""
    if listed.status is None:
        return {"serial": listed.serial, "status": "revoked"}
    if listed.status in GONE:
        return {"serial": listed.serial, "status": listed.status, "since": listed.since}
    found = {
        "serial": listed.serial,
        "status": listed.status,
        "id": listed.attendee_id,
        "type": listed.ticket_type_id,
        "party": listed.party,
        "name": listed.name,
    }
    if listed.organization:
        found["organization"] = listed.organization
    if listed.town:
        found["town"] = listed.town
    if listed.digits:
        found["digits"] = listed.digits
    if listed.photo is PhotoConsent.NO:
        found["photo"] = False
    if listed.session_ids:
        found["sessions"] = list(listed.session_ids)
    if listed.companions:
        found["companions"] = listed.companions
    if listed.note:
        found["note"] = listed.note
    if listed.is_personality:
        found["personality"] = True
        found |= {
            name: said for name, said in (("title", listed.courtesy_title), ("function", listed.function)) if said
        }
    if listed.attendee_id in lines:
        found["line"] = "{}/{}".format(*lines[listed.attendee_id])
    return found


def _notice(notice: "Notice", now: datetime) -> dict[str, Any]:
    if notice.ends_at is not None and notice.ends_at <= now:
        return {"id": notice.id, "ended": True}
    return {"id": notice.id, "text": notice.text, "starts_at": notice.starts_at, "ends_at": notice.ends_at}


def _admission(entered: Entered) -> dict[str, Any]:
    found = {
        "attendee": entered.attendee_id,
        "checkpoint": entered.checkpoint_id,
        "entered_at": entered.entered_at,
        "last_at": entered.last_at,
        "door": entered.door,
        "inside": entered.is_inside,
    }
    return {**found, "companions": entered.companions} if entered.companions else found


def _json(body: dict[str, Any]) -> Response:
    return Response(_encoder.encode(body), mimetype="application/json")


def _unknown_phone() -> Response:
    return problems.problem(401, problems.titles()[401], _("This phone is not prepared, or its token is unknown."))


def _bad_request(bad: scan_json.BadBody, status: int = 400, *, code: str | None = None) -> Response:
    errors = [{"field": bad.field, "detail": bad.detail}]
    return problems.problem(status, problems.titles()[status], bad.detail, code=code, errors=errors)
