"""Companions at the entrance: how many people without a ticket of their own came along with somebody who is in."""

import re

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock
from eventapp.errors import NotFound, Refused
from eventapp.rules import checkin as rules
from eventapp.rules import refusals
from eventapp.rules.vocabulary import Direction, ScanMethod
from eventapp.services.scan_book import NewScan
from eventapp.web.checkin import door

bp = Blueprint("delegation", __name__)


@bp.post("/scans/<scan_id>/companions")
def count(scan_id: str) -> BaseResponse | str | tuple[str, int]:
    """Counts companions of somebody who is in, those who came before among them: an entry that names the scan."""
    phone = door.this_phone()
    answered = door.own_scan(phone, scan_id)
    desk = door.desk_of(phone)
    if answered.attendee is None or desk.device.direction is Direction.EXIT:
        raise NotFound("delegation")
    typed = request.form.get("companions", "").strip()
    if not re.fullmatch(r"[0-9]{1,2}", typed) or int(typed) > rules.MOST_COMPANIONS:
        problem = refusals.sentence(Refused("number_invalid", min=0, max=rules.MOST_COMPANIONS))
        return door.page(phone, scan_id, problem=problem, status=422)
    new = NewScan(
        id=door.scan_id_of("companions", scan_id, typed),
        checkpoint_id=answered.scan.checkpoint_id,
        input=answered.scan.input,
        kind=rules.kind_at(desk.checkpoint.kind, desk.device.direction),
        method=ScanMethod.GROUP,
        scanned_at=clock.now(),
        target_id=scan_id,
        companions=int(typed),
    )
    return door.record(phone, new)
