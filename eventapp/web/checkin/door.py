"""The entrance: one focused box for a code, the answer in large words, the next person at once.

Works without script: a USB or Bluetooth reader types the code and Enter. Each answer has an address, made of the scan's
id, which the form brings along: sent twice, or loaded again, it is one scan.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import gettext as _
from eventapp.queries.account import PairedPhone
from eventapp.queries.checkin import Answered, Desk
from eventapp.rules import access, refusals, ticket
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import ScanKind, ScanMethod, Verdict
from eventapp.services.checkin import NewScan
from eventapp.web import auth, reader

bp = Blueprint("door", __name__)

MAX_INPUT = 2_000


@dataclass(frozen=True)
class Words:
    """An answer as people at the door read it: two words from two metres, and what to do next."""

    title: str
    next_step: str = ""


@bp.get("/")
def show() -> str | tuple[str, int]:
    """The entrance of this phone, with the answer to its last scan; without a phone, the choice of an event."""
    phone = auth.phone()
    if phone is None:
        return _choose_event()
    return _page(phone, request.args.get("scan"))


def _choose_event() -> str:
    account = auth.account()
    events = [
        event
        for event, role in queries.event.list_for_account(account.account_id, is_admin=account.is_admin)
        if access.may(role, access.Right.CHECK_IN, is_admin=account.is_admin)
    ]
    return render_template("checkin/event_list.html", events=events)


def _page(
    phone: PairedPhone, scan_id: str | None, *, problem: str | None = None, typed: str = "", status: int = 200
) -> str | tuple[str, int]:
    desk = queries.checkin.get_desk(phone.device_id)
    reader.prefer(desk.event.languages)
    if phone.is_revoked:
        return render_template("checkin/door_ended.html", event=desk.event, desk=desk), 403
    answered = _answered(phone, scan_id)
    last = queries.checkin.list_last(phone.device_id)
    (counts,) = queries.checkin.list_counts(phone.event_id, [desk.checkpoint], clock.now())
    return (
        render_template(
            "checkin/door_show.html",
            event=desk.event,
            desk=desk,
            scan_id=str(uuid.uuid4()),
            problem=problem,
            typed=typed,
            answered=answered,
            words=words(answered, desk) if answered else None,
            last=[(item, words(item, desk)) for item in last if answered is None or item.scan.id != answered.scan.id],
            tones=rules.TONES,
            counts=counts,
        ),
        status,
    )


def _answered(phone: PairedPhone, scan_id: str | None) -> Answered | None:
    try:
        return queries.checkin.get_answered(phone.device_id, scan_id) if scan_id else None
    except NotFound:
        return None  # an old address: the entrance is what matters


@bp.post("/start")
def start() -> BaseResponse:
    """A staff member begins to check people in on this browser. Raises NotAllowed without the right."""
    event = queries.event.get_by_slug(request.form.get("event", ""))
    token = services.device.open_for_account(auth.account().account_id, event.id)
    response = redirect(url_for(".show"), 303)
    auth.remember(response, "phone", token, auth.PHONE_DAYS)
    return response


@bp.post("/scan")
def scan() -> BaseResponse | str | tuple[str, int]:
    """Takes a code as it was typed, pasted or read, and leads to its answer."""
    phone = _phone()
    typed = request.form.get("code", "").strip()[:MAX_INPUT]
    if not typed:
        return _page(phone, None, problem=refusals.sentence(Refused("code_missing")), status=422)
    desk = _desk(phone)
    return _record(
        phone,
        NewScan(
            id=_scan_id(),
            input=typed,
            kind=rules.kind_at(desk.checkpoint.kind, desk.device.direction),
            method=_method(typed),
            scanned_at=clock.now(),
        ),
        typed,
    )


def _method(typed: str) -> ScanMethod:
    """A link or a whole code came from a reader; a short one was typed from what somebody showed or said."""
    signs = re.sub(r"[\s-]", "", typed)
    return ScanMethod.READER if "/" in typed or len(signs) >= ticket.LENGTH else ScanMethod.TYPED


@bp.post("/scans/<scan_id>/let-in")
def let_in(scan_id: str) -> BaseResponse | str | tuple[str, int]:
    """Lets somebody in against an answer, with a reason; an organizer sees it."""
    phone = _phone()
    refused = queries.checkin.get_answered(phone.device_id, scan_id).scan
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _page(phone, scan_id, problem=_("Please say in a few words why."), status=422)
    return _record(
        phone,
        NewScan(
            id=_scan_id(),
            input=refused.input,
            kind=ScanKind.LET_IN,
            method=refused.method,
            scanned_at=clock.now(),
            target_id=refused.id,
            reason=reason,
        ),
    )


@bp.post("/scans/<scan_id>/undo")
def undo(scan_id: str) -> BaseResponse | str | tuple[str, int]:
    """Takes an own scan back."""
    phone = _phone()
    target = queries.checkin.get_answered(phone.device_id, scan_id).scan
    answer = _record(
        phone,
        NewScan(
            id=_scan_id(),
            input=target.input,
            kind=ScanKind.UNDO,
            method=target.method,
            scanned_at=clock.now(),
            target_id=target.id,
        ),
    )
    return answer if not isinstance(answer, BaseResponse) else redirect(url_for(".show", scan=target.id), 303)


def _phone() -> PairedPhone:
    phone = auth.phone()
    if phone is None:
        raise NotFound("phone")
    return phone


def _scan_id() -> str:
    """The id that the form brought along, so that a form sent twice is one scan."""
    try:
        return str(uuid.UUID(request.form.get("id", "")))
    except ValueError:
        return str(uuid.uuid4())


def _record(phone: PairedPhone, new: NewScan, typed: str = "") -> BaseResponse | str | tuple[str, int]:
    (answer,) = services.checkin.record_scans(phone, [new])
    if isinstance(answer, Refused):
        return _page(phone, None, problem=refusals.sentence(answer), typed=typed, status=409)
    return redirect(url_for(".show", scan=new.id), 303)


@bp.route("/leave", methods=["GET", "POST"])
def leave() -> BaseResponse | str:
    """Ends the work of this phone: asks first, since preparing it again needs the organizer."""
    phone = _phone()
    if request.method != "POST":
        return render_template("checkin/door_leave.html", desk=(desk := _desk(phone)), event=desk.event)
    services.device.sign_out(request.cookies.get(auth.cookie_name("phone"), ""))
    response = redirect(url_for("public.event.home"), 303)
    auth.forget(response, "phone")
    return response


def _desk(phone: PairedPhone) -> Desk:
    return queries.checkin.get_desk(phone.device_id)


def words(answered: Answered, desk: Desk) -> Words:
    """The answer to a scan in the reader's language."""
    scan = answered.scan
    if answered.is_undone:
        return Words(_("Taken back"), _("This entry does not count any more."))
    if scan.kind is ScanKind.LET_IN:
        return Words(_("Let in"), _("Against the answer; the organizer sees it."))
    return _verdict_words(answered, desk)[scan.verdict or Verdict.UNKNOWN]


