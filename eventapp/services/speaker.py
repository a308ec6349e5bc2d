"""Changes to speakers, and their personal links."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, select

from eventapp import clock, config, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused, beside
from eventapp.formats.photo import Squares
from eventapp.language import LocalizedText, local
from eventapp.models.delivery import Delivery
from eventapp.models.speaker import SessionSpeaker, Speaker, SpeakerFile
from eventapp.rules import emails, links, phones, profile
from eventapp.rules import event as rules
from eventapp.rules.order import moved
from eventapp.rules.speaker_day import arrival
from eventapp.rules.vocabulary import LIVE, DeliveryKind
from eventapp.services import attendee as attendees
from eventapp.services import audit, crew, delivery, stored_file

PHOTO = "image/jpeg"


@dataclass(frozen=True, kw_only=True)
class SpeakerFacts:
    """What is known of a speaker. A name is enough; e-mail and phone are for the organizer alone."""

    name: LocalizedText
    function: LocalizedText = field(default_factory=LocalizedText)
    organization: LocalizedText = field(default_factory=LocalizedText)
    biography: LocalizedText = field(default_factory=LocalizedText)
    links: LocalizedText = field(default_factory=LocalizedText)
    """Web addresses about them, one a line."""
    is_listed: bool = True
    """Whether the public pages show them."""
    language: str | None = None
    """In which they are written to; None: the event's first."""
    stage_needs: str | None = None
    """What they need on stage; None: not said yet."""
    crew_limit: int = 0
    """How many people they may bring."""
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

    Raises Refused with ``name_missing``, ``links_invalid``, ``links_too_many``, ``email_invalid`` or one of the phone
    refusals.
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
        **_values(facts),
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
    changed = audit.apply(speaker, **_values(facts))
    if changed:
        subject = f"speaker:{speaker_id}"
        audit.record("speaker.change", subject, event_id=event_id, account_id=account_id, changed=changed)


def _values(facts: SpeakerFacts) -> dict[str, Any]:
    return {
        "name": facts.name,
        "function": facts.function,
        "organization": facts.organization,
        "biography": facts.biography,
        "links": profile.read_links(facts.links),
        "is_listed": facts.is_listed,
        "language": facts.language,
        "stage_needs": facts.stage_needs,
        "crew_limit": facts.crew_limit,
        "email": _email(facts.email),
        "phone": _phone(facts.phone),
    }


@transactional
def set_photo(event_id: int, speaker_id: int, photo: Squares | None, *, account_id: int | None = None) -> None:
    """Gives a speaker a photograph in place of the one before; None takes it away. Raises NotFound."""
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    before = (speaker.photo_hash, speaker.small_photo_hash)
    after = (stored_file.keep(photo.large, PHOTO), stored_file.keep(photo.small, PHOTO)) if photo else (None, None)
    if before == after:
        return
    speaker.photo_hash, speaker.small_photo_hash = after
    db.session.flush()
    for sha256 in before:
        stored_file.drop_unused(sha256)
    action = "speaker.set_photo" if photo else "speaker.remove_photo"
    audit.record(action, f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)


def _email(text: str | None) -> str | None:
    with beside("email"):
        return emails.read(text or "")


def _phone(text: str | None) -> str | None:
    with beside("phone"):
        phone = phones.read(text or "")
    return phone.e164 if phone is not None else None


@transactional
def remove(event_id: int, speaker_id: int, *, account_id: int | None = None) -> None:
    """Removes a speaker, from all sessions too, with every message to them; the personal link ends.

    Their place and those of their crew are given back; whoever of them was let in already stays. Raises NotFound.
    """
    queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    crew.send_home(event_id, speaker_id)
    if speaker.attendee_id is not None:
        _give_back(speaker.attendee_id, account_id)
    db.session.execute(delete(Delivery).where(Delivery.speaker_id == speaker_id))
    for part in db.session.scalars(select(SessionSpeaker).where(SessionSpeaker.substitute_id == speaker_id)):
        part.substitute_id = part.substitution = None
    files = [speaker.photo_hash, speaker.small_photo_hash]
    files += db.session.scalars(select(SpeakerFile.file_hash).where(SpeakerFile.speaker_id == speaker_id))
    db.session.delete(speaker)
    db.session.flush()
    for sha256 in files:
        stored_file.drop_unused(sha256)
    audit.record("speaker.remove", f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)


def _give_back(attendee_id: int, account_id: int | None) -> None:
    is_live = attendees.hold(attendee_id).status in LIVE
    if is_live and not queries.registration.was_admitted(attendee_id):
        attendees.cancel(attendee_id, by_account_id=account_id)


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


@transactional
def note_arrival(event_id: int, speaker_id: int, *, is_there: bool, account_id: int | None = None) -> None:
    """Notes by hand that a speaker has arrived today, or that they have not. Doing it twice changes nothing.

    Raises NotFound.
    """
    event = queries.event.lock(event_id)
    speaker = queries.speaker.get_by_id(event_id, speaker_id)
    now = clock.now()
    if (arrival(speaker.arrived_at, (), local(now, event.timezone).date(), event.timezone) is not None) == is_there:
        return
    speaker.arrived_at = now if is_there else None
    action = "speaker.arrived" if is_there else "speaker.not_arrived"
    audit.record(action, f"speaker:{speaker_id}", event_id=event_id, account_id=account_id)


def link(speaker: Speaker) -> str | None:
    """The address of a speaker's own page; None when they have none yet."""
    return f"{config.current().public_url}/s/{secret(speaker)}" if speaker.link_hash else None


def secret(speaker: Speaker) -> str:
    """The secret of a speaker's link, /s/<secret>; computed, never stored."""
    return links.personal_secret(
        config.current().secret_key, links.Purpose.SPEAKER, speaker.id, speaker.link_generation
    )
