"""Changes to events: made, edited, published."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused, beside
from eventapp.language import LocalizedText
from eventapp.models.account import Account, Membership
from eventapp.models.checkin import Checkpoint
from eventapp.models.event import Event
from eventapp.models.invitation import InvitationCode
from eventapp.models.programme import EventSession
from eventapp.models.registration import TicketType
from eventapp.models.version import EventVersion
from eventapp.rules import colour, emails, no_show
from eventapp.rules import event as rules
from eventapp.rules import move as moves
from eventapp.rules.vocabulary import Asked, CheckpointKind, EventState, FullHouse, Policy, Question, Role, TicketKind
from eventapp.services import audit, mailing, move, release, waiting_list, window

DOORS_OPEN_BEFORE = timedelta(hours=2)
"""How long before the start the doors open, unless an organizer says otherwise."""


@dataclass(frozen=True)
class NewEvent:
    """What is needed to begin an event; everything else has a default that can be changed later.

    An empty ``slug`` is made from the title.
    """

    slug: str
    title: LocalizedText
    timezone: str = "UTC"
    languages: list[str] = field(default_factory=lambda: ["fr", "en"])
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    capacity: int | None = None


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What an event says about itself; all but the title may be empty."""

    title: LocalizedText
    theme: LocalizedText = field(default_factory=LocalizedText)
    description: LocalizedText = field(default_factory=LocalizedText)
    venue: LocalizedText = field(default_factory=LocalizedText)
    city: LocalizedText = field(default_factory=LocalizedText)
    privacy: LocalizedText = field(default_factory=LocalizedText)
    contact_email: str | None = None


@dataclass(frozen=True, kw_only=True)
class Dates:
    """When an event is, on which clocks, and in which languages; the first language stands in for the others."""

    languages: list[str]
    timezone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_is_known: bool = True


@dataclass(frozen=True, kw_only=True)
class RegistrationSettings:
    """Who may register, when, and what they are asked."""

    capacity: int | None
    max_party: int
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    asked: dict[Question, Asked] = field(default_factory=dict)
    full_house: FullHouse = FullHouse.ASK
    """What becomes of people without a ticket when all seats are taken."""


@dataclass(frozen=True, kw_only=True)
class WaitingSettings:
    """What happens with places when there are none left, and with those of people who do not come."""

    waiting_list: bool
    offer_hours: int | None = 24
    """How long a free place is kept for whoever is next; None: they have it at once."""
    reconfirm_days: int | None = None
    """How many days before the start people are asked whether they still come; None: never."""
    release_days: int | None = None
    """How many days before the start places without an answer are taken back; None: never."""
    unclaimed_minutes: int | None = None
    """How many minutes after the start places of people who are not there open to others; None: never."""


@transactional
def create(new: NewEvent, *, owner_id: int | None = None, form_id: str | None = None) -> Event:
    """A new draft, with one public ticket type and one entrance that every ticket opens.

    The same ``form_id`` of the same owner again returns the first result. Raises Refused with ``slug_invalid``,
    ``slug_taken``, ``title_missing``, ``timezone_invalid``, ``languages_missing`` or ``ends_before_start``.
    """
    if owner_id is not None:
        db.session.get(Account, owner_id, with_for_update=True)  # one form at a time, if it is sent twice
        made = audit.find_made("event.create", form_id, account_id=owner_id)
        if made is not None:
            return queries.event.get(made)
    rules.check_title(new.title)
    rules.check_zone(new.timezone)
    rules.check_languages(new.languages)
    rules.check_dates(new.starts_at, new.ends_at)
    now = clock.now()
    event = Event(
        slug=_slug(new),
        title=new.title,
        timezone=new.timezone,
        languages=new.languages,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        capacity=new.capacity,
        door_key=os.urandom(32),
        created_at=now,
    )
    db.session.add(event)
    try:
        db.session.flush()
    except IntegrityError as error:  # someone else took the address since we looked
        raise Refused("slug_taken", field="slug") from error
    db.session.add(EventVersion(event_id=event.id, door=0, public=0))
    db.session.add(
        TicketType(
            event_id=event.id, kind=TicketKind.PUBLIC, name=LocalizedText(fr="Grand public", en="General public")
        )
    )
    db.session.add(
        Checkpoint(
            event_id=event.id,
            kind=CheckpointKind.VENUE,
            name=LocalizedText(fr="Entrée", en="Entrance"),
            policy=Policy.RETURNS,
            opens_at=new.starts_at - DOORS_OPEN_BEFORE if new.starts_at else None,
        )
    )
    if owner_id is not None:
        db.session.add(Membership(account_id=owner_id, event_id=event.id, role=Role.OWNER))
    audit.record("event.create", f"event:{event.id}", event_id=event.id, account_id=owner_id, form_id=form_id)
    db.session.flush()
    return event


