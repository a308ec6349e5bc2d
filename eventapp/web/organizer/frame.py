"""What the pages of the desk share: a form sent, refused or done; ids in addresses; the menu by stage."""

import re
from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import refusals
from eventapp.rules.access import Right
from eventapp.web import auth
from eventapp.web.forms import StaffForm, show_refusal
from eventapp.web.organizer import words

ID = "int(max=2147483647)"
"""An id in an address: no larger than a database can compare."""

Answer = BaseResponse | str | tuple[str, int]

_STAGES: tuple[tuple[str, tuple[tuple[str, str, Right], ...]], ...] = (
    (
        N_("Prepare"),
        (
            ("organizer.event.show", N_("Overview"), Right.SEE_DESK),
            ("organizer.settings.texts", N_("Texts and place"), Right.EDIT_EVENT),
            ("organizer.settings.dates", N_("Dates and languages"), Right.EDIT_EVENT),
            ("organizer.host.index", N_("Organizations"), Right.EDIT_EVENT),
            ("organizer.section.index", N_("More on the page"), Right.EDIT_EVENT),
            ("organizer.settings.colour", N_("Colour"), Right.EDIT_EVENT),
            ("organizer.programme.index", N_("Programme"), Right.EDIT_PROGRAMME),
            ("organizer.timetable.index", N_("Timetable"), Right.EDIT_PROGRAMME),
            ("organizer.speaker.index", N_("Speakers"), Right.EDIT_PROGRAMME),
        ),
    ),
    (
        N_("Open"),
        (
            ("organizer.settings.registration", N_("Places and questions"), Right.EDIT_EVENT),
            ("organizer.ticket_type.index", N_("Categories"), Right.EDIT_EVENT),
            ("organizer.code.index", N_("Invitation codes"), Right.EDIT_EVENT),
            ("organizer.question.index", N_("Your own questions"), Right.EDIT_EVENT),
            ("organizer.registration.index", N_("Registrations"), Right.SEE_REGISTRATIONS),
            ("organizer.invitation.index", N_("Invitations"), Right.SEE_REGISTRATIONS),
            ("organizer.approval.index", N_("To decide"), Right.EDIT_REGISTRATIONS),
            ("organizer.waiting_list.index", N_("Waiting list"), Right.EDIT_REGISTRATIONS),
            ("organizer.call.index", N_("To call"), Right.EDIT_REGISTRATIONS),
            ("organizer.message.index", N_("Messages"), Right.SEE_REGISTRATIONS),
            ("organizer.mailing.index", N_("Announcements and reminders"), Right.SEE_REGISTRATIONS),
            ("organizer.message_text.index", N_("Words of messages"), Right.EDIT_EVENT),
        ),
    ),
    (
        N_("On the day"),
        (
            ("organizer.day.show", N_("The day"), Right.MANAGE_PHONES),
            ("organizer.print_run.index", N_("Printing"), Right.EDIT_REGISTRATIONS),
            ("organizer.notice.index", N_("Notices"), Right.EDIT_PROGRAMME),
            ("checkin.door.show", N_("Welcome desk"), Right.CHECK_IN),
            ("organizer.personality.index", N_("Expected guests"), Right.SEE_REGISTRATIONS),
            ("organizer.speaker_day.index", N_("Speakers today"), Right.WELCOME_SPEAKERS),
            ("organizer.checkpoint.index", N_("Entrances"), Right.MANAGE_PHONES),
            ("organizer.checkin.phones", N_("Phones"), Right.MANAGE_PHONES),
        ),
    ),
    (
        N_("Afterwards"),
        (
            ("organizer.checkin.conflicts", N_("Entries to check"), Right.MANAGE_PHONES),
            ("organizer.set_aside.index", N_("Entries kept aside"), Right.MANAGE_PHONES),
        ),
    ),
)


_BEHIND = {
    "invitation_import": "invitation",
    "invitation_letter": "invitation",
    "organizer.cancellation.show": "organizer.event.show",
    "organizer.move.show": "organizer.settings.dates",
    "attendee_import": "registration",
    "duplicate": "registration",
    "hand_queue": "call",
    "room": "programme",
    "topic": "programme",
    "session_seat": "programme",
    "schedule": "programme",
    "release": "programme",
    "speaker_photo": "speaker",
    "speaker_task": "speaker",
    "speaker_board": "speaker",
    "pool": "ticket_type",
    "organizer.settings.waiting": "organizer.settings.registration",
    "person": "registration",
    "erasure": "registration",
    "organizer.checkin.add_phone": "organizer.checkin.phones",
    "organizer.checkin.phone": "organizer.checkin.phones",
    "organizer.checkin.withdraw": "organizer.checkin.phones",
}
"""Pages that the menu counts with another one."""


