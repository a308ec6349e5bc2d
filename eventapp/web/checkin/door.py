"""The entrance: one focused box for a code, the answer in large words, the next person at once.

Works without script: a USB or Bluetooth reader types the code and Enter. Each answer has an address, made of the scan's
id, which comes from the form and what was typed into it: sent twice, or loaded again, it is one scan.
"""

import re
import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import gettext as _
from eventapp.queries.account import PairedPhone
from eventapp.queries.door_page import Answered, Desk
from eventapp.queries.party import Member
from eventapp.rules import access, readiness, refusals, ticket
from eventapp.rules import checkin as rules
from eventapp.rules.vocabulary import GREEN, AttendeeStatus, Direction, ScanKind, ScanMethod
from eventapp.services.scan_book import NewScan
from eventapp.web import auth, reader
from eventapp.web.checkin import answer_words, place_words, scanner, walk_in

bp = Blueprint("door", __name__)

MAX_INPUT = 2_000


@bp.get("/open")
def open_() -> BaseResponse:
    """Where staff begin: the scanner of this browser, or first the choice of an event."""
    phone = auth.phone()
    has_scanner = phone is not None and (phone.waits or not phone.is_revoked)
    return redirect(url_for("checkin.scanner.show" if has_scanner else ".show"))


@bp.get("/")
def show() -> str | tuple[str, int]:
    """The entrance of this phone, with the answer to its last scan; without a phone, the choice of an event."""
    phone = auth.phone()
    if phone is None:
        return _choose_event()
    return page(phone, request.args.get("scan"))


def _choose_event() -> str:
    account = auth.account()
    events = [
        event
        for event, role in queries.event.list_for_account(account.account_id, is_admin=account.is_admin)
        if access.may(role, access.Right.CHECK_IN, is_admin=account.is_admin)
    ]
    return render_template("checkin/event_list.html", events=events)


def page(
    phone: PairedPhone, scan_id: str | None, *, problem: str | None = None, typed: str = "", status: int = 200
) -> str | tuple[str, int]:
    desk = desk_of(phone)
    reader.prefer(desk.event.languages)
    if phone.waits:
        return render_template("checkin/door_waits.html", event=desk.event, desk=desk), 403
    if phone.is_revoked:
        return render_template("checkin/door_ended.html", event=desk.event, desk=desk), 403
    answered = _answered(phone, scan_id)
    person = answered.attendee if answered else None
    last = queries.door_page.list_last(phone.device_id)
    (counts,) = queries.head_count.list_counts(phone.event_id, [desk.checkpoint], clock.now())
    return (
        render_template(
            "checkin/door_show.html",
            event=desk.event,
            desk=desk,
            scan_id=str(uuid.uuid4()),
            problem=problem,
            typed=typed,
            answered=answered,
            words=answer_words.of(answered, desk) if answered else None,
            party=_party(answered, desk) if answered else [],
            standing=queries.personality.get_standing(person.id, desk.checkpoint.id) if person else None,
            line=_line(answered),
            last=[
                (item, answer_words.title(item))
                for item in last
                if answered is None or item.scan.id != answered.scan.id
            ],
            tones=rules.TONES,
            counts=counts,
            room=place_words.room(desk),
            square=walk_in.square(answered) if answered else None,
            is_walk_in_offered=walk_in.is_offered(desk),
        ),
        status,
    )


def _answered(phone: PairedPhone, scan_id: str | None) -> Answered | None:
    try:
        return own_scan(phone, scan_id or "")
    except NotFound:
        return None  # an old address: the entrance is what matters


def _line(answered: Answered | None) -> tuple[int, int] | None:
    """Sheet and line of the attendance sheets on which somebody signs, if they stand there."""
    person = answered.attendee if answered is not None else None
    if answered is None or person is None or person.status is not AttendeeStatus.CONFIRMED:
        return None
    return queries.paper_list.list_places(answered.scan.event_id, [person.id]).get(person.id)


def own_scan(phone: PairedPhone, scan_id: str) -> Answered:
    """A scan of this phone. Raises NotFound for another phone's, and for what is no id."""
    found = _read_id(scan_id)
    if found is None:
        raise NotFound("scan")
    return queries.door_page.get_answered(phone.device_id, str(found))


def _read_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@bp.post("/start")
def start() -> BaseResponse:
    """A staff member begins to check people in on this browser. Raises NotAllowed without the right."""
    event = queries.event.get_by_slug(request.form.get("event", ""))
    token = services.device.open_for_account(auth.account().account_id, event.id)
    response = redirect(url_for("checkin.scanner.show", _anchor=scanner.CHECK), 303)
    auth.remember(response, "phone", token, auth.PHONE_DAYS)
    return response


