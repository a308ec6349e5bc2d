"""This entrance: which one the phone serves, which way it looks, and opening it early or longer; without script."""

import uuid
from datetime import datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.queries.account import PairedPhone
from eventapp.queries.door_page import Desk
from eventapp.rules import checkpoint as rules
from eventapp.rules import refusals
from eventapp.rules.checkpoint import Wish
from eventapp.rules.vocabulary import CheckpointKind, Direction
from eventapp.services.window import NewWindow
from eventapp.web import auth, reader
from eventapp.web.checkin import place_words

bp = Blueprint("entrance", __name__, url_prefix="/entrance")


@bp.get("")
def show() -> str | tuple[str, int]:
    """Where this phone stands, and what can be changed about that."""
    return _page(_phone())


def _phone() -> PairedPhone:
    phone = auth.phone()
    if phone is None or phone.is_revoked:
        raise NotFound("phone")
    return phone


def _desk(phone: PairedPhone) -> Desk:
    desk = queries.door_page.get_desk_at(phone.device_id, clock.now())
    reader.prefer(desk.event.languages)
    return desk


def _page(phone: PairedPhone, problem: str | None = None, status: int = 200) -> str | tuple[str, int]:
    desk = _desk(phone)
    now = clock.now()
    place = queries.checkpoint.place_of(desk.checkpoint)
    said = queries.window.names([desk.checkpoint.id]).get(desk.checkpoint.id)
    page = render_template(
        "checkin/entrance_show.html",
        event=desk.event,
        desk=desk,
        room=place_words.room(desk),
        place=place,
        is_early=place.opens_at is not None and now < place.opens_at,
        is_late=place.closes_at is not None and now >= place.closes_at,
        has_window=desk.checkpoint.kind is not CheckpointKind.REHEARSAL and desk.checkpoint.closed_at is None,
        said=said,
        others=[one for one in queries.checkpoint.list_of_event(desk.event.id) if one.closed_at is None],
        rooms=queries.programme.list_rooms(desk.event.id),
        directions=list(Direction),
        problem=problem,
    )
    return page, status


@bp.post("")
def turn() -> BaseResponse | str | tuple[str, int]:
    """Turns the phone to another entrance or to a room, or the other way round."""
    phone = _phone()
    kind, _colon, number = request.form.get("place", "").partition(":")
    chosen = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else None
    try:
        services.device.turn_to(
            phone.device_id,
            checkpoint_id=chosen if kind == "entrance" else None,
            room_id=chosen if kind == "room" else None,
            direction=Direction.EXIT if request.form.get("direction") == Direction.EXIT else Direction.ENTRY,
        )
    except Refused as refused:
        return _page(phone, refusals.sentence(refused), 422)
    return redirect(url_for("checkin.door.show"), 303)


@bp.route("/window", methods=["GET", "POST"])
def window() -> BaseResponse | str | tuple[str, int]:
    """Says what opening early or longer would do, and does it when it is confirmed."""
    phone = _phone()
    desk = _desk(phone)
    if desk.checkpoint.closed_at is not None:
        return _page(phone, refusals.sentence(Refused("checkpoint_closed")), 409)
    now = clock.now()
    values = request.values
    try:
        wish = Wish(values.get("wish", ""))
    except ValueError:
        return redirect(url_for(".show"), 303)
    try:
        until = _until(values.get("until", ""), desk, now) if wish is Wish.UNTIL else None
        checkpoint = desk.checkpoint
        opens_at, closes_at = rules.wished_window(wish, checkpoint.opens_at, checkpoint.closes_at, now, until)
    except Refused as refused:
        return _page(phone, refusals.sentence(refused), 422)
    if request.method != "POST":
        return render_template(
            "checkin/entrance_window.html",
            event=desk.event,
            desk=desk,
            wish=wish,
            until=values.get("until", ""),
            opens_now=opens_at == now,
            closes_at=closes_at,
            word_id=str(uuid.uuid4()),
        )
    new = NewWindow(_word_id(), checkpoint.id, opens_at, closes_at, now)
    (answer,) = services.window.record(phone, [new])
    if isinstance(answer, Refused):
        return _page(phone, refusals.sentence(answer), 409)
    return redirect(url_for(".show"), 303)


def _until(text: str, desk: Desk, now: datetime) -> datetime:
    """A typed time of day as the next such moment. Raises Refused."""
    times = rules.read_times(text)
    if len(times) != 1:
        raise Refused("times_invalid", field="until")
    local = language.local(now, desk.event.timezone)
    at = local.replace(hour=times[0].hour, minute=times[0].minute, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def _word_id() -> str:
    """The id from the form, so that sending it twice says it once."""
    try:
        return str(uuid.UUID(request.form.get("id", "")))
    except ValueError:
        return str(uuid.uuid4())
