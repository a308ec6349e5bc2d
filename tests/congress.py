"""A congress with as many rooms and sessions as asked for: for pages that must stay light, and for grids."""

from datetime import datetime, timedelta

from eventapp import services
from eventapp.db import transactional
from eventapp.language import LocalizedText
from eventapp.rules.vocabulary import SessionKind, SpeakerRole
from eventapp.services.event import NewEvent
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people, tables

LENGTH = timedelta(minutes=30)
A_DAY = 15
"""Sessions in a room on one day."""


@transactional
def build(
    slug: str, *, sessions: int, rooms: int, starts_at: datetime, topics: int = 6, length: timedelta = LENGTH
) -> int:
    """A published event whose rooms are busy one session after the other, day after day, with a break after the
    second row of each day; returns its id."""
    event_id = services.event.create(
        NewEvent(
            slug=slug,
            title=LocalizedText(fr="Congrès", en="Congress"),
            timezone="Africa/Bamako",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(days=(sessions - 1) // (rooms * A_DAY), hours=9),
        ),
        owner_id=people.account("olga"),
    ).id
    add = services.programme
    room_ids = [add.add_room(event_id, LocalizedText(fr=f"Salle {n}", en=f"Room {n}")).id for n in range(1, rooms + 1)]
    topic_ids = [add.add_topic(event_id, LocalizedText(fr=f"Thème {n}", en=f"Theme {n}")).id for n in range(topics)]
    names = tables.full_names()[:40]
    speaker_ids = [
        services.speaker.add(event_id, SpeakerFacts(name=LocalizedText(fr=f"{names[n % 40]} {n // 40 + 1}"))).id
        for n in range(max(2, sessions * 9 // 10))
    ]
    for number in range(sessions):
        row, room = divmod(number, rooms)
        day, row_of_day = divmod(row, A_DAY)
        start = starts_at + timedelta(days=day) + length * (row_of_day + (row_of_day >= 2))
        cast = (Part(speaker_ids[number % len(speaker_ids)]),)
        if number % 3 == 0:
            cast += (Part(speaker_ids[(number + 1) % len(speaker_ids)], SpeakerRole.MODERATOR),)
        facts = SessionFacts(
            title=LocalizedText(
                fr=f"Réussir, partir, revenir : ce que disent les familles, {number}",
                en=f"To succeed, to leave, to return: what families say, {number}",
            ),
            topic_id=topic_ids[number % topics] if topics else None,
            room_id=room_ids[room],
            starts_at=start,
            ends_at=start + length,
            language=("fr", "en", "fr")[number % 3],
            parts=cast,
        )
        add.add_session(event_id, facts)
        if room == 0 and row_of_day == 2:
            pause = SessionFacts(
                title=LocalizedText(fr="Pause", en="Break"),
                kind=SessionKind.BREAK,
                starts_at=start - length,
                ends_at=start,
            )
            add.add_session(event_id, pause)
    services.event.publish(event_id)
    return event_id
