"""Registrations: found however a name is spelt, corrected, cancelled, sent again, and made for people who cannot."""

from math import ceil
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import config, language, queries, services
from eventapp.errors import Refused
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import links, names, questions, refusals
from eventapp.rules.vocabulary import Asked, AttendeeStatus, Channel, Question
from eventapp.services.registration import Booking, Person
from eventapp.web.forms import ChoiceField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.registration import Registration

bp = Blueprint("registration", __name__)

PAGE = 100
"""People on one page of the list."""


class PersonForm(StaffForm):
    """Someone who is registered by the team: a name is enough."""

    form_id = FormIdField()
    name = LineField(
        N_("Full name"),
        max_length=names.MAX_LENGTH,
        description=N_("As it should stand on the ticket. One name is enough."),
    )
    ticket_type_id = ChoiceField(N_("Category"))
    organization = LineField(questions.LABELS[Question.ORGANIZATION], max_length=questions.MAX_TEXT)
    organization_type = ChoiceField(questions.LABELS[Question.ORGANIZATION_TYPE], default="")
    function = LineField(questions.LABELS[Question.FUNCTION], max_length=questions.MAX_TEXT)
    sex = ChoiceField(questions.LABELS[Question.SEX], default="")
    age_band = ChoiceField(questions.LABELS[Question.AGE_BAND], default="")
    region = LineField(questions.LABELS[Question.REGION], max_length=questions.MAX_TEXT)
    languages = LineField(questions.LABELS[Question.LANGUAGES], max_length=questions.MAX_TEXT)
    needs = LineField(questions.LABELS[Question.NEEDS], max_length=questions.MAX_NEEDS)
    photo_consent = ChoiceField(questions.LABELS[Question.PHOTO_CONSENT], default="")
    contact_consent = ChoiceField(questions.LABELS[Question.CONTACT_CONSENT], default="")
    email = LineField(N_("E-mail address"), max_length=254, description=N_("May stay empty."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("May stay empty."))
    language = ChoiceField(N_("Language of tickets and messages"))


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
    return render_template(
        "organizer/registration_list.html",
        rows=queries.registration.list_attendees(
            g.event.id, words_sought, status, offset=(page - 1) * PAGE, limit=PAGE
        ),
        q=words_sought,
        status=status,
        statuses=queries.registration.count_by_status(g.event.id),
        places=queries.event.places(g.event),
        total=total,
        page=page,
        last=last,
    )


@bp.route("/<slug>/registrations/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """Registers someone who cannot do it alone: no phone and no e-mail needed."""
    form = PersonForm(language=g.event.languages[0])
    asked = list(questions.asked(g.event.asked))
    _prepare(form)
    made: list[Registration] = []
    if frame.attempt(form, lambda: made.append(_register(form, asked))):
        return redirect(url_for(".show", slug=slug, registration_id=made[0].id), 303)
    return frame.page("registration_new.html", form, asked=asked, places=queries.event.places(g.event))


def _prepare(form: PersonForm) -> None:
    """Gives the choices of this event, in the reader's language."""
    for question, choices in questions.CHOICES.items():
        form[question.value].choices = [("", "—"), *((value.value, _(label)) for value, label in choices.items())]
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [(str(row.id), str(row.name)) for row in types]
    form.language.choices = [(code, language.NAMES[code]) for code in g.event.languages]


def _register(form: PersonForm, asked: list[Question]) -> "Registration":
    # In front of a person one asks what matters; the list may be filled in later, so nothing is compulsory here.
    answers: dict[str, Any] = {
        question.value: questions.answer(question, form[question.value].data, Asked.OPTIONAL) for question in asked
    }
    if not form.name.data:
        raise Refused("nobody_named", field="name")
    booking = Booking(
        form_id=form.form_id.data or links.random_secret(),
        language=form.language.data,
        people=[Person(name=form.name.data, **answers)],
        email=services.registration.read_email(form.email.data),
        phone=services.registration.read_phone(form.phone.data),
        channel=Channel.ASSISTED,
        ticket_type_id=int(form.ticket_type_id.data),
    )
    return services.registration.register(g.event.id, booking, by_account_id=frame.me())


@bp.get(f"/<slug>/registrations/<{ID}:registration_id>")
def show(slug: str, registration_id: int) -> str:
    """One registration: its people, their answers and tickets, the contact, and what was sent."""
    registration = queries.registration.get_in(g.event.id, registration_id)
    return render_template(
        "organizer/registration_show.html",
        registration=registration,
        deliveries=queries.delivery.list_of_registration(registration_id),
        answers={attendee.id: _answers(attendee) for attendee in registration.attendees},
        link=url_for("public.registration.show", secret=services.registration.secret(registration)),
        is_mail_held=config.current().mail_url is None,
    )


def _answers(attendee: Any) -> list[tuple[str, str]]:
    """What a person answered, in words, in the order of the questions."""
    told = []
    for question, label in questions.LABELS.items():
        value = getattr(attendee, question.value)
        if value:
            told.append((_(label), _(questions.CHOICES[question][value]) if question in questions.CHOICES else value))
    return told


@bp.post(f"/<slug>/registrations/<{ID}:registration_id>/resend")
def resend(slug: str, registration_id: int) -> BaseResponse:
    """Sends the confirmation once more."""
    queries.registration.get_in(g.event.id, registration_id)
    try:
        services.registration.resend(registration_id, by_account_id=frame.me())
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".show", registration_id=registration_id)
    return frame.done(_("The message is on its way."), ".show", registration_id=registration_id)


@bp.route(f"/<slug>/registrations/<{ID}:registration_id>/contact", methods=["GET", "POST"])
def contact(slug: str, registration_id: int) -> Answer:
    """Corrects e-mail address and phone."""
    registration = queries.registration.get_in(g.event.id, registration_id)
    form = ContactForm(obj=registration)

    def change() -> None:
        services.registration.set_contact(registration_id, form.email.data, form.phone.data, by_account_id=frame.me())

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
