"""What changed in a session, in words: for messages, pages and the desk alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventapp import language
from eventapp.language import LocalizedText, local
from eventapp.language import gettext as _
from eventapp.rules.release import Change, ChangeKind, Session, Timetable


@dataclass(frozen=True)
class Told:
    """One session and what changed in it, a sentence for each thing. ``slug`` is None when it has no page any more."""

    session_id: int
    title: LocalizedText
    slug: str | None
    sentences: list[str]


def tell(change: Change, before: Timetable | None, after: Timetable, zone: str, languages: Sequence[str]) -> Told:
    """A change in the reader's language, with times on the clocks of ``zone``.

    ``languages`` are the event's, in which names stand when the reader's is missing.
    """
    writer = _Writer(zone, languages, _room_names(before), _room_names(after))
    return Told(
        session_id=change.session.id,
        title=change.session.title,
        slug=change.after.slug if change.after else None,
        sentences=[writer.sentence(kind, change) for kind in change.kinds],
    )


def _room_names(timetable: Timetable | None) -> dict[int, LocalizedText]:
    return {room.id: room.name for room in timetable.rooms} if timetable else {}


@dataclass(frozen=True)
class _Writer:
    zone: str
    languages: Sequence[str]
    old_rooms: dict[int, LocalizedText]
    new_rooms: dict[int, LocalizedText]

    def sentence(self, kind: ChangeKind, change: Change) -> str:
        old, new = change.before or change.session, change.session
        match kind:
            case ChangeKind.ADDED:
                return _("New on the programme: %(place)s.", place=self.place(new, self.new_rooms))
            case ChangeKind.REMOVED:
                return _("No longer on the programme.")
            case ChangeKind.CANCELLED:
                return _("Cancelled.")
            case ChangeKind.RESTORED:
                return _("Takes place after all: %(place)s.", place=self.place(new, self.new_rooms))
            case ChangeKind.MOVED:
                return _("New time: %(new)s (before: %(old)s).", new=self.time(new), old=self.time(old))
            case ChangeKind.ROOM:
                rooms = {"new": self.room(new, self.new_rooms), "old": self.room(old, self.old_rooms)}
                return _("New room: %(new)s (before: %(old)s).", **rooms)
            case ChangeKind.RENAMED:
                return _("New title (before: %(old)s).", old=self.pick(old.title))
            case ChangeKind.PEOPLE:
                return _("Other people take part, or in another role.")
            case ChangeKind.OTHER:
                return _("Its description or its language changed.")

    def place(self, session: Session, rooms: dict[int, LocalizedText]) -> str:
        if session.room_id is None:
            return self.time(session)
        return f"{self.time(session)}, {self.room(session, rooms)}"

    def time(self, session: Session) -> str:
        if session.starts_at is None:
            return _("time to be announced")
        start = language.moment(local(session.starts_at, self.zone))
        return f"{start} – {self._end(session.starts_at, session.ends_at)}" if session.ends_at else start

    def _end(self, starts_at: datetime, ends_at: datetime) -> str:
        start, end = local(starts_at, self.zone), local(ends_at, self.zone)
        return language.time(end) if end.date() == start.date() else language.moment(end)

    def room(self, session: Session, rooms: dict[int, LocalizedText]) -> str:
        name = self.pick(rooms[session.room_id]) if session.room_id in rooms else ""
        return name or _("room to be announced")

    def pick(self, text: LocalizedText) -> str:
        return text.pick(self.languages).value
