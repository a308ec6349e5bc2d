"""What a mailing would do: how many get what, in which words, and who is left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from eventapp import clock, queries
from eventapp.errors import NotFound
from eventapp.formats import email
from eventapp.formats.letter import Words, without_secrets
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.mailing import Mailing
from eventapp.queries.delivery import Parts
from eventapp.queries.message import Reader
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import LeftOut
from eventapp.rules.vocabulary import Audience, DeliveryChannel
from eventapp.services import delivery, letter, message_trial

NAMED = 8
"""How many of those who get it are named for a look."""


@dataclass(frozen=True)
class DryRun:
    """How many would get what. ``by_way`` counts by channel and language, ``instead`` those of them who read another
    language than the one they are written to in, as (theirs, the other)."""

    by_way: Mapping[tuple[DeliveryChannel, str], int]
    instead: Mapping[tuple[str, str], int]
    left_out: Mapping[LeftOut, int]

    @property
    def total(self) -> int:
        """How many messages there would be."""
        return sum(self.by_way.values())

    @property
    def by_channel(self) -> dict[DeliveryChannel, int]:
        """How many would travel which way; a way that nobody needs is missing."""
        found: Counter[DeliveryChannel] = Counter()
        for (channel, _language), number in self.by_way.items():
            found[channel] += number
        return dict(found)

    @property
    def by_language(self) -> dict[str, int]:
        """How many would be in which language."""
        found: Counter[str] = Counter()
        for (_channel, language), number in self.by_way.items():
            found[language] += number
        return dict(found)


@dataclass(frozen=True)
class Preview:
    """What somebody would get: ``reader`` is their name."""

    language: str
    reader: str
    subject: str
    text: str


def dry_run(row: Mailing, event: Event, at: datetime) -> DryRun:
    """How many would get what if it left at a moment. Nothing is changed."""
    by_hand = rules.of(row.audience, row.chosen).by_hand
    by_way: Counter[tuple[DeliveryChannel, str]] = Counter()
    instead: Counter[tuple[str, str]] = Counter()
    left_out: Counter[LeftOut] = Counter()
    for group in queries.mailing.list_groups(row, event, at):
        email_address = "somebody@example.org" if group.has_email else None  # which one it is does not matter here
        way = delivery.way_mailed(row, event, email_address, group.phone, by_hand=by_hand)
        if group.left_out is not None:
            left_out[group.left_out] += group.number
        elif way is None:
            left_out[LeftOut.NO_ADDRESS] += group.number
        else:
            code = rules.language_for(row.kind, row.body, group.language, event.languages)
            by_way[way[0], code] += group.number
            if code != group.language:
                instead[group.language, code] += group.number
    return DryRun(dict(by_way), dict(instead), dict(left_out))


def list_names(row: Mailing, event: Event, at: datetime) -> list[str]:
    """The names of the first who would get it."""
    people = queries.mailing.list_recipients(row, event, at, after_id=0, limit=NAMED)
    found = queries.mailing.list_names(row.audience, [one.id for one in people], event.languages)
    return [found[one.id] for one in people if one.id in found]


def list_previews(row: Mailing, event: Event, at: datetime) -> list[Preview]:
    """What one real person would get in each language of the event: somebody who reads it, if there is one. Empty when
    nobody would get anything."""
    codes = dict.fromkeys(rules.language_for(row.kind, row.body, code, event.languages) for code in event.languages)
    found = []
    for code in codes:
        reader_id = queries.mailing.find_one(row, event, at, code)
        if reader_id is None:
            return []
        found.append(_preview(row, event, code, reader_id))
    return found


def _preview(row: Mailing, event: Event, code: str, reader_id: int) -> Preview:
    # Not kept: it is only looked at.
    message = Delivery(
        event_id=event.id,
        mailing_id=row.id,
        kind=row.kind,
        channel=DeliveryChannel.EMAIL,
        address="",
        language=code,
        created_at=clock.now(),
        **{queries.mailing.OWNERS[row.audience].key: reader_id},
    )
    parts = Parts(
        message,
        event,
        queries.registration.get_in(event.id, reader_id) if row.audience is Audience.GUESTS else None,
        queries.speaker.get_by_id(event.id, reader_id) if row.audience is Audience.SPEAKERS else None,
        queries.invitation.get_in(event.id, reader_id) if row.audience is Audience.INVITEES else None,
        mailing=row,
        text=queries.message.find_text(event.id, row.kind),
    )
    content = email.write(without_secrets(letter.of(parts)))
    names = queries.mailing.list_names(row.audience, [reader_id], event.languages)
    return Preview(code, names.get(reader_id, ""), content.subject, content.text)


def try_out(event_id: int, mailing_id: int, code: str, *, account_id: int, form_id: str) -> str:
    """Queues a test to the account's own address: what somebody who reads this language would get, or a made-up person
    if there is nobody; returns the address. Raises NotFound, and Refused as `message_trial.send` does."""
    row = queries.mailing.get(event_id, mailing_id)
    event = queries.event.get(event_id)
    if code not in event.languages:
        raise NotFound(code)
    owner = queries.mailing.OWNERS[row.audience].key
    reader_id = queries.mailing.find_one(row, event, clock.now(), code)
    reader = None
    if reader_id is not None:
        reader = Reader(f"{owner.removesuffix('_id')}-{reader_id}", "", code, **{owner: reader_id})
    text = queries.message.find_text(event_id, row.kind)
    sources = [source for source in (text, row) if source is not None]
    words = Words(
        *(
            LocalizedText({lang: said for one in sources for lang, said in getattr(one, part).items() if said})
            for part in ("subject", "body", "short")
        )
    )
    return message_trial.send(event_id, row.kind, code, words, reader, account_id=account_id, form_id=form_id)
