"""A team's link: each volunteer says whose phone this is and prepares it; an organizer lets it begin."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.rules import refusals
from eventapp.web import auth, reader
from eventapp.web.checkin import scanner
from eventapp.web.forms import FormIdField, GuestForm, LineField, show_refusal

bp = Blueprint("team", __name__, url_prefix="/team")


class OwnerForm(GuestForm):
    """Whose phone this is."""

    form_id = FormIdField()
    name = LineField(N_("Your name"), max_length=services.device.MAX_NAME)
    is_same = BooleanField()


@bp.get("/<secret>")
def show(secret: str) -> tuple[str, int]:
    """Which event and which entrance this phone would be for. Looking uses nothing up: messengers open links."""
    return _page(secret, OwnerForm())


def _page(secret: str, form: OwnerForm, refused: Refused | None = None) -> tuple[str, int]:
    team = queries.team_link.find_by_secret(secret)
    reader.prefer(team.event.languages)
    over = None
    if not team.is_open(clock.now()):
        over = Refused("pairing_expired")
    elif team.is_full and not (refused is not None and refused.field):
        over = Refused("team_full", max=team.link.max_phones)
    page = render_template(
        "checkin/team_show.html",
        event=team.event,
        team=team,
        secret=secret,
        form=form,
        problem=refusals.sentence(over) if over else None,
        may_be_same=refused is not None and refused.code == "phone_owner_known",
    )
    return page, 410 if over else 422 if form.errors else 200


@bp.post("/<secret>")
def redeem(secret: str) -> BaseResponse | tuple[str, int]:
    """Prepares this phone and goes to the scanner, which waits there for the organizer."""
    form = OwnerForm()
    if not form.validate_on_submit():
        return _page(secret, form)
    try:
        token = services.team_link.redeem(
            secret, form.name.data or "", is_same=form.is_same.data, form_id=form.form_id.data
        )
    except Refused as refused:
        show_refusal(form, refused)
        return _page(secret, form, refused)
    response = redirect(url_for("checkin.scanner.show", _anchor=scanner.CHECK), 303)
    auth.remember(response, "phone", token, auth.PHONE_DAYS)
    return response
