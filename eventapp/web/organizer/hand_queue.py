"""The hand queue: somebody of the team tells people one after the other, from their own telephone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import reminder, short_message
from eventapp.language import gettext as _
from eventapp.language import ngettext
from eventapp.queries.hand_queue import ToTell
from eventapp.rules import hand_queue as rules
from eventapp.rules import refusals
from eventapp.rules.vocabulary import AttendeeStatus, DeliveryKind
from eventapp.web.organizer import call, frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("hand_queue", __name__)


@dataclass(frozen=True)
class Before:
    """The message that somebody has before them: whom to tell, why, in which words, by which ways."""

    found: ToTell
    names: list[str]
    reason: str
    known: list[str]
    text: str
    whatsapp: str | None
    sms: str | None


@bp.get("/<slug>/to-call/next")
def show(slug: str) -> str:
    """The message that is before this person, or the button for the next one, and how far the team is."""
    now, me = clock.now(), frame.me()
    held = queries.hand_queue.find_held(g.event.id, me)
    before = _before(queries.hand_queue.get_whole(g.event.id, held.id)) if held is not None else None
    last = queries.hand_queue.find_last_told(g.event.id, me, now - rules.UNDO)
    return render_template(
        "organizer/hand_queue.html",
        before=before,
        is_mine=before is not None and before.found.is_held(now, by=me),
        last=queries.hand_queue.get_whole(g.event.id, last.id) if last is not None else None,
        names=call.names,
        progress=queries.hand_queue.progress(g.event.id, now, _midnight(now)),
        kind=_kind(),
    )


def _before(found: ToTell) -> Before:
    letter = services.letter.of(queries.delivery.get_parts(found.delivery.id))
    text, phone = short_message.write(letter), found.phone
    return Before(
        found=found,
        names=call.names(found),
        reason=call.reason(found),
        known=call.known(found),
        text=text,
        whatsapp=reminder.whatsapp(phone, text) if phone else None,
        sms=short_message.sms_address(phone, short_message.sms(letter)) if phone else None,
    )


def _midnight(now: datetime) -> datetime:
    """When today began on the event's clocks."""
    return language.local(now, g.event.timezone).replace(hour=0, minute=0, second=0, microsecond=0)


def _kind() -> DeliveryKind | None:
    """Which kind of messages this person works on; None: all."""
    asked = request.values.get("kind", "")
    return DeliveryKind(asked) if asked in tuple(DeliveryKind) else None


@bp.post("/<slug>/to-call/next")
def take_next(slug: str) -> BaseResponse:
    """The next message, for this person alone."""
    return _go_on()


def _go_on(message: str = "") -> BaseResponse:
    """To the next message, which is taken at once; ``message`` says what became of the last one."""
    if message:
        flash(message)
    kind = _kind()
    services.hand_queue.take_next(g.event.id, frame.me(), kind)
    return _back(kind)


def _back(kind: DeliveryKind | None) -> BaseResponse:
    return redirect(url_for(".show", slug=g.event.slug, kind=kind), 303)


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/take")
def take(slug: str, delivery_id: int) -> BaseResponse:
    """This one, chosen from the list."""
    if not services.hand_queue.take(g.event.id, delivery_id, frame.me()):
        return frame.done(
            _("Somebody else has this one before them, or there is nothing to tell any more."), "organizer.call.index"
        )
    return _back(None)


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/sent")
def sent(slug: str, delivery_id: int) -> BaseResponse:
    """They were told."""
    return _act(partial(services.hand_queue.sent, g.event.id, delivery_id, frame.me()), _("Noted."))


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/not-reached")
def not_reached(slug: str, delivery_id: int) -> BaseResponse:
    """Nobody answered."""
    typed = request.form.get("attempts", "")
    attempts = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else -1
    change = partial(services.hand_queue.not_reached, g.event.id, delivery_id, frame.me(), attempts=attempts)
    return _act(change, _("Noted: not reached."))


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/wrong-number")
def wrong_number(slug: str, delivery_id: int) -> BaseResponse:
    """Somebody else has this number."""
    return _act(
        partial(services.hand_queue.wrong_number, g.event.id, delivery_id, frame.me()), _("Noted: wrong number.")
    )


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/give-back")
def give_back(slug: str, delivery_id: int) -> BaseResponse:
    """Somebody else shall tell them; this person stops here."""
    services.hand_queue.give_back(g.event.id, delivery_id, frame.me())
    return frame.done(_("It is back in the queue."), ".show", kind=_kind())


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/undo")
def undo(slug: str, delivery_id: int) -> BaseResponse:
    """They were not told after all."""
    is_back = services.hand_queue.undo(g.event.id, delivery_id, frame.me())
    return frame.done(
        _("You have it before you again.") if is_back else _("This cannot be taken back any more."),
        ".show",
        kind=_kind(),
    )


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/accepts")
def accepts(slug: str, delivery_id: int) -> BaseResponse:
    """They take the offered place."""
    registration_id = _registration(delivery_id, DeliveryKind.OFFER)
    change = partial(services.waiting_list.accept, registration_id, by_account_id=frame.me())
    return _act(change, _("They have their tickets now."))


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/declines")
def declines(slug: str, delivery_id: int) -> BaseResponse:
    """They do not take it."""
    registration_id = _registration(delivery_id, DeliveryKind.OFFER)
    change = partial(services.waiting_list.decline, registration_id, by_account_id=frame.me())
    return _act(change, _("The place goes to whoever is next."))


@bp.post(f"/<slug>/to-call/<{ID}:asked_id>/comes")
def comes(slug: str, asked_id: int) -> BaseResponse:
    """Asked whether they still come, they said yes."""
    registration_id = _registration(asked_id, DeliveryKind.RECONFIRM)
    change = partial(services.no_show.confirm, registration_id, by_account_id=frame.me())
    return _act(change, _("Noted: they come."))


@bp.route(f"/<slug>/to-call/<{ID}:asked_id>/stays-away", methods=["GET", "POST"])
def stays_away(slug: str, asked_id: int) -> frame.Answer:
    """Asked whether they still come, they said no: their places go to others."""
    registration_id = _registration(asked_id, DeliveryKind.RECONFIRM)
    people = [
        one for one in queries.registration.list_people(registration_id) if one.status is AttendeeStatus.CONFIRMED
    ]

    def change() -> None:
        services.hand_queue.stays_away(g.event.id, asked_id, frame.me())
        services.hand_queue.take_next(g.event.id, frame.me(), _kind())

    return frame.confirm(
        change,
        question=ngettext(
            "Give back the place of %(names)s?",
            "Give back the %(num)s places of %(names)s?",
            len(people),
            names=", ".join(one.name for one in people),
        ),
        consequences=[_("The tickets are no longer good, and the places go to people who wait.")],
        button=_("They do not come"),
        back=url_for(".show", slug=slug, kind=_kind()),
        message=_("The place goes to whoever is next."),
    )


def _registration(delivery_id: int, kind: DeliveryKind) -> int:
    """The registration that a message of a kind is about. Raises NotFound."""
    message = queries.hand_queue.get(g.event.id, delivery_id)
    if message.kind is not kind or message.registration_id is None:
        raise NotFound(delivery_id)
    return message.registration_id


def _act(change: Callable[[], object], message: str) -> BaseResponse:
    """Does what a button asks for, says so or why not, and goes on."""
    try:
        change()
    except Refused as refused:
        return _go_on(refusals.sentence(refused))
    return _go_on(message)
