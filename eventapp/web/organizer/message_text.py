"""What an event says in its messages: its own words in each language, seen and tried before anybody gets them."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, g, request, url_for
from markupsafe import Markup
from wtforms import HiddenField, StringField, TextAreaField

from eventapp import clock, config, language, queries, services
from eventapp.errors import NotFound, Refused
from eventapp.formats import email
from eventapp.formats import letter as letters
from eventapp.formats.letter import Letter, Words
from eventapp.language import N_, NAMES, LocalizedText
from eventapp.language import gettext as _
from eventapp.queries.message import Reader
from eventapp.rules import links, names, refusals, texts
from eventapp.rules import message as rules
from eventapp.rules.access import Right
from eventapp.rules.message import Part
from eventapp.rules.vocabulary import Audience, DeliveryKind
from eventapp.web import auth
from eventapp.web.forms import ChoiceField, FormIdField, LineField, StaffForm
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import Answer

if TYPE_CHECKING:
    from eventapp.models.message import MessageText

bp = Blueprint("message_text", __name__)

FOUND = 12
"""People to choose from for the preview."""
NOBODY = "nobody"

GROUPS: tuple[tuple[str, dict[DeliveryKind, str]], ...] = (
    (
        N_("Registration"),
        {
            DeliveryKind.CONFIRMATION: N_("When somebody has registered and has a place."),
            DeliveryKind.PENDING: N_("When a registration waits for your decision."),
            DeliveryKind.REJECTION: N_("When you turn a registration down."),
            DeliveryKind.CANCELLATION: N_("When a place was given back."),
            DeliveryKind.HANDED_ON: N_("When somebody gave their ticket to another person."),
            DeliveryKind.LOST_TICKET: N_("When somebody has lost their ticket."),
            DeliveryKind.PROOF_CODE: N_("When somebody wants to see, take away or erase what is stored of them."),
        },
    ),
    (
        N_("Waiting list"),
        {
            DeliveryKind.WAITING_LIST: N_("When somebody registers and all seats are taken."),
            DeliveryKind.OFFER: N_("When a free place is kept for whoever is next."),
            DeliveryKind.PLACE_FREE: N_("When somebody who waited has a place."),
            DeliveryKind.OFFER_LAPSED: N_("When nobody answered while the place was kept."),
            DeliveryKind.SESSION_SEAT: N_("When a seat in a session has become free."),
        },
    ),
    (
        N_("Before the event"),
        {
            DeliveryKind.RECONFIRM: N_("Some days before, if people are asked once more whether they come."),
            DeliveryKind.RELEASED: N_("When a place was taken back, since nobody answered."),
            DeliveryKind.REMINDER: N_("When a reminder leaves that you planned."),
            DeliveryKind.PROGRAMME_CHANGE: N_("When changes of the programme are published."),
            DeliveryKind.EVENT_MOVED: N_("When you tell people of another time or place."),
            DeliveryKind.EVENT_CANCELLED: N_("When the event is cancelled."),
            DeliveryKind.EVENT_REVIVED: N_("When it was cancelled and takes place after all."),
        },
    ),
    (N_("After the event"), {DeliveryKind.THANK_YOU: N_("When a thank-you leaves that you planned.")}),
    (
        N_("Speakers"),
        {
            DeliveryKind.SPEAKER_LINK: N_("When you send a speaker the link of their page."),
            DeliveryKind.SPEAKER_REMINDER: N_("When you remind speakers of what is missing."),
        },
    ),
    (
        N_("Invitees"),
        {
            DeliveryKind.INVITATION: N_("When you send the letter of an invitation."),
            DeliveryKind.INVITATION_REMINDER: N_("When you remind those who have not answered."),
        },
    ),
)

_MEANINGS = {
    "name": N_("whoever reads it"),
    "event": N_("the title of the event"),
    "date": N_("day and time"),
    "place": N_("venue and city"),
    "link": N_("their personal page"),
    "until": N_("until when to answer"),
    "before": N_("time and place before they changed"),
    "session": N_("the session"),
    "survey": N_("the address of your survey"),
    "code": N_("the code"),
    "contact": N_("your address for questions"),
    "reason": N_("why, and what happens now"),
}


class TextLine(StringField):
    """One line, with its no-break spaces; a placeholder has a value later."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = texts.line(str(valuelist[0]))


