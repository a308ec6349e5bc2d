"""Guests whom the protocol desk awaits: who is expected and who has come; and what the door sees of a person."""

import uuid
from math import ceil

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import checkin as rules
from eventapp.rules import names, refusals
from eventapp.rules.access import Right
from eventapp.rules.vocabulary import GREEN, Verdict
from eventapp.web import auth
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("personality", __name__)

PAGE = 100

NOT_NOTED: dict[Verdict, str] = {
    Verdict.TOO_EARLY: N_("Not noted: the entrance is not open yet. A phone there can let %(name)s in anyway."),
    Verdict.TOO_LATE: N_("Not noted: the entrance is closed. A phone there can let %(name)s in anyway."),
    Verdict.ALREADY_ADMITTED: N_("%(name)s is in already."),
}
"""Why an arrival was not noted, where the entrance says no."""


@bp.get("/<slug>/personalities")
def index(slug: str) -> str:
    """Who is there, the latest first, and who is expected; a hundred to a page."""
    now = clock.now()
    sought = names.clean(request.args.get("q", ""))[:200]
    device = queries.device.find_of_account(frame.me(), g.event.id)
    guests = queries.personality.list_guests(
        g.event, now, sought=sought, account_device_id=device.id if device is not None else None
    )
    last = max(1, ceil(len(guests) / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/personality_list.html",
        guests=guests[(page - 1) * PAGE : page * PAGE],
        there=sum(one.arrived_at is not None for one in guests),
        total=len(guests),
        categories=queries.personality.list_categories(g.event.id) if auth.may_here(Right.EDIT_REGISTRATIONS) else [],
        form_id=str(uuid.uuid4()),
        most=rules.MOST_COMPANIONS,
        q=sought,
        now=now,
        page=page,
        last=last,
    )


@bp.post(f"/<slug>/personalities/<{ID}:attendee_id>/arrived")
def arrived(slug: str, attendee_id: int) -> BaseResponse:
    """Notes that somebody has come, with so many companions in all; or that more of those came."""
    person = queries.registration.get_attendee_in(g.event.id, attendee_id)
    typed = request.form.get("companions", "0").strip() or "0"
    try:
        answer = services.personality.arrive(
            g.event.id,
            attendee_id,
            companions=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1,
            door=_("Protocol desk"),
            form_id=request.form.get("form_id", ""),
            account_id=frame.me(),
        )
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".index")
    if answer.verdict not in GREEN:
        usual = N_("Not noted: the entrance does not let %(name)s in. To the help desk.")
        why = NOT_NOTED.get(answer.verdict or Verdict.UNKNOWN, usual)
        return frame.done(_(why, name=person.name), ".index")
    return redirect(url_for(".index", slug=slug, _anchor=f"guest-{attendee_id}"), 303)


@bp.post(f"/<slug>/personalities/<{ID}:attendee_id>/not-arrived")
def take_back(slug: str, attendee_id: int) -> BaseResponse:
    """Takes back what this account noted of an arrival."""
    return frame.tried(
        lambda: services.personality.take_back(g.event.id, attendee_id, account_id=frame.me()),
        _("Taken back."),
        ".index",
    )


@bp.post(f"/<slug>/personalities/category/<{ID}:row_id>")
def mark(slug: str, row_id: int) -> BaseResponse:
    """Waits for everybody of a category, or for nobody of it any more."""
    is_awaited = request.form.get("is_awaited") == "yes"
    services.personality.mark_category(g.event.id, row_id, is_awaited=is_awaited, by_account_id=frame.me())
    return frame.done(_("Saved."), ".index")
