"""Pages for guests: no account, no script, no cookie needed."""

from flask import Blueprint

from eventapp.web.public import (
    agenda,
    event,
    handout,
    invitation,
    lost,
    now,
    own,
    own_data,
    own_person,
    own_ticket,
    photo,
    programme,
    registration,
    schedule,
    speaker,
    ticket,
    unsubscribing,
)

bp = Blueprint("public", __name__)
for page in (
    event,
    programme,
    now,
    handout,
    schedule,
    speaker,
    photo,
    registration,
    own,
    own_person,
    own_ticket,
    own_data,
    lost,
    invitation,
    agenda,
    ticket,
    unsubscribing,
):
    bp.register_blueprint(page.bp)