def _slug(new: NewEvent) -> str:
    if not new.slug:
        base = rules.slugify(new.title.pick(new.languages, new.languages[0]).value)
        taken = set(db.session.scalars(select(Event.slug).where(Event.slug.startswith(base, autoescape=True))))
        return rules.free_slug(base, taken, otherwise="event")
    rules.check_slug(new.slug)
    if db.session.scalar(select(Event.id).where(Event.slug == new.slug)) is not None:
        raise Refused("slug_taken", field="slug")
    return new.slug


@transactional
def publish(event_id: int, *, account_id: int | None = None) -> Event:
    """Makes an event public and releases its programme as it is now. Publishing twice changes nothing.

    Raises Refused("publish_cancelled"): a cancelled one is `cancellation.revive`'s.
    """
    event = queries.event.lock(event_id)
    if event.state is EventState.CANCELLED:
        raise Refused("publish_cancelled")
    if event.state is not EventState.PUBLISHED:
        event.state = EventState.PUBLISHED
        audit.record("event.publish", f"event:{event.id}", event_id=event.id, account_id=account_id)
    release.release(event_id, account_id=account_id)
    return event


@transactional
def set_texts(event_id: int, texts: Texts, *, account_id: int | None = None) -> Event:
    """Changes what an event says about itself. Raises Refused with ``title_missing`` or ``email_invalid``."""
    event = queries.event.lock(event_id)
    rules.check_title(texts.title)
    before = moves.known(event)
    changed = audit.apply(
        event,
        title=texts.title,
        theme=texts.theme,
        description=texts.description,
        venue=texts.venue,
        city=texts.city,
        privacy=texts.privacy,
        contact_email=_email(texts.contact_email),
    )
    if changed:
        audit.record("event.set_texts", f"event:{event_id}", event_id=event_id, account_id=account_id, changed=changed)
        move.note(event, before)
    return event


def _email(text: str | None) -> str | None:
    with beside("contact_email"):
        return emails.read(text or "")


@transactional
def set_dates(event_id: int, dates: Dates, *, account_id: int | None = None) -> Event:
    """Changes an event's days, zone and languages.

    In another zone everything else keeps the time of day that people typed: sessions, windows of registration, codes,
    the doors. Doors that opened two hours before the start still do. Raises Refused with ``timezone_invalid``,
    ``languages_missing`` or ``ends_before_start``.
    """
    event = queries.event.lock(event_id)
    rules.check_zone(dates.timezone)
    rules.check_languages(dates.languages)
    rules.check_dates(dates.starts_at, dates.ends_at)
    before = moves.known(event)
    usual_doors = event.starts_at - DOORS_OPEN_BEFORE if event.starts_at else None
    for checkpoint in queries.checkpoint.list_of_event(event_id):
        opens_at, closes_at = (
            rules.same_clock(at, event.timezone, dates.timezone) if at is not None else None
            for at in (checkpoint.opens_at, checkpoint.closes_at)
        )
        if checkpoint.kind is CheckpointKind.VENUE and checkpoint.opens_at == usual_doors:
            opens_at = dates.starts_at - DOORS_OPEN_BEFORE if dates.starts_at else None
        window.set_at_desk(checkpoint, opens_at, closes_at)
        if dates.timezone != event.timezone:
            checkpoint.periods = [
                rules.same_clock(datetime.fromisoformat(at), event.timezone, dates.timezone).astimezone(UTC).isoformat()
                for at in checkpoint.periods
            ]
    old_zone = event.timezone
    if dates.timezone != old_zone:
        _keep_clocks(event, dates.timezone)
    changed = audit.apply(
        event,
        languages=dates.languages,
        timezone=dates.timezone,
        starts_at=dates.starts_at,
        ends_at=dates.ends_at,
        time_is_known=dates.time_is_known,
    )
    if changed:
        audit.record("event.set_dates", f"event:{event_id}", event_id=event_id, account_id=account_id, changed=changed)
        move.note(event, before)
        mailing.follow_dates(event, old_zone)
    return event


