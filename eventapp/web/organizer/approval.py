"""Registrations that the team decides on, one by one or many at once."""

import re
from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.rules import custom_question, questions
from eventapp.rules.access import Right
from eventapp.rules.vocabulary import AttendeeStatus, Question
from eventapp.services.approval import Decided
from eventapp.web import auth
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.registration import Attendee

bp = Blueprint("approval", __name__)

PAGE = 50
"""Registrations on one page, and so the most that are decided on at once."""

SHORT = (
    Question.FUNCTION,
    Question.ORGANIZATION,
    Question.ORGANIZATION_TYPE,
    Question.AGE_BAND,
    Question.REGION,
    Question.NEEDS,
)
"""Answers that help to decide, without another look at the whole registration."""


@bp.get("/<slug>/to-decide")
def index(slug: str) -> str:
    """Those to be decided, who waits longest first; or those that were turned down."""
    status = AttendeeStatus.REJECTED if request.args.get("show") == "rejected" else AttendeeStatus.PENDING
    counts = {
        one: queries.waiting_list.count_registrations(g.event.id, one)
        for one in (AttendeeStatus.PENDING, AttendeeStatus.REJECTED)
    }
    last = max(1, ceil(counts[status] / PAGE))
    page = frame.page_number(last)
    rows = queries.waiting_list.list_registrations(g.event.id, status, offset=(page - 1) * PAGE, limit=PAGE)
    parties = [(row, [one for one in row.attendees if one.status is status]) for row in rows]
    return render_template(
        "organizer/approval_list.html",
        rows=parties,
        status=status,
        counts=counts,
        types=queries.ticket_type.list_standings(g.event),
        told=_told([one for _row, party in parties for one in party]),
        page=page,
        last=last,
    )


def _told(people: "Sequence[Attendee]") -> dict[int, str]:
    """What each answered, in one line, without what this member of the team may not read."""
    ids = [attendee.id for attendee in people]
    own, asked = queries.question.answers_of(ids), queries.question.list_all(g.event.id)
    may_see_all = auth.may_here(Right.SEE_SENSITIVE)
    found = {}
    for attendee in people:
        said = [
            questions.in_words(question, getattr(attendee, question.value))
            for question in SHORT
            if may_see_all or question not in questions.SENSITIVE
        ]
        said += [
            _("%(name)s: %(text)s", name=str(one.label), text=answer)
            for one in asked
            if (may_see_all or not one.is_sensitive)
            and (answer := custom_question.in_words(one, own.get(attendee.id, {}).get(one.id)))
        ]
        found[attendee.id] = " · ".join(filter(None, said))
    return found


@bp.route("/<slug>/to-decide/selected", methods=["GET", "POST"])
def decide(slug: str) -> Answer:
    """Says what would be decided on, then does it."""
    chosen = {int(text) for text in request.values.getlist("id") if re.fullmatch(r"[0-9]{1,9}", text)}
    is_yes = request.values.get("decision") != "reject"
    if request.method == "POST":
        decision = services.approval.approve if is_yes else services.approval.reject
        return frame.done(outcome(decision(g.event.id, chosen, by_account_id=frame.me())), ".index")
    rows = queries.waiting_list.list_registrations(g.event.id, AttendeeStatus.PENDING)
    rows = [row for row in rows if row.id in chosen]
    if not rows:
        return frame.done(_("Please tick the registrations that you decide on."), ".index")
    people = [one for row in rows for one in row.attendees if one.status is AttendeeStatus.PENDING]
    return render_template("organizer/approval_confirm.html", rows=rows, people=people, is_yes=is_yes)


def outcome(decided: Decided) -> str:
    """What became of the registrations, in words."""
    told = []
    if decided.seated:
        told.append(ngettext("%(num)s has a seat", "%(num)s have a seat", len(decided.seated)))
    if decided.waiting:
        told.append(ngettext("%(num)s waits", "%(num)s wait", len(decided.waiting)))
    if decided.rejected:
        told.append(ngettext("%(num)s is turned down", "%(num)s are turned down", len(decided.rejected)))
    if decided.full:
        told.append(
            ngettext(
                "%(num)s is still undecided because all is full",
                "%(num)s are still undecided because all is full",
                len(decided.full),
            )
        )
    if not told:
        return _("Nothing was to be decided any more: somebody else was quicker.")
    return _("Registrations: %(outcome)s.", outcome=", ".join(told))


@bp.post(f"/<slug>/to-decide/<{ID}:registration_id>/reconsider")
def reconsider(slug: str, registration_id: int) -> BaseResponse:
    """Takes a refusal back."""
    services.approval.reconsider(g.event.id, registration_id, by_account_id=frame.me())
    return frame.done(_("This registration is to be decided again. Nobody was told."), ".index")