def me() -> int:
    """The id of the account that is signed in."""
    return auth.account().account_id


def attempt(form: StaffForm, change: Callable[[], object]) -> bool:
    """Makes the change that a sent form asks for.

    False if the form was not sent, or if something in it is wrong, which then stands beside its field.
    """
    if not form.validate_on_submit():
        return False
    try:
        change()
    except Refused as refused:
        show_refusal(form, refused)
    return not form.errors  # a change may find something wrong itself, and say so beside its field


def page(template: str, form: StaffForm, **facts: Any) -> tuple[str, int]:
    """A page with a form, in whatever state the form is."""
    return render_template(f"organizer/{template}", form=form, **facts), 422 if form.errors else 200


def done(message: str, endpoint: str, **values: Any) -> BaseResponse:
    """Says that it is done, on the page where one goes on."""
    flash(message)
    return redirect(url_for(endpoint, slug=g.event.slug, **values), 303)


def tried(change: Callable[[], object], message: str, endpoint: str, **values: Any) -> BaseResponse:
    """Makes a change that a button asks for, and says that it is done, or why not."""
    try:
        change()
    except Refused as refused:
        return done(refusals.sentence(refused), endpoint, **values)
    return done(message, endpoint, **values)


def steps() -> int:
    """Which way a thing is to be moved: one place up or down."""
    return -1 if request.form.get("steps") == "-1" else 1


def page_number(last: int) -> int:
    """Which page of a long list is asked for, from 1 to ``last``; what makes no sense is the first."""
    asked = request.args.get("page", "")
    return min(last, max(1, int(asked))) if re.fullmatch(r"[0-9]{1,9}", asked) else 1


def confirm(
    change: Callable[[], object], *, question: str, consequences: list[str], button: str, back: str, message: str
) -> Answer:
    """Asks before something is done that is not taken back by a click; then does it.

    ``back`` is where one gets by saying no, and after it is done.
    """
    problem = None
    if request.method == "POST":
        try:
            change()
        except Refused as refused:
            problem = refusals.sentence(refused)
        else:
            flash(message)
            return redirect(back, 303)
    content = render_template(
        "organizer/confirm.html",
        question=question,
        consequences=consequences,
        button=button,
        back=back,
        problem=problem,
    )
    return content, 409 if problem else 200


def facts() -> dict[str, Any]:
    """What every template of the desk can say."""
    return {
        "event": g.get("event"),
        "Right": Right,
        "may_here": auth.may_here,
        "word": words.word,
        "by_way": words.by_way,
        "stages": _stages,
    }


def _stages() -> list[tuple[str, list[tuple[str, str, bool, int]]]]:
    """The menu of this event: for each stage this person's pages, and how much waits there for somebody."""
    waiting = _waiting()
    return [
        (
            _(heading),
            [
                (_address(endpoint), _(label), _is_here(endpoint), waiting.get(endpoint, 0))
                for endpoint, label, right in links
                if auth.may_here(right)
            ],
        )
        for heading, links in _STAGES
    ]


def _waiting() -> dict[str, int]:
    waiting: dict[str, int] = {}
    if auth.may_here(Right.EDIT_REGISTRATIONS):
        to_do = queries.waiting_list.to_do(g.event.id)
        waiting |= {"organizer.approval.index": to_do.to_decide, "organizer.call.index": to_do.to_call}
    if auth.may_here(Right.MANAGE_PHONES):
        waiting["organizer.checkin.conflicts"] = queries.conflict.count(g.event.id)[0]
        waiting["organizer.set_aside.index"] = queries.set_aside.count(g.event.id)
    return waiting


def _address(endpoint: str) -> str:
    """The address of a line of the menu; the entrance is one for all events."""
    return url_for(endpoint, slug=g.event.slug) if endpoint.startswith("organizer.") else url_for(endpoint)


def _is_here(endpoint: str) -> bool:
    """Whether this page belongs to a line of the menu: the page itself, or one of the pages behind its list."""
    here = request.endpoint or ""
    if not endpoint.endswith(".index"):
        return _BEHIND.get(here, here) == endpoint
    noun = here.split(".")[1]
    return _BEHIND.get(noun, noun) == endpoint.split(".")[1]
