"""Changes to the parts of an event's page that an organizer writes freely."""

from eventapp import queries
from eventapp.db import db, transactional
from eventapp.language import LocalizedText
from eventapp.models.event import PageSection
from eventapp.rules import event as rules
from eventapp.rules.order import moved
from eventapp.services import audit


@transactional
def add(
    event_id: int,
    title: LocalizedText,
    body: LocalizedText,
    *,
    account_id: int | None = None,
    form_id: str | None = None,
) -> PageSection:
    """Adds a part to the event's page, at the end. Raises Refused("title_missing")."""
    queries.event.lock(event_id)
    made = audit.find_made("section.add", form_id, event_id=event_id)
    if made is not None:
        return queries.event.get_section(event_id, made)
    rules.check_title(title)
    section = PageSection(
        event_id=event_id, position=len(queries.event.list_sections(event_id)), title=title, body=body
    )
    db.session.add(section)
    db.session.flush()
    subject = f"section:{section.id}"
    audit.record("section.add", subject, event_id=event_id, account_id=account_id, form_id=form_id)
    return section


@transactional
def change(
    event_id: int, section_id: int, title: LocalizedText, body: LocalizedText, *, account_id: int | None = None
) -> None:
    """Changes a part of the event's page. Raises NotFound, or Refused("title_missing")."""
    queries.event.lock(event_id)
    section = queries.event.get_section(event_id, section_id)
    rules.check_title(title)
    changed = audit.apply(section, title=title, body=body)
    if changed:
        subject = f"section:{section_id}"
        audit.record("section.change", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def remove(event_id: int, section_id: int, *, account_id: int | None = None) -> None:
    """Takes a part off the event's page. Raises NotFound."""
    queries.event.lock(event_id)
    db.session.delete(queries.event.get_section(event_id, section_id))
    audit.record("section.remove", f"section:{section_id}", event_id=event_id, account_id=account_id)


@transactional
def move(event_id: int, section_id: int, steps: int) -> None:
    """Moves a part of the event's page among the others: -1 one place up, 1 one place down. Raises NotFound."""
    queries.event.lock(event_id)
    queries.event.get_section(event_id, section_id)
    rows = {row.id: row for row in queries.event.list_sections(event_id)}
    for position, row_id in enumerate(moved(list(rows), section_id, steps)):
        rows[row_id].position = position