@bp.post("/scan")
def scan() -> BaseResponse | str | tuple[str, int]:
    """Takes a code as it was typed, pasted or read, and leads to its answer."""
    phone = this_phone()
    typed = request.form.get("code", "").strip()[:MAX_INPUT]
    if not typed:
        return page(phone, None, problem=refusals.sentence(Refused("code_missing")), status=422)
    desk = desk_of(phone)
    return record(
        phone,
        NewScan(
            id=scan_id_of(typed),
            checkpoint_id=desk.checkpoint.id,
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
    phone = this_phone()
    refused = own_scan(phone, scan_id).scan
    reason = request.form.get("reason", "").strip()
    if not reason:
        return page(phone, scan_id, problem=_("Please say in a few words why."), status=422)
    return record(
        phone,
        NewScan(
            id=scan_id_of("let in", refused.id),
            checkpoint_id=refused.checkpoint_id,
            input=refused.input,
            kind=ScanKind.LET_IN,
            method=refused.method,
            scanned_at=clock.now(),
            target_id=refused.id,
            reason=reason,
            companions=refused.companions,
        ),
    )


@bp.post("/scans/<scan_id>/party")
def party(scan_id: str) -> BaseResponse | str | tuple[str, int]:
    """Lets in those who came along with somebody: one ticket opened the door for the whole registration."""
    phone = this_phone()
    answered = own_scan(phone, scan_id)
    desk = desk_of(phone)
    ticked = set(request.form.getlist("came"))
    came = [one for one in _party(answered, desk) if str(one.attendee.id) in ticked and not one.came]
    scans = [
        NewScan(
            id=scan_id_of("party", scan_id, one.code),
            checkpoint_id=desk.checkpoint.id,
            input=one.code[: ticket.SHORT_LENGTH],
            kind=rules.kind_at(desk.checkpoint.kind, desk.device.direction),
            method=ScanMethod.GROUP,
            scanned_at=clock.now(),
        )
        for one in came
    ]
    for answer in services.checkin.record_scans(phone, scans):
        if isinstance(answer, Refused):
            return page(phone, scan_id, problem=refusals.sentence(answer), status=409)
    return redirect(url_for(".show", scan=scan_id), 303)


def _party(answered: Answered, desk: Desk) -> list[Member]:
    """The whole party of somebody who was let in here; nobody for whoever came alone, or was not let in."""
    is_in = answered.scan.verdict in GREEN or answered.scan.kind is ScanKind.LET_IN
    if answered.attendee is None or answered.is_undone or not is_in or desk.device.direction is Direction.EXIT:
        return []
    members = queries.party.list_members(answered.attendee.registration_id, desk.checkpoint.id, desk.device.id)
    return members if len(members) > 1 else []


@bp.post("/scans/<scan_id>/undo")
def undo(scan_id: str) -> BaseResponse | str | tuple[str, int]:
    """Takes an own scan back, with the companions who came after it; then shows it, or the party it is of."""
    phone = this_phone()
    target = own_scan(phone, scan_id).scan
    undos = [
        NewScan(
            id=scan_id_of("undo", one.id),
            checkpoint_id=one.checkpoint_id,
            input=one.input,
            kind=ScanKind.UNDO,
            method=one.method,
            scanned_at=clock.now(),
            target_id=one.id,
        )
        for one in (target, *queries.personality.list_added(phone.device_id, target.id))
    ]
    for answer in services.checkin.record_scans(phone, undos):
        if isinstance(answer, Refused):
            return page(phone, scan_id, problem=refusals.sentence(answer), status=409)
    back = _read_id(request.form.get("back", ""))
    return redirect(url_for(".show", scan=back or target.id), 303)


def this_phone() -> PairedPhone:
    phone = auth.phone()
    if phone is None:
        raise NotFound("phone")
    return phone


def scan_id_of(*what: str) -> str:
    """The same whenever a form is sent with the same contents; another for other contents.

    A page that the browser brings back from its memory carries an id that was used, and must not give the answer of
    then to the ticket of now.
    """
    form = _read_id(request.form.get("id", "")) or uuid.uuid4()
    return str(uuid.uuid5(form, "\n".join(what)))


def record(phone: PairedPhone, new: NewScan, typed: str = "") -> BaseResponse | str | tuple[str, int]:
    (answer,) = services.checkin.record_scans(phone, [new])
    if isinstance(answer, Refused):
        return page(phone, None, problem=refusals.sentence(answer), typed=typed, status=409)
    return redirect(url_for("checkin.door.show", scan=new.id), 303)


@bp.route("/leave", methods=["GET", "POST"])
def leave() -> BaseResponse | str:
    """Ends the work of this phone: asks first, since preparing it again needs the organizer."""
    phone = this_phone()
    if request.method != "POST":
        desk = desk_of(phone)
        waiting = readiness.read(desk.device.health).waiting
        return render_template("checkin/door_leave.html", desk=desk, event=desk.event, waiting=waiting)
    services.device.sign_out(request.cookies.get(auth.cookie_name("phone"), ""))
    response = redirect(url_for("public.event.home"), 303)
    auth.forget(response, "phone")
    return response


def desk_of(phone: PairedPhone) -> Desk:
    return queries.door_page.get_desk_at(phone.device_id, clock.now())