def _keep_clocks(event: Event, zone: str) -> None:
    """Moves what was typed on the clocks of the old zone to the same time of day in the new one."""
    old = event.timezone
    for name in ("registration_opens_at", "registration_closes_at"):
        at = getattr(event, name)
        if at is not None:
            setattr(event, name, rules.same_clock(at, old, zone))
    for ticket_type in queries.registration.list_ticket_types(event.id):
        if ticket_type.opens_at is not None:
            ticket_type.opens_at = rules.same_clock(ticket_type.opens_at, old, zone)
        if ticket_type.closes_at is not None:
            ticket_type.closes_at = rules.same_clock(ticket_type.closes_at, old, zone)
    for code in db.session.scalars(
        select(InvitationCode).where(InvitationCode.event_id == event.id, InvitationCode.expires_at.is_not(None))
    ):
        code.expires_at = rules.same_clock(code.expires_at, old, zone) if code.expires_at else None
    for session in db.session.scalars(
        select(EventSession).where(EventSession.event_id == event.id, EventSession.starts_at.is_not(None))
    ):
        starts_at, ends_at = session.starts_at, session.ends_at
        session.starts_at = rules.same_clock(starts_at, old, zone) if starts_at else None
        session.ends_at = rules.same_clock(ends_at, old, zone) if ends_at else None
        if session.starts_at != starts_at:
            session.sequence += 1
            session.updated_at = clock.now()


@transactional
def set_registration(event_id: int, settings: RegistrationSettings, *, account_id: int | None = None) -> Event:
    """Changes the seats, the window and the questions; new seats go to those who wait.

    Raises Refused("ends_before_start") for a window that closes before it opens.
    """
    event = queries.event.lock(event_id)
    if settings.opens_at is not None and settings.closes_at is not None and settings.closes_at <= settings.opens_at:
        raise Refused("ends_before_start", field="closes_at")
    changed = audit.apply(
        event,
        registration_opens_at=settings.opens_at,
        registration_closes_at=settings.closes_at,
        asked={str(question): str(asked) for question, asked in settings.asked.items() if asked is not Asked.OFF},
        full_house=settings.full_house,
    )
    if changed:
        audit.record(
            "event.set_registration", f"event:{event_id}", event_id=event_id, account_id=account_id, changed=changed
        )
    if (settings.capacity, settings.max_party) != (event.capacity, event.max_party):
        set_places(event_id, capacity=settings.capacity, max_party=settings.max_party, account_id=account_id)
    return event


@transactional
def set_waiting(event_id: int, settings: WaitingSettings, *, account_id: int | None = None) -> Event:
    """Changes the rules of the waiting list and of places that nobody comes for. Offers that were made keep their time.

    Raises Refused with ``release_without_question`` or ``release_before_question``.
    """
    event = queries.event.lock(event_id)
    no_show.check(settings.reconfirm_days, settings.release_days)
    changed = audit.apply(
        event,
        waiting_list=settings.waiting_list,
        offer_hours=settings.offer_hours,
        reconfirm_days=settings.reconfirm_days,
        release_days=settings.release_days,
        unclaimed_minutes=settings.unclaimed_minutes,
    )
    if changed:
        subject = f"event:{event_id}"
        audit.record("event.set_waiting", subject, event_id=event_id, account_id=account_id, changed=changed)
    return event


@transactional
def open_registration(event_id: int, is_open: bool, *, account_id: int | None = None) -> Event:
    """Opens or closes registration by hand; the dates of its window hold besides. Doing it twice changes nothing."""
    event = queries.event.lock(event_id)
    if audit.apply(event, registration_open=is_open):
        action = "event.open_registration" if is_open else "event.close_registration"
        audit.record(action, f"event:{event_id}", event_id=event_id, account_id=account_id)
    return event


@transactional
def set_accent(event_id: int, accent: str, *, account_id: int | None = None) -> Event:
    """Changes the colour of an event's pages. Raises Refused with ``colour_invalid`` or ``colour_too_light``."""
    event = queries.event.lock(event_id)
    if audit.apply(event, accent=colour.palette(accent).accent):
        audit.record(
            "event.set_accent", f"event:{event_id}", event_id=event_id, account_id=account_id, accent=event.accent
        )
    return event


@transactional
def set_survey(event_id: int, address: str | None, *, account_id: int | None = None) -> Event:
    """Sets where guests say afterwards how it was; None: nowhere. Raises Refused("survey_invalid")."""
    event = queries.event.lock(event_id)
    if audit.apply(event, survey_url=rules.read_survey(address)):
        audit.record("event.set_survey", f"event:{event_id}", event_id=event_id, account_id=account_id)
    return event


@transactional
def set_places(event_id: int, *, capacity: int | None, max_party: int, account_id: int | None = None) -> Event:
    """Sets how many seats there are and how many people one registration may name; new seats go to those who wait.

    Fewer seats than are taken is allowed: nobody loses a seat, but none is given until there is room again.
    """
    event = queries.event.lock(event_id)
    event.capacity, event.max_party = capacity, max_party
    audit.record("event.set_places", f"event:{event_id}", event_id=event_id, account_id=account_id, capacity=capacity)
    db.session.flush()
    waiting_list.promote(event_id)
    return event
