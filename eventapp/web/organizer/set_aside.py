"""Entries that a phone sent after it was withdrawn, or that were set aside: to be accepted, or left."""

from typing import TypeVar

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.web.forms import InstantField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("set_aside", __name__)

Form = TypeVar("Form", bound=StaffForm)


class SinceForm(StaffForm):
    """From when on."""

    since = InstantField(N_("Sent from"), description=N_("By the event's clock. Empty: everything."))


class AsideForm(StaffForm):
    """From when on a phone is not to be trusted."""

    lost_at = InstantField(N_("Not to be trusted since"), description=N_("When it was lost, by the event's clock."))


def _zoned(form: Form) -> Form:
    """The form with its times on the clocks of the event."""
    for field in form:
        if isinstance(field, InstantField):
            field.zone = g.event.timezone
    return form


@bp.get("/<slug>/set-aside")
def index(slug: str) -> str:
    """What lies aside, by phone, with what accepting it would do."""
    return render_template(
        "organizer/set_aside_list.html",
        heaps=queries.set_aside.list_heaps(g.event.id),
        effect=queries.set_aside.foresee(g.event.id, queries.checkpoint.list_of_event(g.event.id)),
    )


@bp.post("/<slug>/set-aside/accept")
def accept_all(slug: str) -> BaseResponse:
    """Accepts everything."""
    return _accepted(services.set_aside.accept(g.event.id, account_id=frame.me()))


@bp.route(f"/<slug>/set-aside/<{ID}:device_id>", methods=["GET", "POST"])
def phone(slug: str, device_id: int) -> Answer:
    """What lies aside from one phone; accepts all of it, or what it sent from a time on."""
    device = queries.device.get(g.event.id, device_id)
    form = _zoned(SinceForm())
    made: list[int] = []

    def change() -> None:
        made.append(services.set_aside.accept(g.event.id, device_id, since=form.since.data, account_id=frame.me()))

    if frame.attempt(form, change):
        return _accepted(made[0])
    return _page(device_id, form, _zoned(AsideForm(formdata=None)), device=device)


@bp.route(f"/<slug>/set-aside/<{ID}:device_id>/more", methods=["POST"])
def put_aside(slug: str, device_id: int) -> Answer:
    """Sets aside what a phone sent from a time on: nobody is present by what a stolen phone says."""
    device = queries.device.get(g.event.id, device_id)
    form = _zoned(AsideForm())
    made: list[int] = []

    def change() -> None:
        if form.lost_at.data is None:
            form.lost_at.errors = [_("From when on?")]
            return
        made.append(services.set_aside.put_aside(g.event.id, device_id, since=form.lost_at.data, account_id=frame.me()))

    if frame.attempt(form, change):
        message = ngettext("%(num)s entry is kept aside now.", "%(num)s entries are kept aside now.", made[0])
        return frame.done(message, ".phone", device_id=device_id)
    return _page(device_id, _zoned(SinceForm(formdata=None)), form, device=device)


def _page(device_id: int, accepting: StaffForm, aside: StaffForm, **facts: object) -> tuple[str, int]:
    content = render_template(
        "organizer/set_aside_phone.html",
        rows=queries.set_aside.list_of_phone(device_id),
        form=accepting,
        aside_form=aside,
        at=url_for(".put_aside", slug=g.event.slug, device_id=device_id),
        **facts,
    )
    return content, 422 if accepting.errors or aside.errors else 200


def _accepted(number: int) -> BaseResponse:
    left = queries.set_aside.count(g.event.id)
    message = ngettext("%(num)s entry counts now.", "%(num)s entries count now.", number)
    if left:
        message += " " + ngettext("%(num)s is still kept aside.", "%(num)s are still kept aside.", left)
    return frame.done(message, ".index")
