"""Changes to the organizations behind an event."""

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.event import Organization
from eventapp.rules import event as rules
from eventapp.rules.order import moved
from eventapp.rules.vocabulary import HostRole
from eventapp.services import audit


@transactional
def add(
    event_id: int,
    role: HostRole,
    name: LocalizedText,
    website: str | None = None,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
    placeholder: bool = False,
) -> Organization:
    """Adds an organization behind an event, at the end. Raises Refused with ``name_missing`` or ``website_invalid``."""
    queries.event.lock(event_id)
    made = audit.find_made("organization.add", form_id, event_id=event_id)
    if made is not None:
        return queries.event.get_organization(event_id, made)
    rules.check_name(name)
    organization = Organization(
        event_id=event_id,
        position=len(queries.event.list_organizations(event_id)),
        role=role,
        name=name,
        website=rules.read_website(website),
        placeholder=placeholder,
    )
    db.session.add(organization)
    db.session.flush()
    subject = f"organization:{organization.id}"
    audit.record("organization.add", subject, event_id=event_id, account_id=account_id, form_id=form_id)
    return organization


@transactional
def change(
    event_id: int,
    organization_id: int,
    role: HostRole,
    name: LocalizedText,
    website: str | None,
    *,
    account_id: int | None = None,
) -> None:
    """Changes an organization. Raises NotFound, or Refused with ``name_missing`` or ``website_invalid``."""
    queries.event.lock(event_id)
    organization = queries.event.get_organization(event_id, organization_id)
    rules.check_name(name)
    changed = audit.apply(organization, role=role, name=name, website=rules.read_website(website))
    if changed:
        subject = f"organization:{organization_id}"
        audit.record("organization.change", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove(event_id: int, organization_id: int, *, account_id: int | None = None) -> None:
    """Takes an organization off an event. Raises NotFound."""
    queries.event.lock(event_id)
    db.session.delete(queries.event.get_organization(event_id, organization_id))
    subject = f"organization:{organization_id}"
    audit.record("organization.remove", subject, event_id=event_id, account_id=account_id)


@transactional
def move(event_id: int, organization_id: int, steps: int) -> None:
    """Moves an organization among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.event.get_organization(event_id, organization_id)
    rows = {row.id: row for row in queries.event.list_organizations(event_id)}
    for position, row_id in enumerate(moved(list(rows), organization_id, steps)):
        rows[row_id].position = position
