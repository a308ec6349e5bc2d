"""The form of a mailing, and what it chose in words."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import g
from wtforms import BooleanField, RadioField

from eventapp import language, queries
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.rules import custom_question, message
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Leaves
from eventapp.rules.vocabulary import (
    LIVE,
    Audience,
    DeliveryKind,
    InvitationAnswer,
    QuestionKind,
)
from eventapp.services.mailing import MailingFacts
from eventapp.web.forms import CountField, FormIdField, InstantField, LineField, LocalizedField, StaffForm, TicksField
from eventapp.web.organizer import words

if TYPE_CHECKING:
    from eventapp.models.mailing import Mailing
    from eventapp.models.question import EventQuestion

HAND, MOMENT, RULE = "hand", "moment", "rule"

_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""Any day, for a time of day in words."""


class MailingForm(StaffForm):
    """What it says, to whom, and when."""

    form_id = FormIdField()
    subject = LocalizedField(N_("Subject"), max_length=message.MAX_SUBJECT)
    body = LocalizedField(N_("Text"), lines=7, max_length=message.MAX_BODY)
    short = LocalizedField(
        N_("As a short message"),
        lines=2,
        max_length=message.MAX_SHORT,
        description=N_("For people who have a telephone and no e-mail address. The link follows by itself."),
    )
    survey_url = LineField(
        N_("Address of the survey"),
        max_length=300,
        description=N_("Where people say how it was. Left empty, they are only thanked."),
    )
    ticket_type_ids = TicksField(N_("Categories"), description=N_("With none ticked, all of them."))
    statuses = TicksField(N_("Where they stand"))
    session_ids = TicksField(
        N_("Sessions"),
        description=N_("People who chose one of them, or have a seat there. With none ticked, everybody."),
    )
    came = RadioField(N_("At the entrance"), default="", validate_choice=False)
    answers = TicksField(
        N_("Answers to your own questions"),
        description=N_("Of one question any of the ticked answers, of several questions each."),
    )
    languages = TicksField(N_("Languages"), description=N_("With none ticked, all of them."))
    speakers = TicksField(
        N_("Speakers"), description=N_("With none ticked, all of them. Whoever declined is never written to.")
    )
    invitees = TicksField(N_("What they answered"), description=N_("With none ticked, everybody who is invited."))
    by_hand = BooleanField(
        N_("Whoever has a telephone and no e-mail address is told by the team"),
        default=True,
        description=N_("They come on the list of people to call. Left out, they hear nothing."),
    )
    when = RadioField(N_("When it leaves"), default=HAND, validate_choice=False)
    at = InstantField(N_("Day and time"))
    days = CountField(N_("Days before the event"), most=rules.MOST_DAYS)
    time = LineField(N_("Time of day"), max_length=10)

    def facts(self, kind: DeliveryKind, audience: Audience) -> MailingFacts:
        """What the form says. Raises Refused with ``hour_invalid``, ``time_invalid`` or ``number_invalid``."""
        return MailingFacts(
            subject=self.subject.data,
            body=self.body.data,
            short=self.short.data,
            chosen=self._chosen(kind, audience),
            leaves=self._leaves(),
            survey_url=self.survey_url.data,
        )

    def _chosen(self, kind: DeliveryKind, audience: Audience) -> dict[str, Any]:
        common = {"languages": self.languages.data or [], "by_hand": self.by_hand.data}
        if audience is Audience.SPEAKERS:
            return {**common, "speakers": self.speakers.data or []}
        if audience is Audience.INVITEES:
            return {**common, "invitees": self.invitees.data or []}
        answers: dict[str, list[str]] = {}
        for one in self.answers.data or ():
            question_id, _colon, value = one.partition(":")
            answers.setdefault(question_id, []).append(value)
        came = {"yes": True, "no": False}.get(self.came.data or "")
        return {
            **common,
            "ticket_type_ids": self.ticket_type_ids.data or [],
            "statuses": (self.statuses.data or []) if kind is DeliveryKind.ANNOUNCEMENT else [],
            "session_ids": self.session_ids.data or [],
            "answers": answers,
            **({} if came is None else {"came": came}),
        }

    def _leaves(self) -> Leaves:
        if self.when.data == MOMENT:
            if self.at.data is None:
                raise Refused("time_invalid", field="at")
            return Leaves(at=self.at.data)
        if self.when.data == RULE:
            if self.days.data is None:
                raise Refused("number_invalid", field="days", min=0, max=rules.MOST_DAYS)
            return Leaves(days=self.days.data, minute=rules.minute_of(self.time.data or ""))
        return Leaves()


