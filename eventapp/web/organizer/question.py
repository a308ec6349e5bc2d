"""The organizer's own questions of people who register."""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from eventapp import language, queries, services
from eventapp.errors import Refused
from eventapp.language import N_, LocalizedText
from eventapp.language import gettext as _
from eventapp.rules import custom_question as rules
from eventapp.rules import delicate, refusals
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import QuestionKind
from eventapp.web import person_form
from eventapp.web.forms import (
    ChoiceField,
    FormIdField,
    LocalizedField,
    ParagraphsField,
    StaffForm,
    TicksField,
)
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.person_form import PersonForm

if TYPE_CHECKING:
    from eventapp.models.question import EventQuestion

bp = Blueprint("question", __name__)


class QuestionForm(StaffForm):
    """One question."""

    form_id = FormIdField()
    label = LocalizedField(N_("Question"), max_length=rules.MAX_LABEL, required=True, missing="question_missing")
    help = LocalizedField(
        N_("Help"), max_length=rules.MAX_HELP, description=N_("A sentence under the question. It may stay empty.")
    )
    kind = ChoiceField(N_("What people answer with"), default=QuestionKind.SHORT_TEXT.value)
    choices = LocalizedField(
        N_("Answers to choose from"),
        lines=5,
        max_length=rules.MAX_CHOICES * (rules.MAX_SHORT + 1),
        description=N_(
            "Only for one or several of several answers: one on each line, in the same order in each language."
        ),
    )
    is_required = BooleanField(N_("Must be answered"))
    ticket_type_ids = TicksField(
        N_("Asked only of these categories"), description=N_("With none ticked it is asked of everybody.")
    )
    shown_if = ChoiceField(
        N_("Asked only after this answer"),
        default="",
        description=N_("Questions that come before this one can be chosen."),
    )
    is_sensitive = BooleanField(
        N_("Sensitive"), description=N_("Only owner and organizers see the answers, and they are erased early.")
    )
    is_counted = BooleanField(N_("The report counts the answers"))
    reason = ParagraphsField(
        N_("Why you need to know"),
        max_length=rules.MAX_REASON,
        description=N_(
            "Needed for a question about migration status, ethnicity, nationality, religion or identity papers. Guests "
            "read it beside the question."
        ),
    )

    def asking(self, question_id: int | None) -> Asking:
        """What the form says, but for the choices."""
        first, _colon, value = (self.shown_if.data or "").partition(":")
        return Asking(
            id=question_id,
            kind=QuestionKind(self.kind.data),
            label=self.label.data,
            help=self.help.data,
            is_required=self.is_required.data,
            ticket_type_ids=[int(one) for one in self.ticket_type_ids.data or ()],
            shown_if_question_id=int(first) if first else None,
            shown_if_value=value if first else None,
            is_sensitive=self.is_sensitive.data,
            is_counted=self.is_counted.data,
            reason=self.reason.data or "",
        )


@bp.get("/<slug>/questions")
def index(slug: str) -> str:
    """All of them, in the organizer's order."""
    rows = queries.question.list_asked(g.event.id)
    asks = person_form.Sheet({}, rows)
    types = queries.registration.list_ticket_types(g.event.id)
    return render_template(
        "organizer/question_list.html",
        rows=rows,
        conditions={row.id: asks.condition_words(row) for row in rows},
        type_names={row.id: ", ".join(str(one.name) for one in types if one.id in row.ticket_type_ids) for row in rows},
    )


