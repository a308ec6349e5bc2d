"""Short notices of the day: written in every language, for now or later, and ended by one tap."""

from flask import Blueprint, g
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import notice as rules
from eventapp.web.forms import FormIdField, InstantField, LocalizedField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("notice", __name__)


class NoticeForm(StaffForm):
    """A notice."""

    form_id = FormIdField()
    text = LocalizedField(
        N_("What everybody should know"),
        lines=3,
        max_length=rules.MAX_LENGTH,
        required=True,
        missing="notice_missing",
        description=N_("One or two sentences, up to 280 letters."),
    )
    starts_at = InstantField(N_("From"), description=N_("Left empty: at once."))
    ends_at = InstantField(N_("Until"), description=N_("Left empty: until somebody ends it."))


@bp.route("/<slug>/notices", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """Writes one; below, those that stand, those to come, and the last ones."""
    form = _prepare(NoticeForm())

    def change() -> None:
        services.notice.add(
            g.event.id,
            form.text.data,
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            account_id=frame.me(),
            form_id=form.form_id.data,
        )

    if frame.attempt(form, change):
        return frame.done(_("The notice is out."), ".index")
    now = clock.now()
    rows = queries.notice.list_to_come(g.event.id, now)
    return frame.page(
        "notice_list.html",
        form,
        current=[row for row in rows if row.starts_at <= now],
        coming=[row for row in rows if row.starts_at > now],
        past=queries.notice.list_past(g.event.id, now),
    )


@bp.route(f"/<slug>/notices/<{ID}:notice_id>", methods=["GET", "POST"])
def edit(slug: str, notice_id: int) -> Answer:
    """One that stands or is to come."""
    row = queries.notice.get(g.event.id, notice_id)
    form = _prepare(NoticeForm(obj=row))

    def change() -> None:
        services.notice.change(
            g.event.id,
            notice_id,
            form.text.data,
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            account_id=frame.me(),
        )

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return frame.page("notice_form.html", form, row=row)


@bp.post(f"/<slug>/notices/<{ID}:notice_id>/end")
def end(slug: str, notice_id: int) -> BaseResponse:
    """Takes one off all pages and phones."""
    services.notice.end(g.event.id, notice_id, account_id=frame.me())
    return frame.done(_("The notice is over."), ".index")


def _prepare(form: NoticeForm) -> NoticeForm:
    form.starts_at.zone = form.ends_at.zone = g.event.timezone
    return form
