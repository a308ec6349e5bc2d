"""Events: for guests, for their staff, and what public pages are cached under."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import selectinload

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.account import Membership
from eventapp.models.event import Event, Organization, PageSection
from eventapp.models.registration import SeatPool, TicketType
from eventapp.models.version import EventVersion
from eventapp.queries import seats
from eventapp.rules.registration import Places
from eventapp.rules.vocabulary import EventState, Role


@dataclass(frozen=True)
class PublicState:
    """What decides how an event's public pages look, besides the time: the key they are cached under."""

    event_id: int
    version: int
    languages: tuple[str, ...]
    is_public: bool
    is_full: bool


_PUBLIC_STATE = (
    select(
        Event.id, EventVersion.public, Event.languages, Event.state, Event.capacity, *seats.BY_TYPE, SeatPool.capacity
    )
    .join(EventVersion, EventVersion.event_id == Event.id)
    .outerjoin(TicketType, TicketType.event_id == Event.id)
    .outerjoin(SeatPool, SeatPool.id == TicketType.pool_id)
    .where(Event.slug == bindparam("slug"))
)


def find_public_state(slug: str) -> PublicState | None:
    """The key under which an event's public pages may be cached; None if there is no such event."""
    rows = db.session.execute(_PUBLIC_STATE, {"slug": slug}).all()
    if not rows:
        return None
    event_id, version, languages, state, capacity = rows[0][:5]
    free = seats.free_for_newcomers(capacity, [row[5:] for row in rows if row[5] is not None])
    return PublicState(event_id, version, tuple(languages), state is not EventState.DRAFT, free == 0)


def total_version() -> int:
    """Changes whenever the public face of any event does."""
    return db.session.scalar(select(func.coalesce(func.sum(EventVersion.public), 0))) or 0


def get_public_version(event_id: int) -> int:
    """A number that rises with every change of an event's public face."""
    return db.session.scalar(select(EventVersion.public).where(EventVersion.event_id == event_id)) or 0


def find_by_slug(slug: str) -> Event | None:
    """The event of an address, whatever its state."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def get_by_slug(slug: str) -> Event:
    """The event of an address, whatever its state. Raises NotFound."""
    event = find_by_slug(slug)
    if event is None:
        raise NotFound(slug)
    return event


def get(event_id: int) -> Event:
    """An event. Raises NotFound."""
    event = db.session.get(Event, event_id)
    if event is None:
        raise NotFound(event_id)
    return event


def get_page(slug: str) -> Event:
    """An event with all that its page shows. Raises NotFound."""
    event = db.session.scalar(
        select(Event).where(Event.slug == slug).options(selectinload(Event.organizations), selectinload(Event.sections))
    )
    if event is None:
        raise NotFound(slug)
    return event


def lock(event_id: int) -> Event:
    """The event's row, held until the end of the transaction: the first lock of every change to its seats.

    ``FOR NO KEY UPDATE`` in PostgreSQL, so that rows that refer to the event can still be inserted by others; SQLite
    has one writer at a time anyway.
    """
    event = db.session.scalar(
        select(Event).where(Event.id == event_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    )
    if event is None:
        raise NotFound(event_id)
    return event


def list_public() -> list[Event]:
    """The events that guests may see, latest first; those without a date come at the end."""
    return list(
        db.session.scalars(
            select(Event).where(Event.state != EventState.DRAFT).order_by(Event.starts_at.desc().nulls_last(), Event.id)
        )
    )


def list_for_account(account_id: int, *, is_admin: bool) -> list[tuple[Event, Role | None]]:
    """The events an account may see at the desk, latest first, with its role in each."""
    joined = select(Event, Membership.role).join(
        Membership, (Membership.event_id == Event.id) & (Membership.account_id == account_id), isouter=is_admin
    )
    return [
        (event, role)
        for event, role in db.session.execute(joined.order_by(Event.starts_at.desc().nulls_last(), Event.id))
    ]


def places(event: Event) -> Places:
    """The seats of an event now. Under `lock`, exact; else a look."""
    return Places(capacity=event.capacity, taken=seats.count_taken(event.id), has_waiting_list=event.waiting_list)


def find_last_zone(account_id: int) -> str | None:
    """The time zone of the newest event on whose team an account is."""
    return db.session.scalar(
        select(Event.timezone)
        .join(Membership, Membership.event_id == Event.id)
        .where(Membership.account_id == account_id)
        .order_by(Event.id.desc())
        .limit(1)
    )


def list_organizations(event_id: int) -> list[Organization]:
    """The organizations behind an event in the organizer's order."""
    return list(
        db.session.scalars(
            select(Organization)
            .where(Organization.event_id == event_id)
            .order_by(Organization.position, Organization.id)
        )
    )


def get_organization(event_id: int, organization_id: int) -> Organization:
    """One organization of an event. Raises NotFound, also for one of another event."""
    found = db.session.scalar(
        select(Organization).where(Organization.id == organization_id, Organization.event_id == event_id)
    )
    if found is None:
        raise NotFound(organization_id)
    return found


def list_sections(event_id: int) -> list[PageSection]:
    """The free parts of an event's page in the organizer's order."""
    return list(
        db.session.scalars(
            select(PageSection).where(PageSection.event_id == event_id).order_by(PageSection.position, PageSection.id)
        )
    )


def get_section(event_id: int, section_id: int) -> PageSection:
    """One free part of an event's page. Raises NotFound, also for one of another event."""
    found = db.session.scalar(select(PageSection).where(PageSection.id == section_id, PageSection.event_id == event_id))
    if found is None:
        raise NotFound(section_id)
    return found
