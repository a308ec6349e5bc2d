"""Registrations: found however a name is spelt, corrected, cancelled, sent again, and made for people who cannot."""

import io
from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    g,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from eventapp import config, language, queries, services
from eventapp.errors import Refused
from eventapp.formats import table
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import custom_question, links, names, questions, refusals
from eventapp.rules.access import Right
from eventapp.rules.vocabulary import MINORS, AttendeeStatus, Channel, ConsentWay, DeliveryChannel
from eventapp.services.registration import Booking
from eventapp.web import auth, person_form
from eventapp.web.forms import ChoiceField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.person_form import PersonForm, Sheet

if TYPE_CHECKING:
    from eventapp.models.registration import Registration

bp = Blueprint("registration", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 100
"""People on one page of the list."""


class DeskForm(StaffForm, PersonForm):
    """Someone who is registered by the team: a name is enough."""

    form_id = FormIdField()
    ticket_type_id = ChoiceField(N_("Category"))
    email = LineField(N_("E-mail address"), max_length=254, description=N_("May stay empty."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("May stay empty."))
    language = ChoiceField(N_("Language of tickets and messages"))
    consent_way = ChoiceField(
        N_("How they gave consent"), description=N_("Kept with the time, and with you as the one who was told.")
    )


class NameForm(StaffForm):
    """A corrected name."""

    name = LineField(N_("Full name"), max_length=names.MAX_LENGTH)


class TypeForm(StaffForm):
    """Another category for somebody."""

    ticket_type_id = ChoiceField(N_("Category"))


class ContactForm(StaffForm):
    """How to reach the contact of a registration."""

    email = LineField(N_("E-mail address"), max_length=254, description=N_("May stay empty."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("May stay empty."))


@bp.get("/<slug>/registrations")
def index(slug: str) -> str:
    """The people who are registered, a hundred to a page."""
    words_sought = names.clean(request.args.get("q", ""))[:200]
    asked_status = request.args.get("status")
    status = AttendeeStatus(asked_status) if asked_status in set(AttendeeStatus) else None
    total = queries.registration.count_attendees(g.event.id, words_sought, status)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    if total or not words_sought:
        rows = queries.registration.list_attendees(
            g.event.id, words_sought, status, offset=(page - 1) * PAGE, limit=PAGE
        )
    else:
        rows = queries.registration.list_close(g.event.id, words_sought, status, limit=PAGE)
    return render_template(
        "organizer/registration_list.html",
        rows=rows,
        q=words_sought,
        status=status,
        statuses=queries.registration.count_by_status(g.event.id),
        places=queries.event.places(g.event),
        total=total,
        page=page,
        last=last,
    )


@bp.get("/<slug>/registrations/export")
def export(slug: str) -> BaseResponse:
    """Everybody who is registered, as a file, however many there are; ``sensitive=1`` with what is sensitive."""
    kind = "xlsx" if request.args.get("format") == "xlsx" else "csv"
    everybody = queries.export.attendees(g.event, with_sensitive=request.args.get("sensitive") == "1")
    if kind == "csv":
        lines = table.csv_lines(everybody.columns, everybody.rows)
        response = Response(stream_with_context(lines), content_type="text/csv; charset=utf-8")
    else:
        book = io.BytesIO()  # packed, fifty bytes a person; the rows themselves never stand in memory together
        table.write_xlsx(book, everybody.columns, everybody.rows)
        response = Response(book.getvalue(), content_type=XLSX)
    name = _("%(event)s-participants", event=slug)
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{kind}")
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/<slug>/registrations/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """Registers someone who cannot do it alone: no phone and no e-mail needed."""
    asks = _asks()
    form = person_form.asking(DeskForm, asks)(language=g.event.languages[0])
    _prepare(form)
    made: list[Registration] = []
    if frame.attempt(form, lambda: _register(form, asks, made)):
        return redirect(url_for(".show", slug=slug, registration_id=made[0].id), 303)
    return frame.page(
        "registration_new.html",
        form,
        places=queries.seats.for_newcomers(g.event),
        types=queries.registration.list_ticket_types(g.event.id),
        **person_form.facts(asks, type_field="ticket_type_id"),
    )


def _asks() -> Sheet:
    """What this member of the team may ask, and read."""
    asks = person_form.sheet(g.event, is_eased=True)
    return asks if auth.may_here(Right.SEE_SENSITIVE) else asks.without_sensitive()


def _prepare(form: Any) -> None:
    """Gives the choices of this event, in the reader's language."""
    person_form.prepare([form])
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [(str(row.id), str(row.name)) for row in types]
    form.language.choices = [(code, language.NAMES[code]) for code in g.event.languages]
    form.consent_way.choices = _ways()


def _ways() -> list[tuple[str, str]]:
    return [(way.value, words.word(way)) for way in (ConsentWay.SPOKEN, ConsentWay.PAPER)]


def _register(form: Any, asks: Sheet, made: list["Registration"]) -> None:
    type_id = int(form.ticket_type_id.data)
    person = person_form.read_person(
        asks, form, ticket_type_id=type_id, way=ConsentWay(form.consent_way.data), account_id=frame.me()
    )
    if not person.name:
        person_form.wrong(form.name, Refused("nobody_named"))
    if form.errors:
        return
    booking = Booking(
        form_id=form.form_id.data or links.random_secret(),
        language=form.language.data,
        people=[person],
        email=services.contact.read_email(form.email.data),
        phone=services.contact.read_phone(form.phone.data),
        channel=Channel.ASSISTED,
        ticket_type_id=type_id,
    )
    made.append(services.registration.register(g.event.id, booking, by_account_id=frame.me()))


@bp.get(f"/<slug>/registrations/<{ID}:registration_id>")
def show(slug: str, registration_id: int) -> str:
    """One registration: its people, their answers and tickets, the contact, and what was sent."""
    registration = queries.registration.get_in(g.event.id, registration_id)
    ids = [attendee.id for attendee in registration.attendees]
    own, asked = queries.question.answers_of(ids), queries.question.list_all(g.event.id)
    return render_template(
        "organizer/registration_show.html",
        registration=registration,
        deliveries=queries.delivery.list_of_registration(registration_id),
        answers={one.id: _answers(one, asked, own.get(one.id, {})) for one in registration.attendees},
        consents=queries.question.consents_of(ids),
        has_minors=any(one.age_band in MINORS for one in registration.attendees),
        link=url_for("public.registration.show", secret=services.registration.secret(registration)),
        is_mail_held=config.current().mail_url is None,
    )


def _answers(attendee: Any, asked: Sequence[Any], own: Mapping[int, Any]) -> list[tuple[str, str]]:
    """What a person answered, in words, in the order of the questions, as far as the reader may see it."""
    may_see_all = auth.may_here(Right.SEE_SENSITIVE)
    built_in = [
        (_(label), questions.in_words(question, getattr(attendee, question.value)))
        for question, label in questions.LABELS.items()
        if may_see_all or question not in questions.SENSITIVE
    ]
    custom = [
        (str(one.label), custom_question.in_words(one, own.get(one.id)))
        for one in asked
        if may_see_all or not one.is_sensitive
    ]
    return [(label, words_) for label, words_ in (*built_in, *custom) if words_]


@bp.post(f"/<slug>/registrations/<{ID}:registration_id>/resend")
def resend(slug: str, registration_id: int) -> BaseResponse:
    """Sends the confirmation once more."""
    queries.registration.get_in(g.event.id, registration_id)
    try:
        queued = services.contact.resend(registration_id, by_account_id=frame.me())
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".show", registration_id=registration_id)
    is_by_hand = queued.channel is DeliveryChannel.HAND
    said = _("It is on the list of people to call.") if is_by_hand else _("The message is on its way.")
    return frame.done(said, ".show", registration_id=registration_id)


@bp.route(f"/<slug>/registrations/<{ID}:registration_id>/contact", methods=["GET", "POST"])
def contact(slug: str, registration_id: int) -> Answer:
    """Corrects e-mail address and phone."""
    registration = queries.registration.get_in(g.event.id, registration_id)
    form = ContactForm(obj=registration)

    def change() -> None:
        services.contact.set_contact(registration_id, form.email.data, form.phone.data, by_account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".show", registration_id=registration_id)
    return frame.page("registration_contact.html", form, registration_id=registration_id)


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/name", methods=["GET", "POST"])
def rename(slug: str, attendee_id: int) -> Answer:
    """Corrects a name; the ticket stays good."""
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    registration_id = attendee.registration_id
    form = NameForm(obj=attendee)

    def change() -> None:
        services.attendee.rename(attendee_id, form.name.data or "", by_account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("The name is corrected. The ticket stays good."), ".show", registration_id=registration_id)
    return frame.page("registration_rename.html", form, registration_id=registration_id)


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/cancel", methods=["GET", "POST"])
def cancel(slug: str, attendee_id: int) -> Answer:
    """Asks, then gives a place back."""
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    registration = queries.registration.get_in(g.event.id, attendee.registration_id)
    waiting = queries.registration.count_by_status(g.event.id).get(AttendeeStatus.WAITLISTED, 0)
    consequences = [_("The ticket is no longer good, and the door says so.")]
    if waiting:
        consequences.append(
            ngettext(
                "%(num)s person is waiting: the place goes to the first who fits.",
                "%(num)s people are waiting: the place goes to the first who fits.",
                waiting,
            )
        )
    else:
        consequences.append(_("Nobody is waiting, so the place is free for whoever registers next."))
    if registration.email is not None:
        consequences.append(_("The contact gets a message about it."))
    return frame.confirm(
        lambda: services.attendee.cancel(attendee_id, by_account_id=frame.me()),
        question=_("Cancel the place of %(name)s?", name=attendee.name),
        consequences=consequences,
        button=_("Cancel the place"),
        back=url_for(".show", slug=slug, registration_id=attendee.registration_id),
        message=_("The place is cancelled."),
    )


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/category", methods=["GET", "POST"])
def change_type(slug: str, attendee_id: int) -> Answer:
    """Moves somebody to another category; the ticket stays good."""
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    registration_id = attendee.registration_id
    form = TypeForm(ticket_type_id=str(attendee.ticket_type_id))
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [(str(row.id), str(row.name)) for row in types]

    def change() -> None:
        services.attendee.change_type(attendee_id, int(form.ticket_type_id.data), by_account_id=frame.me())

    if frame.attempt(form, change):
        message = _("The category is changed. The ticket stays good.")
        return frame.done(message, ".show", registration_id=registration_id)
    return frame.page(
        "registration_type.html", form, registration_id=registration_id, attendee_id=attendee_id, name=attendee.name
    )


@bp.post(f"/<slug>/attendees/<{ID}:attendee_id>/restore")
def restore(slug: str, attendee_id: int) -> BaseResponse:
    """Takes a cancellation back: with a seat if one is free, else on the waiting list."""
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    return frame.tried(
        lambda: services.attendee.restore(attendee_id, by_account_id=frame.me()),
        _("The cancellation is taken back."),
        ".show",
        registration_id=attendee.registration_id,
    )
