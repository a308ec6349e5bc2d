"""Named invitations at the desk: who is invited, letters, links, and answers that came by telephone."""

from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField

from eventapp import config, language, queries, services
from eventapp.errors import Refused
from eventapp.formats import qr, reminder
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import invitation as rules
from eventapp.rules import names, questions, refusals
from eventapp.rules.vocabulary import CallResult, InvitationAnswer, Question
from eventapp.services.invitation import InvitationFacts
from eventapp.services.registration import Person
from eventapp.web.forms import ChoiceField, CountField, FormIdField, InstantField, LineField, ParagraphsField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer

if TYPE_CHECKING:
    from eventapp.models.invitation import Invitation

bp = Blueprint("invitation", __name__)

PAGE = 100

STEPS = {
    "invitation.add": N_("Invited"),
    "invitation.change": N_("Changed"),
    "invitation.send": N_("Letter sent"),
    "invitation.post": N_("Letter posted"),
    "invitation.remind": N_("Reminded"),
    "invitation.renew_link": N_("New link"),
    "invitation.withdraw": N_("Withdrawn"),
    "invitation.release": N_("Kept places given to others, since the time to answer was over"),
    "invitation.yes": N_("Answer: comes"),
    "invitation.no": N_("Answer: does not come"),
    "invitation.represented": N_("Answer: sends somebody"),
    "invitation.call": N_("Called without an answer"),
}
"""What was done with an invitation, in words."""


class InvitationForm(StaffForm):
    """Who is invited, and to what."""

    form_id = FormIdField()
    courtesy_title = LineField(
        N_("Courtesy title"), max_length=100, description=N_("For example: Madam Minister. May stay empty.")
    )
    name = LineField(
        N_("Full name"),
        max_length=names.MAX_LENGTH,
        description=N_("Without a name, the organization names its people itself."),
    )
    function = LineField(questions.LABELS[Question.FUNCTION], max_length=questions.MAX_TEXT)
    organization = LineField(questions.LABELS[Question.ORGANIZATION], max_length=questions.MAX_TEXT)
    email = LineField(N_("E-mail address"), max_length=254, description=N_("May stay empty."))
    phone = LineField(N_("Phone"), max_length=60, description=N_("May stay empty."))
    language = ChoiceField(N_("Language of the letter"))
    ticket_type_id = ChoiceField(N_("Category"))
    places = CountField(N_("How many people may come"), least=1, most=rules.MOST_PLACES, default=1)
    held = CountField(
        N_("Places to keep"),
        most=rules.MOST_PLACES,
        default=0,
        description=N_("Besides those of people who are named already. They count as taken."),
    )
    reply_by = InstantField(
        N_("Answer by"), description=N_("After that, kept places go to others. Empty: kept until there is an answer.")
    )
    note = ParagraphsField(N_("Note for the team"), max_length=500)


class ReplyForm(StaffForm):
    """What somebody said by telephone or messenger."""

    form_id = FormIdField()
    answer = RadioField(N_("Answer"), validate_choice=False)
    people = ParagraphsField(N_("Who comes"), max_length=20_000, description=N_("One name a line."))
    representative = LineField(N_("Who represents them"), max_length=names.MAX_LENGTH)
    function = LineField(N_("Function of that person"), max_length=questions.MAX_TEXT)


@bp.get("/<slug>/invitations")
def index(slug: str) -> str:
    """Who is invited, a hundred to a page, with how many answered what."""
    sought = names.clean(request.args.get("q", ""))[:200]
    asked = request.args.get("answer")
    answer = InvitationAnswer(asked) if asked in set(InvitationAnswer) else None
    total = queries.invitation.count_in(g.event.id, sought, answer)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/invitation_list.html",
        rows=queries.invitation.list_in(g.event.id, sought, answer, offset=(page - 1) * PAGE, limit=PAGE),
        q=sought,
        answer=answer,
        answers=list(InvitationAnswer),
        counts=queries.invitation.count(g.event.id),
        unsent=services.invitation_letter.count_unsent(g.event.id),
        unanswered=services.invitation_letter.count_unanswered(g.event.id, None).in_all,
        total=total,
        page=page,
        last=last,
    )


def _prepare(form: InvitationForm) -> InvitationForm:
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [(str(row.id), str(row.name.pick(g.event.languages).value)) for row in types]
    form.language.choices = [(code, language.NAMES[code]) for code in g.event.languages]
    form.reply_by.zone = g.event.timezone
    return form


def _facts(form: InvitationForm) -> InvitationFacts:
    return InvitationFacts(
        ticket_type_id=int(form.ticket_type_id.data),
        language=form.language.data,
        courtesy_title=form.courtesy_title.data,
        name=form.name.data,
        function=form.function.data,
        organization=form.organization.data,
        email=form.email.data,
        phone=form.phone.data,
        places=form.places.data or 1,
        held=form.held.data or 0,
        reply_by=form.reply_by.data,
        note=form.note.data or "",
    )