def _verdict_words(answered: Answered, desk: Desk) -> dict[Verdict, Words]:
    zone = desk.event.timezone
    return {
        Verdict.ADMITTED: Words(_("Welcome")),
        Verdict.ADMITTED_UNLISTED: Words(_("Welcome"), _("The ticket is genuine, but not on the list yet.")),
        Verdict.BACK_AGAIN: Words(_("Welcome back")),
        Verdict.LEFT: Words(_("Goodbye")),
        Verdict.ALREADY_ADMITTED: Words(_("Already in"), _already(answered, zone)),
        Verdict.NOT_INSIDE: Words(_("Was not inside"), _("Noted. Nothing is taken off the count.")),
        Verdict.NOT_CONFIRMED: Words(
            _("No place yet"),
            _("On the waiting list or not confirmed. Go to the help desk, or let in if there is room."),
        ),
        Verdict.WRONG_CHECKPOINT: Words(
            _("Another entrance"), _("This ticket does not open this entrance. Help desk.")
        ),
        Verdict.TOO_EARLY: Words(
            _("Too early"),
            _("Opens on %(when)s.", when=_moment(desk.checkpoint.opens_at, zone)) if desk.checkpoint.opens_at else "",
        ),
        Verdict.TOO_LATE: Words(_("Too late"), _("This entrance is closed. Help desk, or let in anyway.")),
        Verdict.CANCELLED: Words(_("Cancelled"), _cancelled(answered, zone)),
        Verdict.REVOKED: Words(_("Old ticket"), _("A newer ticket exists: ask for that one, or go to the help desk.")),
        Verdict.WRONG_EVENT: Words(_("Another event"), _("This ticket is for another event. Go to the help desk.")),
        Verdict.UNKNOWN: Words(
            _("Unknown"), _("This is no ticket of this event. Read it again, or go to the help desk.")
        ),
        Verdict.MISTYPED: Words(_("Read it again"), _("A sign is wrong or missing: eight signs, such as K7QM-2XVD.")),
    }


def _cancelled(answered: Answered, zone: str) -> str:
    if answered.attendee is None:
        return _("Go to the help desk.")
    day = language.short_day(language.local(answered.attendee.status_at, zone))
    return _("The place was given back or cancelled on %(day)s. Go to the help desk.", day=day)


def _already(answered: Answered, zone: str) -> str:
    before = queries.checkin.find_entry_before(answered.scan)
    if before is None:
        return _("Go to the help desk.")
    when = language.time(language.local(before.corrected_at, zone))
    where = before.door or _("this entrance")
    return _("At %(time)s, %(door)s. Choose another person, or go to the help desk.", time=when, door=where)


def _moment(when: datetime, zone: str) -> str:
    return language.short_moment(language.local(when, zone))