@bp.route("/<slug>/questions/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """One more, at the end."""
    form = QuestionForm()
    _prepare(form, queries.question.list_asked(g.event.id))

    def change() -> None:
        services.question.add(
            g.event.id,
            form.asking(None),
            lines=form.choices.data,
            account_id=frame.me(),
            form_id=form.form_id.data,
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return _page(form, None)


@bp.route(f"/<slug>/questions/<{ID}:row_id>", methods=["GET", "POST"])
def edit(slug: str, row_id: int) -> Answer:
    """One of them."""
    row = queries.question.get(g.event.id, row_id)
    form = QuestionForm(data=_present(row))
    asked = queries.question.list_asked(g.event.id)
    _prepare(form, asked[: [one.id for one in asked].index(row_id)])

    def change() -> None:
        services.question.change(
            g.event.id, row_id, form.asking(row_id), lines=form.choices.data, account_id=frame.me()
        )

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    return _page(form, queries.question.get(g.event.id, row_id))


def _prepare(form: QuestionForm, earlier: list["EventQuestion"]) -> None:
    """Gives the choices of this event, in the reader's language."""
    form.kind.choices = words.choices(QuestionKind)
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_ids.choices = [(str(one.id), str(one.name)) for one in types]
    form.shown_if.choices = [
        ("", _("asked in any case")),
        *(
            (f"{one.id}:{value}", _("%(question)s: %(answer)s", question=one.label, answer=_answer(one, value)))
            for one in earlier
            for value in rules.conditions(one)
        ),
    ]


def _answer(question: "EventQuestion", value: str) -> str:
    return rules.in_words(question, value == "yes" if question.kind is QuestionKind.YES_NO else value)


def _present(row: "EventQuestion") -> dict[str, Any]:
    """What the boxes hold for a question that is there."""
    fields = ("label", "help", "kind", "is_required", "is_sensitive", "is_counted", "reason")
    shown = rules.choices_now(row)
    return {
        **{name: getattr(row, name) for name in fields},
        "choices": LocalizedText(
            {
                code: "\n".join(choice["label"].get(code, "") for choice in shown)
                for code in language.LANGUAGES
                if any(choice["label"].get(code) for choice in shown)
            }
        ),
        "ticket_type_ids": [str(one) for one in row.ticket_type_ids],
        "shown_if": f"{row.shown_if_question_id}:{row.shown_if_value}" if row.shown_if_question_id else "",
    }


def _page(form: QuestionForm, row: "EventQuestion | None") -> Answer:
    texts = [*form.label.data.values(), *form.help.data.values(), *form.choices.data.values()]
    return frame.page(
        "question_form.html",
        form,
        row=row,
        found=[_(delicate.WORDS[topic]) for topic in delicate.found(*texts)],
        is_answered=row is not None and queries.question.has_answers(row.id),
    )


@bp.route(f"/<slug>/questions/<{ID}:row_id>/remove", methods=["GET", "POST"])
def remove(slug: str, row_id: int) -> Answer:
    """Asks, then asks it no longer."""
    row = queries.question.get(g.event.id, row_id)
    is_answered = queries.question.has_answers(row_id)
    return frame.confirm(
        lambda: services.question.remove(g.event.id, row_id, account_id=frame.me()),
        question=_("Remove “%(name)s”?", name=row.label.pick(g.event.languages).value),
        consequences=[
            _("Nobody is asked it any more. What people answered stays with their registration.")
            if is_answered
            else _("Nobody has answered it yet, so nothing is lost.")
        ],
        button=_("Remove"),
        back=url_for(".index", slug=slug),
        message=_("Removed."),
    )


@bp.post(f"/<slug>/questions/<{ID}:row_id>/move")
def move(slug: str, row_id: int) -> BaseResponse:
    """One place up or down."""
    try:
        services.question.move(g.event.id, row_id, frame.steps())
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".index")
    return frame.done(_("Moved."), ".index")


@bp.get("/<slug>/questions/preview")
def preview(slug: str) -> str:
    """The questions as guests see them."""
    asks = person_form.sheet(g.event)
    form = person_form.asking(PersonForm, asks)()
    person_form.prepare([form])
    return render_template(
        "organizer/question_preview.html",
        entry=form,
        types=queries.registration.list_ticket_types(g.event.id),
        **person_form.facts(asks),
    )
