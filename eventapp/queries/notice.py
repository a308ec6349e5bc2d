"""Short notices of the day, for pages, the desk and phones."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.models.notice import Notice
from eventapp.queries.door_list import Changes, Cursor

MOST_PAST = 30
"""How many that are over the desk lists."""


def list_current(event_id: int, now: datetime) -> list[Notice]:
    """The notices that stand now, the latest first."""
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.event_id == event_id, Notice.starts_at <= now, _not_over(now))
            .order_by(Notice.starts_at.desc(), Notice.id.desc())
        )
    )


def list_to_come(event_id: int, now: datetime) -> list[Notice]:
    """The notices that stand now or will, in the order in which they begin."""
    return list(
        db.session.scalars(
            select(Notice).where(Notice.event_id == event_id, _not_over(now)).order_by(Notice.starts_at, Notice.id)
        )
    )


def list_past(event_id: int, now: datetime) -> list[Notice]:
    """The last notices that are over, the latest first."""
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.event_id == event_id, Notice.ends_at <= now)
            .order_by(Notice.ends_at.desc(), Notice.id.desc())
            .limit(MOST_PAST)
        )
    )


def _not_over(now: datetime) -> ColumnElement[bool]:
    return or_(Notice.ends_at.is_(None), Notice.ends_at > now)


def get(event_id: int, notice_id: int) -> Notice:
    """One notice of an event. Raises NotFound, also for one of another event."""
    notice = db.session.scalar(select(Notice).where(Notice.id == notice_id, Notice.event_id == event_id))
    if notice is None:
        raise NotFound(notice_id)
    return notice


def list_changed(event_id: int, cursor: Cursor | None, changes: Changes, now: datetime) -> list[Notice]:
    """The notices that go with what phones are told since a cursor: those that changed, also to their end.

    With the whole list, on its first page, go those that are not over.
    """
    if changes.is_whole:
        return list_to_come(event_id, now) if changes.event is not None else []
    after = cursor.version if cursor is not None else 0
    return list(
        db.session.scalars(
            select(Notice)
            .where(Notice.event_id == event_id, Notice.version > after, Notice.version <= changes.cursor.version)
            .order_by(Notice.version, Notice.id)
        )
    )
