"""Possible duplicates: people who may be registered twice, for the team to look at."""

from math import ceil

from flask import Blueprint, g, render_template

from eventapp import queries
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules.duplicate import Sign, Strength
from eventapp.web.organizer import frame

bp = Blueprint("duplicate", __name__)

PAGE = 25
"""Groups on one page."""

SIGNS = {
    Sign.EMAIL: N_("the same e-mail address"),
    Sign.PHONE: N_("the same phone"),
    Sign.CLOSE_PHONE: N_("almost the same phone"),
    Sign.REGISTRATION: N_("the same registration"),
    Sign.CLOSE_NAME: N_("almost the same name"),
    Sign.ORGANIZATION: N_("the same organization"),
    Sign.REGION: N_("the same region"),
}
HEADINGS = {
    Strength.CONTACT: N_("The same name and contact"),
    Strength.PLACE: N_("The same name and organization or region"),
    Strength.NAME: N_("The same name alone"),
}


@bp.get("/<slug>/registrations/duplicates")
def index(slug: str) -> str:
    """Groups of people who may be one, those first whose signs say most."""
    groups = queries.duplicate.list_groups(g.event.id)
    last = max(1, ceil(len(groups) / PAGE))
    page = frame.page_number(last)
    shown = groups[(page - 1) * PAGE : page * PAGE]
    people = queries.duplicate.people([row_id for group in shown for row_id in group.ids])
    return render_template(
        "organizer/duplicate_list.html",
        parts=[
            (
                _(heading),
                [
                    (", ".join(_(SIGNS[sign]) for sign in group.signs), [people[row_id] for row_id in group.ids])
                    for group in shown
                    if group.strength is strength
                ],
            )
            for strength, heading in HEADINGS.items()
        ],
        total=len(groups),
        page=page,
        last=last,
    )