@bp.route("/<slug>/invitations/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """Invites somebody."""
    form = _prepare(InvitationForm(language=g.event.languages[0]))
    made: list[Invitation] = []

    def change() -> None:
        made.append(services.invitation.add(g.event.id, _facts(form), account_id=frame.me(), form_id=form.form_id.data))

    if frame.attempt(form, change):
        return frame.done(_("Invited. The letter is not sent yet."), ".show", invitation_id=made[0].id)
    return frame.page("invitation_form.html", form, row=None)


@bp.route(f"/<slug>/invitations/<{ID}:invitation_id>/edit", methods=["GET", "POST"])
def edit(slug: str, invitation_id: int) -> Answer:
    """Changes an invitation."""
    row = queries.invitation.get_in(g.event.id, invitation_id)
    form = _prepare(InvitationForm(obj=row))

    def change() -> None:
        services.invitation.change(g.event.id, invitation_id, _facts(form), account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".show", invitation_id=invitation_id)
    return frame.page("invitation_form.html", form, row=queries.invitation.get_in(g.event.id, invitation_id))


@bp.get(f"/<slug>/invitations/<{ID}:invitation_id>")
def show(slug: str, invitation_id: int) -> str:
    """One invitation: who comes on it, its link, and all that was done with it."""
    row = queries.invitation.get_in(g.event.id, invitation_id)
    link = f"{config.current().public_url}/i/{services.invitation.secret(row)}"
    text = reminder.invitation(
        rules.address_lines(row), g.event.title, link, language=row.language, languages=g.event.languages
    )
    return render_template(
        "organizer/invitation_show.html",
        row=row,
        address=rules.address_lines(row),
        coming=queries.invitation.list_coming(row),
        calls=list(CallResult),
        steps=[(_(STEPS[step.entry.action]), step) for step in queries.invitation.list_steps(invitation_id)],
        deliveries=queries.invitation.list_deliveries(invitation_id),
        link=link,
        text=text,
        chat=reminder.whatsapp(row.phone, text) if row.phone else None,
        square=Markup(qr.svg(link, _("The link as a square for a phone's camera"))),  # noqa: S704  drawn by ourselves
        is_mail_held=config.current().mail_url is None,
    )


@bp.route(f"/<slug>/invitations/<{ID}:invitation_id>/answer", methods=["GET", "POST"])
def answer(slug: str, invitation_id: int) -> Answer:
    """Writes down an answer that came by telephone or messenger."""
    row = queries.invitation.get_in(g.event.id, invitation_id)
    coming = queries.invitation.list_coming(row)
    form = ReplyForm(people=row.name if row.name and not coming else None)
    form.answer.choices = [
        (value.value, words.word(value)) for value in InvitationAnswer if value is not InvitationAnswer.OPEN
    ]
    if frame.attempt(form, lambda: _record(form, invitation_id)):
        return frame.done(_("Saved."), ".show", invitation_id=invitation_id)
    return frame.page("invitation_answer.html", form, row=row, coming=coming, address=rules.address_lines(row))


def _record(form: ReplyForm, invitation_id: int) -> None:
    me, form_id = frame.me(), form.form_id.data
    match form.answer.data:
        case InvitationAnswer.YES:
            lines = [names.clean(line) for line in (form.people.data or "").splitlines()]
            people = [Person(name=line) for line in lines if line]
            if any(len(person.name) > names.MAX_LENGTH for person in people):
                raise Refused("name_too_long", field="people", max=names.MAX_LENGTH)
            services.invitation.accept(invitation_id, people, form_id=form_id, by_account_id=me)
        case InvitationAnswer.REPRESENTED:
            person = Person(name=form.representative.data or "", function=form.function.data)
            services.invitation.represent(invitation_id, person, form_id=form_id, by_account_id=me)
        case InvitationAnswer.NO:
            services.invitation.decline(invitation_id, form_id=form_id, by_account_id=me)
        case _:
            raise Refused("choice_invalid", field="answer")


@bp.post(f"/<slug>/invitations/<{ID}:invitation_id>/call")
def call(slug: str, invitation_id: int) -> BaseResponse:
    """Notes that a call led to nobody."""
    queries.invitation.get_in(g.event.id, invitation_id)
    result = request.form.get("result")
    if result not in set(CallResult):
        return frame.done(refusals.sentence(Refused("choice_invalid")), ".show", invitation_id=invitation_id)
    services.invitation.note_call(g.event.id, invitation_id, CallResult(result), account_id=frame.me())
    return frame.done(_("Saved."), ".show", invitation_id=invitation_id)


@bp.route(f"/<slug>/invitations/<{ID}:invitation_id>/link", methods=["GET", "POST"])
def renew_link(slug: str, invitation_id: int) -> Answer:
    """Asks, then gives the invitee a new link."""
    row = queries.invitation.get_in(g.event.id, invitation_id)
    return frame.confirm(
        lambda: services.invitation.renew_link(g.event.id, invitation_id, account_id=frame.me()),
        question=_("Make a new link for %(name)s?", name=row.name or row.organization),
        consequences=[_("The link that was sent opens nothing any more. Please send the new one.")],
        button=_("Make a new link"),
        back=url_for(".show", slug=slug, invitation_id=invitation_id),
        message=_("The new link is ready to be sent."),
    )


@bp.route(f"/<slug>/invitations/<{ID}:invitation_id>/withdraw", methods=["GET", "POST"])
def withdraw(slug: str, invitation_id: int) -> Answer:
    """Asks, then takes an invitation back."""
    row = queries.invitation.get_in(g.event.id, invitation_id)
    return frame.confirm(
        lambda: services.invitation.withdraw(g.event.id, invitation_id, account_id=frame.me()),
        question=_("Withdraw the invitation of %(name)s?", name=row.name or row.organization),
        consequences=[
            _("The link opens nothing any more, and kept places go to others. It cannot be taken back."),
            _("People who have a ticket already keep it: cancel their places in the registrations if need be."),
        ],
        button=_("Withdraw"),
        back=url_for(".show", slug=slug, invitation_id=invitation_id),
        message=_("The invitation is withdrawn."),
    )
