"""An event's programme in the words of a handout: for the sheet of paper and the picture that guests take along."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from eventapp import config, language
from eventapp.formats import occasion
from eventapp.formats.handout import Day, Handout, Item, Person, Topic, Words
from eventapp.language import gettext as _
from eventapp.language import local
from eventapp.queries.programme import Listed, ListedPart, ListedSpeaker
from eventapp.rules import programme as rules
from eventapp.rules.vocabulary import EventState, SessionKind, SpeakerRole, Substitution
from eventapp.web import templating

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.release import ProgrammeRelease
    from eventapp.rules.release import Room


def build(event: "Event", release: "ProgrammeRelease", sessions: Iterable[Listed]) -> Handout:
    """The sessions of a release in the reader's language."""
    sessions = list(sessions)
    many = len({line.language for line in sessions if line.language}) > 1
    return Handout(
        language=language.current(),
        title=occasion.pick(event, event.title),
        theme=occasion.pick(event, event.theme),
        when=occasion.when(event),
        where=occasion.place(event) or _("Place to be announced"),
        demo=occasion.demo_notice(event),
        notes=_notes(event, sessions),
        address=f"{config.current().public_url}/e/{event.slug}/programme",
        accent=event.accent,
        made_at=release.released_at,
        made=_(
            "Version %(number)s of %(moment)s",
            number=release.number,
            moment=language.moment(local(release.released_at, event.timezone)),
        ),
        days=[
            Day(day, language.day(day) if day else _("Time to be announced"), [_item(event, s, many) for s in found])
            for day, found in rules.by_day(sessions, event.timezone)
        ],
    )


def day_name(day: date | None) -> str:
    """What a day is called in addresses."""
    return day.isoformat() if day else "open"


def _notes(event: "Event", sessions: list[Listed]) -> list[str]:
    notes = []
    if event.state is EventState.CANCELLED:
        notes.append(_("This event is cancelled."))
    if event.starts_at and not event.time_is_known:
        notes.append(_("The day is certain, the times are not: they are to be confirmed."))
    if language.current() != language.SOURCE and any(line.topic and line.topic.translation for line in sessions):
        notes.append(_("The titles in this language are our translation."))
    notes.append(_("Times are those of %(zone)s.", zone=event.timezone.rsplit("/", 1)[-1].replace("_", " ")))
    return notes


def _item(event: "Event", line: Listed, says_language: bool) -> Item:
    title = occasion.pick(event, line.title)
    topic = None
    if line.topic is not None:
        its_title = occasion.pick(event, line.topic.title)
        topic = Topic(
            number=line.topic.position,
            title="" if its_title == title else its_title,
            colour=line.topic.colour or event.accent,
        )
    return Item(
        title=title,
        starts=_time(event, line.starts_at),
        ends=_time(event, line.ends_at),
        time_note=_("(placeholder)") if line.starts_at and line.placeholder and not event.placeholder else "",
        is_break=line.kind is SessionKind.BREAK,
        cancelled=_("Cancelled") if line.cancelled_at is not None else "",
        people=[_person(event, part) for part in line.speakers],
        room=_named(event, line.room) if line.room and line.kind is not SessionKind.BREAK else None,
        language=spoken(line.language, line.interpretation) if says_language or line.interpretation else "",
        topic=topic,
    )


def _time(event: "Event", at: datetime | None) -> str:
    return language.time(local(at, event.timezone)) if at is not None else ""


STANDS_IN = {Substitution.REPRESENTED: language.N_("represented by"), Substitution.REPLACED: language.N_("replaced by")}


def _person(event: "Event", part: ListedPart) -> Person:
    return Person(
        name=_named(event, part.speaker, role_note(part.role)),
        how=how(part.substitution),
        stand_in=_named(event, part.substitute) if part.substitute else None,
    )


def _named(event: "Event", row: "ListedSpeaker | Room", more: str = "") -> Words:
    """A person or room by its name; a made-up one says so, unless the whole event is made up."""
    mark = _("(placeholder)") if row.placeholder and not event.placeholder else ""
    return Words(occasion.pick(event, row.name), " ".join(filter(None, (mark, more))))


def how(substitution: Substitution | None) -> str:
    """The words between a person and who stands in for them; none where nobody does."""
    return _(STANDS_IN[substitution]) if substitution is not None else ""


def role_note(role: SpeakerRole) -> str:
    """In brackets, what somebody does who does something else than speak."""
    word = templating.role_words().get(role)
    return f"({word})" if word else ""


def spoken(tag: str | None, interpretation: list[str]) -> str:
    """In which language a session is, and into which ones it is interpreted."""
    words = [language.name_of(tag)] if tag else []
    if interpretation:
        others = ", ".join(language.name_of(other) for other in interpretation)
        words.append(_("interpreted into %(languages)s", languages=others))
    return ", ".join(words)
