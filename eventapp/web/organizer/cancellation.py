"""Cancelling an event, with the message about it; and taking that back."""

from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.language import N_, LocalizedText, ngettext
from eventapp.language import gettext as _
from eventapp.rules import cancellation as rules
from eventapp.rules import event as event_rules
from eventapp.rules import refusals
from eventapp.rules.vocabulary import DeliveryKind, EventState
from eventapp.web.forms import FormIdField, LineField, LocalizedField, StaffForm
from eventapp.web.organizer import frame, message_preview
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from datetime import datetime

bp = Blueprint("cancellation", __name__)

_NOTE = N_("Why, and what happens now")


class CancelForm(StaffForm):
    """Why the event is cancelled, and whether people are told."""

    form_id = FormIdField()
    note = LocalizedField(
        _NOTE,
        lines=4,
        max_length=rules.MAX_NOTE,
        description=N_("Stands on every page of the event and in the message. May stay empty."),
    )
    tell = BooleanField(N_("Tell everybody whom it concerns"), default=True)
    typed = LineField(N_("To confirm"), max_length=80)


class NoteForm(StaffForm):
    """What the pages of a cancelled event say."""

    note = LocalizedField(_NOTE, lines=4, max_length=rules.MAX_NOTE)


class ReviveForm(StaffForm):
    """Whether those who were told hear that the event takes place after all."""

    form_id = FormIdField()
    tell = BooleanField(N_("Tell everybody who was told of the cancellation"), default=True)


@bp.route("/<slug>/cancel", methods=["GET", "POST"])
def show(slug: str) -> Answer:
    """What would happen and what the message would say, then the cancellation; or how it stands since then."""
    if g.event.state is EventState.CANCELLED:
        return _cancelled()
    form = CancelForm()
    if "look" in request.form:
        form.typed.data = None
        form.validate_on_submit()
        return _ask(form)
    told: list[int] = []

    def change() -> None:
        rules.check_typed(form.typed.data, g.event.slug)
        told.append(
            services.cancellation.cancel(
                g.event.id, form.note.data, tell=form.tell.data, account_id=frame.me(), form_id=form.form_id.data
            )
        )

    if frame.attempt(form, change):
        said = ngettext(
            "The event is cancelled. %(num)s message is on its way.",
            "The event is cancelled. %(num)s messages are on their way.",
            told[0],
        )
        return frame.done(said, ".show")
    return _ask(form)


def _ask(form: CancelForm) -> Answer:
    event = g.event
    people = queries.addressee.list_concerned(event)
    refusal = None
    try:
        rules.check_may_cancel(event.state, event.starts_at, event.ends_at, clock.now())
    except Refused as refused:
        refusal = refused
    return frame.page(
        "cancellation_ask.html",
        form,
        ways=services.delivery.count_ways(event.id, DeliveryKind.EVENT_CANCELLED, people),
        waiting=queries.delivery.count_waiting(event.id),
        preview=message_preview.of(
            people, DeliveryKind.EVENT_CANCELLED, is_called_off=True, note=LocalizedText(form.note.data)
        ),
        refusal=refusals.sentence(refusal) if refusal else None,
    )


def _cancelled(form: NoteForm | None = None) -> Answer:
    event = g.event
    since: datetime = event.cancelled_at or event.created_at
    told = queries.addressee.list_told(event, DeliveryKind.EVENT_CANCELLED, since)
    content = render_template(
        "organizer/cancellation_show.html",
        form=form or NoteForm(note=event.cancelled_note),
        revive=ReviveForm(None),
        states=queries.addressee.count_messages(event.id, DeliveryKind.EVENT_CANCELLED, since),
        told=services.delivery.count_ways(event.id, DeliveryKind.EVENT_REVIVED, told),
        is_over=event_rules.stage(EventState.PUBLISHED, event.starts_at, event.ends_at, clock.now())
        is event_rules.Stage.FINISHED,
    )
    return content, 422 if form is not None and form.errors else 200


@bp.post("/<slug>/cancel/note")
def change_note(slug: str) -> Answer:
    """Other words for why."""
    form = NoteForm()
    if frame.attempt(
        form, lambda: services.cancellation.change_note(g.event.id, form.note.data, account_id=frame.me())
    ):
        return frame.done(_("Saved."), ".show")
    if g.event.state is not EventState.CANCELLED:
        return frame.done(refusals.sentence(Refused("cancel_not")), ".show")
    return _cancelled(form)


@bp.post("/<slug>/cancel/revive")
def revive(slug: str) -> BaseResponse:
    """The event takes place after all."""
    form = ReviveForm()
    told = services.cancellation.revive(
        g.event.id, tell=form.tell.data, account_id=frame.me(), form_id=form.form_id.data
    )
    said = ngettext(
        "The event takes place. %(num)s message is on its way.",
        "The event takes place. %(num)s messages are on their way.",
        told,
    )
    return frame.done(said, "organizer.event.show")
