"""An invitee's own page: the letter, three answers, and the tickets of those who come."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import event as event_rules
from eventapp.rules import invitation as rules
from eventapp.rules import links, names, questions
from eventapp.rules.vocabulary import InvitationAnswer, Question
from eventapp.services.registration import Person
from eventapp.web import personal, reader
from eventapp.web.forms import CountField, FormIdField, GuestForm, LineField, show_refusal

if TYPE_CHECKING:
    from eventapp.models.invitation import Invitation

bp = Blueprint("invitation", __name__)

BOXES = 5
"""How many names are asked for at once; whoever has more comes back to the page."""

DONE = {
    "yes": N_("Thank you. Your answer is here, and can be changed until the event begins."),
    "represented": N_("Thank you. The ticket is for the person who represents you; please pass it on."),
    "no": N_("Thank you for telling us. Until the event begins you can still change your answer."),
}


class AnswerForm(GuestForm):
    """What the invitee answers; names come in boxes of their own."""

    form_id = FormIdField()
    expected = CountField(N_("How many of you come in all?"), least=1, most=rules.MOST_PLACES)
    representative = LineField(N_("Full name"), max_length=names.MAX_LENGTH)
    function = LineField(questions.LABELS[Question.FUNCTION], max_length=questions.MAX_TEXT)


@bp.get("/i/<secret>")
def show(secret: str) -> Response | tuple[str, int]:
    """The letter with what was answered."""
    return _page(secret, queries.invitation.get_by_secret(secret), AnswerForm(None))


@bp.post("/i/<secret>/yes")
def accept(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """The invitee comes, with the people named."""
    invitation = queries.invitation.get_by_secret(secret)
    form = AnswerForm()
    typed = _typed()

    def change() -> None:
        people = [
            Person(name=name, function=invitation.function if name == invitation.name else None) for name in typed
        ]
        expected = form.expected.data if invitation.places > 1 else None
        services.invitation.accept(invitation.id, people, expected=expected, form_id=form.form_id.data)

    return _answer(secret, invitation, form, change, "yes", typed)


def _typed() -> list[str]:
    """The names in the boxes that are not empty, as they are kept; more than anybody may bring are not read."""
    cleaned = [names.clean(text) for text in request.form.getlist("name")[: rules.MOST_PLACES + 1]]
    return [name for name in cleaned if name]


@bp.post("/i/<secret>/represented")
def represent(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """Somebody else comes in the invitee's name."""
    invitation = queries.invitation.get_by_secret(secret)
    form = AnswerForm()

    def change() -> None:
        person = Person(name=form.representative.data or "", function=form.function.data)
        services.invitation.represent(invitation.id, person, form_id=form.form_id.data)

    return _answer(secret, invitation, form, change, "represented")


@bp.post("/i/<secret>/no")
def decline(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """Nobody comes."""
    invitation = queries.invitation.get_by_secret(secret)
    form = AnswerForm()
    return _answer(
        secret,
        invitation,
        form,
        lambda: services.invitation.decline(invitation.id, form_id=form.form_id.data),
        "no",
    )


def _answer(
    secret: str,
    invitation: "Invitation",
    form: AnswerForm,
    change: Callable[[], None],
    what: str,
    typed: list[str] | None = None,
) -> Response | BaseResponse | tuple[str, int]:
    if form.validate() and _has_good_length(form, typed or []):
        try:
            change()
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect(url_for(".show", secret=secret, done=what), 303)
    return _page(secret, invitation, form, what, typed)


def _has_good_length(form: AnswerForm, typed: list[str]) -> bool:
    if any(len(name) > names.MAX_LENGTH for name in typed):
        show_refusal(form, Refused("name_too_long", max=names.MAX_LENGTH))
        return False
    return True


def _page(
    secret: str, invitation: "Invitation", form: AnswerForm, tried: str = "", typed: list[str] | None = None
) -> Response | tuple[str, int]:
    event = queries.event.get(invitation.event_id)
    reader.prefer([invitation.language])
    coming = queries.invitation.list_coming(invitation)
    registration = queries.invitation.find_registration(invitation)
    stage = event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now())
    may_answer = True
    try:
        rules.check_may_answer(stage, is_withdrawn=False)
    except Refused:
        may_answer = False
    told = DONE.get(request.args.get("done", ""))
    content = render_template(
        "public/invitation_show.html",
        event=event,
        invitation=invitation,
        address=rules.address_lines(invitation),
        secret=secret,
        form=form,
        form_id=form.form_id.data or links.random_secret(),
        coming=coming,
        own_page=url_for("public.registration.show", secret=services.registration.secret(registration))
        if registration is not None
        else None,
        boxes=_boxes(invitation, [one.name for one in coming], typed),
        may_answer=may_answer,
        tried=tried,
        is_in_time=invitation.reply_by is None or clock.now() < invitation.reply_by,
        just_done=_(told) if told else None,
    )
    return (content, 422) if tried else personal.answer(content)


def _boxes(invitation: "Invitation", there: list[str], typed: list[str] | None) -> list[str]:
    """What the boxes for names hold: what was typed, or the invitee's own name, and then nothing."""
    room = max(0, invitation.places - len(there))
    if invitation.answer is InvitationAnswer.REPRESENTED:
        room, there = invitation.places, []
    filled = typed if typed is not None else [invitation.name] if invitation.name and not there else []
    return [*filled, *[""] * max(0, min(room, BOXES) - len(filled))]


@bp.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[str, int]:
    """Helps an invitee whose link is cut off, was replaced or ended."""
    return render_template("public/invitation_missing.html"), 404
