"""Taking a schedule file into an event: all of it in one transaction, or nothing."""

from collections.abc import Sequence

from eventapp import clock, queries
from eventapp.db import Base, db, transactional
from eventapp.errors import Refused
from eventapp.formats.schedule import Schedule
from eventapp.models.event import Event
from eventapp.models.programme import EventSession
from eventapp.models.speaker import Speaker
from eventapp.rules import event as event_rules
from eventapp.rules import links
from eventapp.rules import schedule as rules
from eventapp.services import audit, programme, speaker, stored_file
from eventapp.services.programme import Part
from eventapp.services.schedule_plan import Count, Outcome, Plan, Step
from eventapp.services.schedule_plan import plan as planned

__all__ = ["Count", "Outcome", "import_programme", "preview"]


def preview(event_id: int, schedule: Schedule) -> Outcome:
    """What an import would do now. Changes nothing, and waits for nobody. Raises like `import_programme`."""
    return planned(queries.event.get(event_id), _checked(schedule)).outcome()


@transactional
def keep_upload(event_id: int, content: bytes, *, account_id: int | None = None) -> str:
    """Keeps a schedule file between its preview and its import; returns its SHA-256. Older ones are dropped.

    Raises NotFound.
    """
    queries.event.lock(event_id)
    return stored_file.keep_upload(event_id, content, queries.stored_file.PROGRAMME, account_id=account_id)


@transactional
def import_programme(
    event_id: int, schedule: Schedule, *, account_id: int | None = None, dry_run: bool = False
) -> Outcome:
    """Takes a schedule into an event. Doing it twice changes nothing the second time.

    A session that the event has under the same identifier becomes what the file says, in the language of the file;
    what is written in other languages stays. Rooms, topics and speakers are those of the same name, or new ones; of
    those that exist only what is empty is filled in. What the file does not mention is left alone. ``dry_run`` tells
    what would happen and changes nothing.

    Raises Refused("schedule_problems") if the file has an error, and NotFound.
    """
    event = queries.event.lock(event_id)
    plan = planned(event, _checked(schedule))
    if not dry_run and not plan.is_empty:
        _apply(event, plan, account_id)
    return plan.outcome()


@transactional
def import_previewed(
    event_id: int, schedule: Schedule, *, expected: str, form_id: str, account_id: int | None = None
) -> None:
    """Takes in what somebody has looked at: the fingerprint of that outcome is ``expected``. The form does it once.

    Raises Refused("programme_changed") if the import would do something else by now, and like `import_programme`.
    """
    event = queries.event.lock(event_id)
    if audit.find_made("programme.import", form_id, event_id=event_id) is not None:
        return
    plan = planned(event, _checked(schedule))
    if plan.outcome().fingerprint != expected:
        raise Refused("programme_changed")
    _apply(event, plan, account_id, form_id)


def _checked(schedule: Schedule) -> Schedule:
    errors = [problem for problem in schedule.problems if problem.is_fatal]
    if errors:
        raise Refused("schedule_problems", count=len(errors))
    return schedule


_ON_CALENDARS = {"title", "room", "starts_at", "ends_at", "cancelled_at"}
"""What people's calendars hold, so that a change of it raises the sequence."""


def _apply(event: Event, plan: Plan, account_id: int | None, form_id: str | None = None) -> None:
    kinds = {"room": plan.rooms, "topic": plan.topics, "speaker": plan.speakers}
    for rows in kinds.values():
        db.session.add_all(rows.new)
        for row, values in rows.filled:
            audit.apply(row, **values)
    db.session.flush()
    for row in plan.speakers.new:
        if isinstance(row, Speaker):
            row.link_hash = links.digest(speaker.secret(row))
    sessions = _apply_sessions(event, plan)
    for kind, rows in kinds.items():
        for row in rows.new:
            _record(f"{kind}.add", kind, row, event.id, account_id)
        for row, values in rows.filled:
            _record(f"{kind}.change", kind, row, event.id, account_id, changed=sorted(values))
    for step, row in sessions:
        if step.row is None:
            _record("session.add", "session", row, event.id, account_id)
        else:
            _record("session.change", "session", row, event.id, account_id, changed=step.changed)
    counts = {name: [count.added, count.changed] for name, count in plan.outcome().counts.items()}
    audit.record(
        "programme.import",
        f"event:{event.id}",
        event_id=event.id,
        account_id=account_id,
        form_id=form_id,
        added_and_changed=counts,
        sessions=[row.id for _, row in sessions],
    )


def _record(
    action: str, kind: str, row: Base, event_id: int, account_id: int | None, changed: Sequence[str] = ()
) -> None:
    subject = f"{kind}:{getattr(row, 'id')}"  # noqa: B009  every table here has one, which the base class cannot say
    if changed:
        names = [_COLUMNS.get(name, name) for name in changed]
        audit.record(action, subject, event_id=event_id, account_id=account_id, changed=names)
    else:
        audit.record(action, subject, event_id=event_id, account_id=account_id)


_COLUMNS = {"room": "room_id", "topic": "topic_id"}


def _apply_sessions(event: Event, plan: Plan) -> list[tuple[Step, EventSession]]:
    """Adds and changes sessions; returns those it touched."""
    now = clock.now()
    taken = {row.slug for row in plan.existing}
    touched = []
    for step in plan.steps:
        if step.row is None:
            row = EventSession(event_id=event.id, updated_at=now, sequence=step.session.sequence, speakers=[])
            row.uid = rules.uid(step.session.guid, event.id)
            title = step.session.title.pick(event.languages, event.languages[0]).value
            row.slug = event_rules.free_slug(step.session.slug or title, taken, otherwise="session")
            taken.add(row.slug)
            db.session.add(row)
        elif step.changed:
            row = step.row
            row.updated_at = now
            if _ON_CALENDARS & set(step.changed):
                row.sequence = max(row.sequence + 1, step.session.sequence)
        else:
            continue
        audit.apply(row, **step.values)
        touched.append((step, row))
    db.session.flush()
    for step, row in touched:
        stand_ins = {part.speaker_id: (part.substitute_id, part.substitution) for part in row.speakers}
        parts = [Part(person.id, role, *stand_ins.get(person.id, (None, None))) for person, role in step.cast]
        programme.cast(row, parts)  # files do not know who stands in: that stays
    db.session.flush()
    return touched
