"""Messages: what was sent, what waits, what did not arrive, and what to do about it."""

from enum import StrEnum
from math import ceil
from typing import TypeVar

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, queries, services
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.queries.message_log import Wanted
from eventapp.rules import mail_answer, names
from eventapp.rules.vocabulary import NOT_ARRIVED, DeliveryChannel, DeliveryKind, DeliveryState
from eventapp.web.forms import LineField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("message", __name__)

PAGE = 100
"""Messages on one page of the list."""

Choice = TypeVar("Choice", bound=StrEnum)


class ReturnedForm(StaffForm):
    """What is known of a message that came back."""

    reason = LineField(
        N_("What the returned mail says"),
        max_length=200,
        description=N_("Its number is enough, such as 550 5.1.1. May stay empty."),
    )


@bp.get("/<slug>/messages")
def index(slug: str) -> str:
    """The messages of this event, the latest first, as far as they are asked for."""
    mailing = request.args.get("mailing", "")
    wanted = Wanted(
        state=_asked("state", DeliveryState),
        kind=_asked("kind", DeliveryKind),
        channel=_asked("channel", DeliveryChannel),
        words=names.clean(request.args.get("q", ""))[:200],
        mailing_id=int(mailing) if mailing.isascii() and mailing.isdigit() and len(mailing) < 10 else None,
    )
    total = queries.message_log.count_in(g.event.id, wanted)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    rows = queries.message_log.list_in(g.event.id, wanted, offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "organizer/message_list.html",
        rows=rows,
        names=queries.message_log.first_names(rows),
        wanted=wanted,
        asked={
            "q": wanted.words or None,
            "state": wanted.state,
            "kind": wanted.kind,
            "channel": wanted.channel,
            "mailing": wanted.mailing_id,
        },
        total=total,
        states=queries.delivery.count_by_state(g.event.id),
        shown_states=[DeliveryState.QUEUED, DeliveryState.SENT, *sorted(NOT_ARRIVED), DeliveryState.DROPPED],
        kinds=queries.message_log.count_kinds(g.event.id),
        channels=words.choices(DeliveryChannel),
        to_try_again=queries.message_log.count_to_try_again(g.event.id),
        is_mail_held=config.current().mail_url is None,
        page=page,
        last=last,
    )


def _asked(name: str, kind: type[Choice]) -> Choice | None:
    """The filter in the address; what makes no sense is none."""
    value = request.args.get(name)
    return kind(value) if value in set(kind) else None


@bp.get(f"/<slug>/messages/<{ID}:delivery_id>")
def show(slug: str, delivery_id: int) -> str:
    """One message: where it stands, why, and what to do."""
    logged = queries.message_log.get_in(g.event.id, delivery_id)
    one = logged.delivery
    is_by_hand = one.channel is DeliveryChannel.HAND
    can_go_again = not is_by_hand and one.begun_at is None and one.state in {DeliveryState.QUEUED, *NOT_ARRIVED}
    meaning = mail_answer.read(one.last_error) if one.last_error else None
    address = logged.phone if one.channel is DeliveryChannel.SMS else logged.email
    return render_template(
        "organizer/message_show.html",
        one=one,
        logged=logged,
        meaning=meaning,
        advice=_advice(one.state, meaning),
        is_corrected=one.state in NOT_ARRIVED and not is_by_hand and bool(address) and address != one.address,
        address=address,
        waits=one.state is DeliveryState.QUEUED and one.due_at > clock.now(),
        can_go_again=can_go_again and bool(address) and (one.state in NOT_ARRIVED or one.attempts > 0),
        can_go_by_hand=can_go_again and one.kind is not DeliveryKind.PROOF_CODE and one.trial_id is None,
        can_return=one.state is DeliveryState.SENT and not is_by_hand and one.trial_id is None,
        is_mail_held=config.current().mail_url is None and one.channel is DeliveryChannel.EMAIL,
    )


def _advice(state: DeliveryState, meaning: mail_answer.Meaning | None) -> str:
    """What somebody of the team can do about a message; empty when there is nothing."""
    if meaning is None:
        if state in NOT_ARRIVED:
            return _("Try again, or tell them by telephone.")
        return ""
    if state is DeliveryState.FAILED and meaning in mail_answer.PASSING:
        return _("Several tries failed. Try again, or tell them by telephone.")
    return _(meaning.advice) if state is DeliveryState.QUEUED or state in NOT_ARRIVED else ""


@bp.post(f"/<slug>/messages/<{ID}:delivery_id>/again")
def again(slug: str, delivery_id: int) -> BaseResponse:
    """It is sent once more, to the address that counts now."""
    return frame.tried(
        lambda: services.message_log.try_again(g.event.id, delivery_id, by_account_id=frame.me()),
        _("It leaves in a moment."),
        ".show",
        delivery_id=delivery_id,
    )


@bp.post(f"/<slug>/messages/<{ID}:delivery_id>/by-hand")
def by_hand(slug: str, delivery_id: int) -> BaseResponse:
    """Somebody of the team tells them instead."""
    return frame.tried(
        lambda: services.message_log.hand_over(g.event.id, delivery_id, by_account_id=frame.me()),
        _("It is on the list of people to call."),
        ".show",
        delivery_id=delivery_id,
    )


@bp.route(f"/<slug>/messages/<{ID}:delivery_id>/returned", methods=["GET", "POST"])
def returned(slug: str, delivery_id: int) -> Answer:
    """A message that had left came back to the sender's mailbox."""
    logged = queries.message_log.get_in(g.event.id, delivery_id)
    form = ReturnedForm()
    if frame.attempt(
        form,
        lambda: services.message_log.note_returned(g.event.id, delivery_id, form.reason.data, by_account_id=frame.me()),
    ):
        return frame.done(_("Noted: it did not arrive."), ".show", delivery_id=delivery_id)
    return frame.page("message_returned.html", form, logged=logged, one=logged.delivery)


@bp.route("/<slug>/messages/again", methods=["GET", "POST"])
def again_all(slug: str) -> Answer:
    """All that were given up are sent once more, after a question that says how many."""
    count = queries.message_log.count_to_try_again(g.event.id)
    sent: list[int] = []

    def change() -> None:
        sent.append(services.message_log.try_all_again(g.event.id, by_account_id=frame.me()))

    return frame.confirm(
        change,
        question=ngettext("Send %(num)s message again?", "Send %(num)s messages again?", count),
        consequences=[
            _("All that were given up after the last try, to the address that counts now."),
            _("Those that were refused only if their address was corrected since: others would be refused again."),
        ],
        button=_("Send them again"),
        back=url_for(".index", slug=slug),
        message=_("They leave in a moment."),
    )
