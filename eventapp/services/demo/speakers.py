"""What the speakers of the demo forum have handed in: portraits, words, an answer here and there. All of it made up."""

from datetime import timedelta

from eventapp import clock, queries
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.speaker import Speaker
from eventapp.rules.vocabulary import PhotoConsent, SpeakerAnswer
from eventapp.services import speaker, speaker_task
from eventapp.services.demo import portraits
from eventapp.services.demo.people import PHONES

CONFIRMED = (2, 3, 5, 7)
"""Who said that they come. They get no ticket: the demo's attendees are its guests alone."""
WITH_PORTRAIT = (1, 2, 3, 4, 5, 7)
WITH_BIOGRAPHY = (1, 2, 3, 5)
WITH_EMAIL = (2, 4, 7)
WITH_PHONE = (3, 6)


def add(event: Event) -> None:
    """Fills in what there is of the forum's speakers, once: an event that asks for something already is left alone."""
    if queries.speaker.list_tasks(event.id):
        return
    speaker_task.add_usual(event.id)
    for number, row in enumerate(queries.speaker.list_speakers(event.id), start=1):
        _fill(event, row, number)
    db.session.flush()


def _fill(event: Event, row: Speaker, number: int) -> None:
    now = clock.now()
    if number in WITH_PORTRAIT and row.photo_hash is None:
        speaker.set_photo(event.id, row.id, portraits.draw(number, f"S{number}"))
    if number in WITH_BIOGRAPHY and not row.biography:
        row.function = LocalizedText(fr="Fonction (exemple)", en="Function (sample)")
        row.biography = LocalizedText(
            fr="Quelques lignes inventées, à la place de celles que la personne écrit elle-même.",
            en="A few made-up lines, in place of those that the person writes.",
        )
    if number in WITH_EMAIL and row.email is None:
        row.email = f"demo.speaker.{number}@example.org"
    if number in WITH_PHONE and row.phone is None:
        row.phone = PHONES[number % len(PHONES)]
    if number in CONFIRMED and row.answer is SpeakerAnswer.OPEN:
        row.answer, row.answered_at = SpeakerAnswer.CONFIRMED, now - timedelta(days=number)
        row.photo_consent = row.photo_consent or PhotoConsent.YES
        row.stage_needs = row.stage_needs if row.stage_needs is not None else ""