class TextLines(TextAreaField):
    """Paragraphs, without control characters."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.data = texts.paragraphs(str(valuelist[0]))


class MessageForm(StaffForm):
    """One message; the boxes of each language are added by `_form`."""

    form_id = FormIdField()
    seen = HiddenField()
    about = ChoiceField(N_("As it is sent to"))
    q = LineField(N_("Search by name"))


class SurveyForm(StaffForm):
    """Where guests say how it was."""

    survey_url = LineField(
        N_("Address of your survey"),
        max_length=1000,
        description=N_("The thank-you holds it. It begins with https://. Left empty, nobody is asked."),
    )


@dataclass(frozen=True)
class Shown:
    """A message as it would be sent, in one language."""

    language: str
    subject: str
    text: str
    html: Markup
    empty: list[str] = field(default_factory=list)
    """Placeholders that were written and have no value for this person."""


@bp.route("/<slug>/messages/texts", methods=["GET", "POST"])
def index(slug: str) -> Answer:
    """All messages with whose words they have; and the survey."""
    form = SurveyForm(obj=g.event)

    def change() -> None:
        services.event.set_survey(g.event.id, form.survey_url.data, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".index")
    own = queries.message.list_texts(g.event.id)
    return frame.page("message_text_list.html", form, groups=GROUPS, own={k: _own_in(row) for k, row in own.items()})


def _own_in(row: "MessageText") -> list[str]:
    """The languages of the event in which something is said in its own words."""
    return [code for code in g.event.languages if any(code in getattr(row, part) for part in Part)]


@bp.route("/<slug>/messages/texts/<kind>", methods=["GET", "POST"])
def edit(slug: str, kind: str) -> Answer:
    """One message: its words, how it looks for somebody, and a test of it.

    Only "save" changes what guests get; every other button shows this page again with what was typed.
    """
    chosen = _kind(kind)
    row = queries.message.find_text(g.event.id, chosen)
    form = _form(tuple(g.event.languages))(data=_present(row))
    reader, found = _choose_reader(form, chosen)
    given = _words(form, row)
    theirs = sent_to = None
    if form.validate_on_submit():
        do, _dash, code = request.form.get("do", "").partition("-")
        is_fine = _judge(form, chosen)
        if do == "copy" and code in g.event.languages:
            _copy(form, chosen, code, reader)
            given = _words(form, row)
        elif do == "test" and is_fine and code in g.event.languages:
            sent_to = _try(form, chosen, code, given, reader)
        elif do == "save" and is_fine:
            theirs = _save(form, chosen, given)
            if not form.form_errors:
                return frame.done(_("Saved."), ".edit", kind=chosen.value)
    return _page(form, chosen, given, reader, found, row=row, theirs=theirs, sent_to=sent_to)


def _kind(name: str) -> DeliveryKind:
    """The kind in an address. Raises NotFound."""
    if name not in {kind.value for kind in rules.EDITABLE}:
        raise NotFound(name)
    return DeliveryKind(name)


@cache
def _form(languages: tuple[str, ...]) -> type[MessageForm]:
    """A form with the boxes of these languages."""
    boxes: dict[str, Any] = {}
    for code in languages:
        boxes[f"subject_{code}"] = TextLine(N_("Subject"))
        boxes[f"body_{code}"] = TextLines(N_("Text"))
        boxes[f"short_{code}"] = TextLines(N_("Short text"))
    return type("EventMessageForm", (MessageForm,), boxes)


def _present(row: "MessageText | None") -> dict[str, Any]:
    boxes = {
        f"{part}_{code}": getattr(row, part).get(code, "") if row is not None else ""
        for part in Part
        for code in g.event.languages
    }
    return {"seen": services.message_text.version(row), **boxes}


def _words(form: MessageForm, row: "MessageText | None") -> Words:
    """What the boxes say. A language that the event does not have now keeps its words."""
    return Words(
        *(
            LocalizedText(
                {
                    **(getattr(row, part) if row is not None else {}),
                    **{code: form[f"{part}_{code}"].data or "" for code in g.event.languages},
                }
            )
            for part in Part
        )
    )


def _choose_reader(form: MessageForm, kind: DeliveryKind) -> tuple[Reader | None, list[Reader]]:
    """For whom the message is shown, and who else may be chosen: only people whom this account may see."""
    may_see = {
        Audience.GUESTS: Right.SEE_REGISTRATIONS,
        Audience.INVITEES: Right.SEE_REGISTRATIONS,
        Audience.SPEAKERS: Right.EDIT_PROGRAMME,
    }
    audiences = [audience for audience in rules.readers(kind) if auth.may_here(may_see[audience])]
    searched, asked = (form.q.data or "")[: names.MAX_LENGTH], form.about.data or ""
    found = queries.message.list_readers(g.event, kind, searched, audiences, limit=FOUND)
    reader = next((one for one in found if one.key == asked), None)
    if reader is None and asked not in ("", NOBODY) and not (searched and found):
        with suppress(NotFound):  # gone since the page was drawn
            reader = queries.message.get_reader(g.event, asked, audiences)
    if reader is None and found and (asked != NOBODY or searched):
        reader = found[0]
    people = found if reader is None or reader.key in {one.key for one in found} else [reader, *found]
    form.about.choices = [*((one.key, one.name) for one in people), (NOBODY, _("a made-up person"))]
    form.about.data = reader.key if reader else NOBODY
    return reader, found


def _judge(form: MessageForm, kind: DeliveryKind) -> bool:
    """Puts beside each box what is wrong with it; whether nothing is."""
    is_fine = True
    for code in g.event.languages:
        for part in Part:
            box = form[f"{part}_{code}"]
            for problem in rules.problems(kind, part, box.data or ""):
                sentence = _("%(language)s: %(sentence)s", language=NAMES[code], sentence=refusals.sentence(problem))
                box.errors = [*box.errors, sentence]
                is_fine = False
    return is_fine


def _copy(form: MessageForm, kind: DeliveryKind, code: str, reader: Reader | None) -> None:
    """Puts the standard words of a language into its boxes."""
    subject, body = _standard(kind, code, reader)
    form[f"subject_{code}"].data, form[f"body_{code}"].data = subject, body
    form[f"subject_{code}"].errors = form[f"body_{code}"].errors = []


def _standard(kind: DeliveryKind, code: str, reader: Reader | None) -> tuple[str, str]:
    with language.speaking(code):
        return letters.standard(services.letter.preview(g.event.id, kind, code, Words(), reader))


def _try(form: MessageForm, kind: DeliveryKind, code: str, given: Words, reader: Reader | None) -> str | None:
    """Sends a test; returns where it goes, or None when it was refused, which then stands above the form."""
    try:
        sent_to = services.message_trial.send(
            g.event.id, kind, code, given, reader, account_id=frame.me(), form_id=form.form_id.data or ""
        )
    except Refused as refused:
        form.form_errors.append(refusals.sentence(refused))
        return None
    form.form_id.data = links.random_secret()  # the next test from this page is another one
    return sent_to


def _save(form: MessageForm, kind: DeliveryKind, given: Words) -> "MessageText | None":
    """Keeps the words. If somebody else saved others meanwhile, returns theirs; saving once more then replaces them."""
    try:
        services.message_text.set_text(g.event.id, kind, given, account_id=frame.me(), seen=form.seen.data or "")
    except Refused as refused:
        form.form_errors.append(refusals.sentence(refused))
        theirs = queries.message.find_text(g.event.id, kind)
        form.seen.data = services.message_text.version(theirs)
        return theirs
    return None


def _page(
    form: MessageForm, kind: DeliveryKind, given: Words, reader: Reader | None, found: list[Reader], **more: Any
) -> Answer:
    event = g.event
    first = reader.language if reader else event.languages[0]
    in_order = sorted(event.languages, key=lambda code: code != first)
    sample = services.letter.preview(event.id, kind, language.current(), given, reader)
    values = letters.values(sample)
    return frame.page(
        "message_text_edit.html",
        form,
        kind=kind,
        when=next((_(facts[kind]) for _heading, facts in GROUPS if kind in facts), ""),
        columns=[
            (code, NAMES[code], {part.value: form[f"{part}_{code}"] for part in Part}, _standard(kind, code, reader))
            for code in event.languages
        ],
        placeholders=[
            (rules.shown(name), _(_MEANINGS[name]), values[name], name in rules.allowed(kind, Part.SUBJECT))
            for name in rules.allowed(kind)
        ],
        limits=rules.MAX_LENGTH,
        short_left=max(0, rules.MAX_SHORT - len(sample.personal_link) - 1),
        reader=reader,
        is_nobody_found=bool(form.q.data) and not found,
        previews=[_show(services.letter.preview(event.id, kind, code, given, reader)) for code in in_order],
        reach=queries.message.dry_run(event, kind, clock.now()),
        my_address=auth.account().email,
        max_trials=rules.MAX_TRIALS,
        is_mail_held=config.current().mail_url is None,
        **more,
    )


def _show(letter: Letter) -> Shown:
    """A message in one language, with the body of its light version as a part of this page."""
    content = email.write(letter)
    body = re.search(r"<body[^>]*>(.*)</body>", content.html, re.DOTALL)
    html = body[1] if body else ""
    with language.speaking(letter.language):
        values = letters.values(letter)
        written = {name for part in Part for name in rules.used(getattr(letter.own, part).get(letter.language, ""))}
    return Shown(
        letter.language,
        content.subject,
        content.text,
        Markup(re.sub(r"<(/?)h1\b", r"<\1h4", html)),  # noqa: S704  our own template escaped it
        [rules.shown(name) for name in sorted(written) if not values[name]],
    )


@bp.route("/<slug>/messages/texts/<kind>/standard", methods=["GET", "POST"])
def reset(slug: str, kind: str) -> Answer:
    """Asks, then goes back to the standard words."""
    chosen = _kind(kind)
    return frame.confirm(
        lambda: services.message_text.reset(g.event.id, chosen, account_id=frame.me()),
        question=_("Go back to the standard words of “%(name)s”?", name=words.word(chosen)),
        consequences=[_("Your own words of this message are gone, in every language.")],
        button=_("Back to the standard words"),
        back=url_for(".edit", slug=slug, kind=chosen.value),
        message=_("The standard words are back."),
    )
