"""Preparing a phone: the organizer's link says what for, the button does it."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.rules import refusals
from eventapp.web import auth, reader
from eventapp.web.checkin import scanner

bp = Blueprint("pairing", __name__, url_prefix="/pair")


@bp.get("/<secret>")
def show(secret: str) -> str | tuple[str, int]:
    """Which event and which entrance this phone would be for. Looking uses nothing up: messengers open links."""
    return _page(secret)


def _page(secret: str, problem: str | None = None) -> str | tuple[str, int]:
    pairing = queries.device.get_pairing(secret)
    reader.prefer(pairing.event.languages)
    if problem is None and not pairing.is_open(clock.now()):
        problem = refusals.sentence(Refused("pairing_expired"))
    page = render_template(
        "checkin/pairing_show.html", event=pairing.event, pairing=pairing, secret=secret, problem=problem
    )
    return (page, 410) if problem else page


@bp.post("/<secret>")
def redeem(secret: str) -> BaseResponse | str | tuple[str, int]:
    """Prepares this phone and goes to the scanner, which tries first whether all of it works."""
    queries.device.get_pairing(secret)
    try:
        token = services.device.redeem(secret)
    except Refused as refused:
        return _page(secret, refusals.sentence(refused))
    response = redirect(url_for("checkin.scanner.show", _anchor=scanner.CHECK), 303)
    auth.remember(response, "phone", token, auth.PHONE_DAYS)
    return response
