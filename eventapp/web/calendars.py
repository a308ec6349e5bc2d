"""Sessions as calendar entries, for guests' and speakers' calendars alike."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import url_for

from eventapp import config
from eventapp.formats import occasion
from eventapp.formats.ical import Entry
from eventapp.language import gettext as _
from eventapp.rules import programme
from eventapp.rules.vocabulary import EventState

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.programme import EventSession
    from eventapp.models.programme import Room as RoomRow
    from eventapp.models.speaker import Speaker
    from eventapp.queries.programme import Listed, ListedSpeaker
    from eventapp.rules.release import Room


def session_entries(event: "Event", sessions: Iterable["EventSession | Listed"]) -> list[Entry]:
    """The sessions that have a time, cancelled ones too. Their pages are named once guests may see them."""
    is_public = event.state is not EventState.DRAFT and event.programme_released_at is not None
    # What hundreds of sessions share is made once.
    root = config.current().public_url + url_for("public.programme.session", slug=event.slug, session_slug="-")[:-1]
    anywhere = occasion.place(event)
    notes = [occasion.pick(event, event.title), occasion.demo_notice(event)]
    return [
        Entry(
            uid=session.uid,
            sequence=session.sequence,
            updated_at=session.updated_at,
            title=occasion.pick(event, session.title),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=", ".join(filter(None, (_marked(session.room, event) if session.room else "", anywhere))),
            description="\n".join(filter(None, (notes[0], _people(event, session), notes[1]))),
            address=root + session.slug if is_public else "",
            is_cancelled=session.cancelled_at is not None or event.state is EventState.CANCELLED,
            is_time_made_up=programme.is_time_made_up(session, event),
        )
        for session in sessions
        if session.starts_at is not None
    ]


def webcal(address: str) -> str:
    """The address by which a telephone subscribes to a calendar, instead of taking it in once."""
    return "webcal://" + address.partition("://")[2]


def _people(event: "Event", session: "EventSession | Listed") -> str:
    return ", ".join(_marked(item.speaker, event) for item in session.speakers)


def _marked(row: "Room | RoomRow | Speaker | ListedSpeaker", event: "Event") -> str:
    """The name of a room or a person; a made-up one says so, unless the whole event is made up."""
    name = occasion.pick(event, row.name)
    return " ".join((name, _("(placeholder)"))) if row.placeholder and not event.placeholder else name
