"""On-the-spot registration for a door without script: the same four fields, and the same service, as on the scanner."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import qr
from eventapp.language import gettext as _
from eventapp.queries.account import PairedPhone
from eventapp.queries.door_page import Answered, Desk
from eventapp.rules import questions, refusals, ticket
from eventapp.rules import walk_in as rules
from eventapp.rules.vocabulary import AgeBand, CheckpointKind, Direction, FullHouse, Question, ScanKind, ScanMethod, Sex
from eventapp.services.scan_book import NewScan
from eventapp.services.walk_in import WalkIn
from eventapp.web import auth, reader

bp = Blueprint("walk_in", __name__)


def sexes() -> list[tuple[str, str]]:
    """The answers to choose from, in the reader's language."""
    return _choices(Question.SEX)


def ages() -> list[tuple[str, str]]:
    """The same for the age."""
    return _choices(Question.AGE_BAND)


def _choices(question: Question) -> list[tuple[str, str]]:
    return [(value.value, _(label)) for value, label in questions.CHOICES[question].items()]


def is_offered(desk: Desk) -> bool:
    """Whether people can register at this phone: where one goes in, and nothing is handed out."""
    kind, direction = desk.checkpoint.kind, desk.device.direction
    is_door = kind in (CheckpointKind.VENUE, CheckpointKind.SESSION) and direction is Direction.ENTRY
    return is_door and not desk.checkpoint.needs_seat  # who registers now has no seat in a session


def square(answered: Answered) -> tuple[Markup, str] | None:
    """The ticket of somebody who registered with this scan, as a square and as it is said; None for other scans."""
    person = answered.attendee
    if answered.scan.kind is not ScanKind.WALK_IN or answered.is_undone or person is None or person.ticket is None:
        return None
    code, public_url = person.ticket.code, config.current().public_url
    drawn = qr.svg(ticket.link(public_url, code), _("Entry code %(code)s", code=ticket.spoken(code)))
    return Markup(drawn), ticket.spoken(code)  # noqa: S704  numbers, escaped label


@bp.get("/walk-in")
def show() -> str | tuple[str, int]:
    """The form, and what the organizer wants when all seats are taken."""
    return _page(_phone(), str(uuid.uuid4()))


def _phone() -> PairedPhone:
    phone = auth.phone()
    if phone is None:
        raise NotFound("phone")
    return phone


def _page(phone: PairedPhone, scan_id: str, refused: Refused | None = None) -> str | tuple[str, int]:
    desk = queries.door_page.get_desk_at(phone.device_id, clock.now())
    reader.prefer(desk.event.languages)
    if phone.is_revoked:
        return render_template("checkin/door_ended.html", event=desk.event, desk=desk), 403
    if not is_offered(desk):
        raise NotFound("walk-in")
    places = queries.walk_in.get_house(desk.event).places
    free = places.free if places is not None else None
    page = render_template(
        "checkin/walk_in_new.html",
        event=desk.event,
        desk=desk,
        scan_id=scan_id,
        free=free,
        stops=rules.stops(desk.event.full_house, free),
        FullHouse=FullHouse,
        sexes=sexes(),
        ages=ages(),
        typed=request.form,
        problem=refusals.sentence(refused) if refused is not None else None,
        bad=(refused.field or "").rpartition(".")[2] if refused is not None else "",
    )
    return (page, 409) if refused is not None else page


@bp.post("/walk-in")
def register() -> BaseResponse | str | tuple[str, int]:
    """Registers somebody and lets them in, or lets them in without; sent twice it is one person."""
    phone, form = _phone(), request.form
    try:
        form_id = uuid.UUID(form.get("id", ""))
    except ValueError:
        form_id = uuid.uuid4()
    desk = queries.door_page.get_desk_at(phone.device_id, clock.now())
    if not is_offered(desk):
        raise NotFound("walk-in")
    reason = form.get("reason", "").strip()
    is_registered = "unregistered" not in form
    new = NewScan(
        # Another name on the same page, which the browser brought back, is another person.
        id=str(uuid.uuid5(form_id, "\n".join(("walk-in", form.get("name", ""), str(is_registered))))),
        checkpoint_id=desk.checkpoint.id,
        input="",
        kind=ScanKind.WALK_IN if is_registered else ScanKind.LET_IN,
        method=ScanMethod.TYPED,
        scanned_at=clock.now(),
        reason=reason or None,
        walk_in=_who() if is_registered else None,
    )
    if not is_registered and not reason:
        return _page(phone, str(form_id), Refused("walk_in_unexplained", field="reason"))
    (answer,) = services.checkin.record_scans(phone, [new])
    if isinstance(answer, Refused):
        return _page(phone, str(form_id), answer)
    return redirect(url_for("checkin.door.show", scan=new.id), 303)


def _who() -> WalkIn:
    form = request.form
    sex, age = form.get("sex", ""), form.get("age_band", "")
    return WalkIn(
        name=form.get("name", ""),
        sex=Sex(sex) if sex in set(Sex) else None,
        age_band=AgeBand(age) if age in set(AgeBand) else None,
        town=form.get("town"),
    )