def prepare(form: MailingForm, kind: DeliveryKind, audience: Audience) -> MailingForm:
    """Gives the choices of this event, in the reader's language."""
    event = g.event
    form.languages.choices = [(code, language.NAMES[code]) for code in event.languages]
    form.at.zone = event.timezone
    is_after = kind is DeliveryKind.THANK_YOU
    form.days.label.text = N_("Days after the event") if is_after else N_("Days before the event")
    form.when.choices = [
        (HAND, _("when I send it")),
        (MOMENT, _("at a day and time")),
        (RULE, _("some days after the event") if is_after else _("some days before the event")),
    ]
    form.speakers.choices = [(one.value, words.word(one)) for one in rules.SPEAKERS]
    form.invitees.choices = words.choices(InvitationAnswer)
    form.statuses.choices = [(one.value, words.word(one)) for one in LIVE]
    form.came.choices = [("", _("everybody")), ("yes", _("who came")), ("no", _("who did not come"))]
    if audience is Audience.GUESTS:
        types = queries.registration.list_ticket_types(event.id)
        form.ticket_type_ids.choices = [(str(one.id), _text(one.name)) for one in types]
        sessions = queries.programme.list_sessions(event.id)
        form.session_ids.choices = [(str(one.id), _text(one.title)) for one in sessions]
        form.answers.choices = [
            (f"{one.id}:{value}", _("%(question)s: %(answer)s", question=_text(one.label), answer=_answer(one, value)))
            for one in queries.question.list_asked(event.id)
            for value in custom_question.conditions(one)
        ]
    else:
        form.ticket_type_ids.choices = form.session_ids.choices = form.answers.choices = []
    return form


def _text(value: language.LocalizedText) -> str:
    return value.pick(g.event.languages).value


def _answer(question: "EventQuestion", value: str) -> str:
    return custom_question.in_words(question, value == "yes" if question.kind is QuestionKind.YES_NO else value)


def fresh(kind: DeliveryKind) -> dict[str, Any]:
    """What the boxes of a new mailing hold."""
    for usual_kind, days, minute in reversed(list(rules.USUAL.values())):
        if usual_kind is kind:
            came = "yes" if kind is DeliveryKind.THANK_YOU else ""
            return {
                "when": RULE,
                "days": days,
                "time": rules.clock_of(minute),
                "came": came,
                "survey_url": g.event.survey_url,
            }
    return {"statuses": ["confirmed"]}


def present(row: "Mailing") -> dict[str, Any]:
    """What the boxes hold for one that is there."""
    chosen = rules.of(row.audience, row.chosen)
    return {
        "subject": row.subject,
        "body": row.body,
        "short": row.short,
        "survey_url": g.event.survey_url,
        "ticket_type_ids": [str(one) for one in chosen.ticket_type_ids],
        "statuses": [str(one) for one in chosen.statuses],
        "session_ids": [str(one) for one in chosen.session_ids],
        "came": {True: "yes", False: "no", None: ""}[chosen.came],
        "answers": [f"{key}:{value}" for key, values in chosen.answers.items() for value in values],
        "languages": list(chosen.languages),
        "speakers": [str(one) for one in chosen.speakers],
        "invitees": [str(one) for one in chosen.invitees],
        "by_hand": chosen.by_hand,
        "when": RULE if row.days is not None else MOMENT if row.send_at is not None else HAND,
        "at": row.send_at if row.days is None else None,
        "days": row.days,
        "time": rules.clock_of(row.minute) if row.minute is not None else None,
    }


def to_whom(row: "Mailing") -> list[tuple[str, str]]:
    """Whom it means in words: part by part, with what was chosen of each."""
    chosen = rules.of(row.audience, row.chosen)
    lines = [(_("To"), words.word(row.audience))]
    if row.audience is Audience.GUESTS:
        names = {one.id: _text(one.name) for one in queries.registration.list_ticket_types(g.event.id)}
        titles = {one.id: _text(one.title) for one in queries.programme.list_sessions(g.event.id)}
        asked = {one.id: one for one in queries.question.list_all(g.event.id)}
        lines.append((_("Where they stand"), _or(words.word(one) for one in chosen.statuses)))
        lines.append((_("Categories"), _or(names.get(one, _("(removed)")) for one in chosen.ticket_type_ids)))
        lines.append((_("Sessions"), _or(titles.get(one, _("(removed)")) for one in chosen.session_ids)))
        if chosen.came is not None:
            lines.append((_("At the entrance"), _("who came") if chosen.came else _("who did not come")))
        for question_id, values in chosen.answers.items():
            question = asked.get(question_id)
            if question is not None:
                lines.append((_text(question.label), _or(_answer(question, value) for value in values)))
    lines.append((_("What they answered"), _or(words.word(one) for one in (*chosen.speakers, *chosen.invitees))))
    lines.append((_("Languages"), _or(language.NAMES.get(one, one) for one in chosen.languages)))
    return [(label, value) for label, value in lines if value]


def _or(values: Any) -> str:
    return _(" or ").join(values)


def rule_words(kind: DeliveryKind, days: int, minute: int) -> str:
    """A rule in words: when it leaves."""
    hour = language.time(_AT.replace(hour=minute // 60, minute=minute % 60))
    if kind is DeliveryKind.THANK_YOU:
        return language.ngettext(
            "%(num)s day after the event, at %(hour)s", "%(num)s days after the event, at %(hour)s", days, hour=hour
        )
    if days == 0:
        return _("on the day of the event, at %(hour)s", hour=hour)
    return language.ngettext(
        "%(num)s day before the event, at %(hour)s", "%(num)s days before the event, at %(hour)s", days, hour=hour
    )
