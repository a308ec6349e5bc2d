"""Changes to speakers, and their personal links."""

from dataclasses import dataclass, field

from sqlalchemy import delete, select

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused, beside
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.speaker import Speaker
from eventapp.rules import emails, links, phones
from eventapp.rules import event as rules
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import audit, delivery


@dataclass(frozen=True, kw_only=True)
class SpeakerFacts:
    """What is known of a speaker. A name is enough; e-mail and phone are for the organizer alone."""

    name: LocalizedText
    function: LocalizedText = field(default_factory=LocalizedText)
    organization: LocalizedText = field(default_factory=LocalizedText)
    biography: LocalizedText = field(default_factory=LocalizedText)
    email: str | None = None
    phone: str | None = None


@transactional
def add(
    event_id: int,
    facts: SpeakerFacts,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
    placeholder: bool = False,
) -> Speaker:
    """Adds a speaker, at the end, with a personal link. The address is made from the name and stays.

    Raises Refused with ``name_missing``, ``email_invalid`` or one of the phone refusals.
    """
    event = queries.event.lock(event_id)
    made = audit.find_made("speaker.add", form_id, event_id=event_id)
    if made is not None:
        return queries.speaker.get_by_id(event_id, made)
    rules.check_name(facts.name)
    taken = set(db.session.scalars(select(Speaker.slug).where(Speaker.event_id == event_id)))
    name = facts.name.pick(event.languages, event.languages[0]).value
    speaker = Speaker(
        event_id=event_id,
        slug=rules.free_slug(name, taken, otherwise="speaker"),
        position=len(queries.speaker.list_speakers(event_id)),
        name=facts.name,
        function=facts.function,
        organization=facts.organization,
        biography=facts.biography,
        email=_email(facts.email),
        phone=_phone(facts.phone),
        created_at=clock.now(),
        placeholder=placeholder,
    )
    db.session.add(speaker)
    db.session.flush()
    speaker.link_hash = links.digest(secret(speaker))
    audit.record("speaker.add", f"speaker:{speaker.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return speaker


@transactional
def change(event_id: int, speaker_id: int, facts: SpeakerFacts, *, account_id: int | None = None) -> None:
    """Changes what is known of a speaker. Raises NotFound, and Refused like `add`."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    rules.check_name(facts.name)
    changed = audit.apply(
        speaker,
        name=facts.name,
        function=facts.function,
        organization=facts.organization,
        biography=facts.biography,
        email=_email(facts.email),
        phone=_phone(facts.phone),
    )
    if changed:
        subject = f"speaker:{speaker_id}"
        audit.record("speaker.change", subject, event_id=event_id, account_id=account_id, changed=changed)


def _email(text: str | None) -> str | None:
    with beside("email"):
        return emails.read(text or "")


def _phone(text: str | None) -> str | None:
    with beside("phone"):
        phone = phones.read(text or "")
    return phone.e164 if phone is not None else None


@transactional
def remove(event_id: int, speaker_id: int, *, account_id: int | None = None) -> None:
    """Removes a speaker, from all sessions too, with every message to them; the personal link ends. Raises NotFound."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    db.session.execute(delete(Delivery).where(Delivery.speaker_id == speaker_id))
    db.session.delete(speaker)
    audit.record("speaker.remove", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)


@transactional
def move(event_id: int, speaker_id: int, steps: int) -> None:
    """Moves a speaker among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.speaker.get_by_id(event_id, speaker_id)
    rows = {row.id: row for row in queries.speaker.list_speakers(event_id)}
    for position, row_id in enumerate(moved(list(rows), speaker_id, steps)):
        rows[row_id].position = position


@transactional
def renew_link(event_id: int, speaker_id: int, *, account_id: int | None = None) -> Speaker:
    """Gives a speaker a new personal link; the old one ends. Raises NotFound."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    if speaker.link_hash is not None:
        speaker.link_generation += 1
    speaker.link_hash = links.digest(secret(speaker))
    audit.record("speaker.renew_link", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)
    return speaker


@transactional
def send_link(event_id: int, speaker_id: int, *, account_id: int | None = None) -> None:
    """Sends the personal link by mail, in the speaker's language. Raises NotFound, or Refused("no_email")."""
    queries.speaker.get_by_id(event_id, speaker_id)
    if delivery.queue_for_speaker(speaker_id, DeliveryKind.SPEAKER_LINK) is None:
        raise Refused("no_email")
    audit.record("speaker.send_link", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)


def secret(speaker: Speaker) -> str:
    """The secret of a speaker's link, /s/<secret>; computed, never stored."""
    return links.personal_secret(
        config.current().secret_key, links.Purpose.SPEAKER, speaker.id, speaker.link_generation
    )
