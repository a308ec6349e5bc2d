"""What is unwise about the programme, in words: for the list, the form of a session, and the timetable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from eventapp import queries
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.rules import concerns as rules
from eventapp.rules.concerns import Concern, Kind

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.programme import EventSession

CLASHES = (Kind.ROOM, Kind.PERSON)


@dataclass(frozen=True)
class Concerns:
    """All concerns of an event, with what is needed to tell them."""

    event: "Event"
    sessions: Mapping[int, "EventSession"]
    people: Mapping[int, LocalizedText]
    sign_ups: Mapping[int, int]
    found: list[Concern]
    by_session: Mapping[int, list[Concern]]

    def about(self, session_id: int) -> list[Markup]:
        """What is unwise about a session, each in a sentence."""
        return [self.sentence(concern) for concern in self.by_session.get(session_id, ())]

    def sentence(self, concern: Concern) -> Markup:
        """A concern in words, as its session sees it."""
        if concern.kind is Kind.ROOM:
            return _told(_("At the same time in this room: %(other)s"), other=self._title(concern))
        if concern.kind is Kind.PERSON:
            return _told(
                _("%(name)s is also in %(other)s"), name=self._name(concern.speaker_id), other=self._title(concern)
            )
        if concern.kind is Kind.AWAY:
            return _told(_("%(name)s cannot be there at this time"), name=self._name(concern.speaker_id))
        if concern.kind is Kind.DECLINED:
            return _told(_("%(name)s declined"), name=self._name(concern.speaker_id))
        if concern.kind is Kind.SEATS:
            return _told(
                _("%(people)s people mean to come, the room has %(seats)s seats"),
                people=concern.people,
                seats=concern.seats,
            )
        return Markup(_OUTSIDE[concern.kind]())  # noqa: S704  a text of the program

    def _title(self, concern: Concern) -> Markup:
        other = self.sessions[concern.other_id or concern.session_id]
        return Markup("<bdi>{}</bdi>").format(_("“%(title)s”", title=other.title.pick(self.event.languages).value))

    def _name(self, speaker_id: int | None) -> Markup:
        return Markup("<bdi>{}</bdi>").format(self._person(speaker_id).pick(self.event.languages).value)

    def _person(self, speaker_id: int | None) -> LocalizedText:
        return self.people.get(speaker_id or 0, LocalizedText())

    def clashes(self, session_id: int | None = None) -> list[dict[str, Any]]:
        """Pairs of sessions that clash (those with one session, if it is given), with the room and the people."""
        told = []
        pairs = [concern for concern in self.found if concern.kind in CLASHES]
        for (first_id, second_id), both in groupby(pairs, key=lambda concern: (concern.session_id, concern.other_id)):
            if second_id is None or session_id not in (None, first_id, second_id):
                continue
            first, second, reasons = self.sessions[first_id], self.sessions[second_id], list(both)
            told.append(
                {
                    "first": first,
                    "second": second,
                    "room": first.room if any(reason.kind is Kind.ROOM for reason in reasons) else None,
                    "people": [self._person(r.speaker_id) for r in reasons if r.speaker_id is not None],
                }
            )
        return told

    def others(self, session_id: int) -> list[Markup]:
        """What is unwise about a session besides its clashes."""
        own = self.by_session.get(session_id, ())
        return [self.sentence(concern) for concern in own if concern.kind not in CLASHES]


_OUTSIDE = {
    Kind.HOURS: lambda: _("Outside the hours of the event"),
    Kind.DAYS: lambda: _("Outside the days of the event"),
}


def _told(sentence: str, **facts: object) -> Markup:
    return Markup(sentence) % facts  # noqa: S704  a text of the program; the facts are escaped


def look(event: "Event", sessions: Iterable["EventSession"]) -> Concerns:
    """The concerns of an event's sessions."""
    about = queries.timetable.circumstances(event)
    by_id = {session.id: session for session in sessions}
    found = rules.among(by_id.values(), about)
    return Concerns(
        event=event,
        sessions=by_id,
        people=queries.timetable.names_of_speakers(event.id),
        sign_ups=about.sign_ups,
        found=found,
        by_session=rules.by_session(found),
    )
