"""Counters that say what changed: for phones at the door, and for cached public pages.

A row of a class marked `SeenAtDoor` carries the value its event's counter had when it last changed; a phone asks for
rows above the value it knows. For that to skip nothing, the counter is raised by the last statement before the commit,
when every other lock is held: whoever reads the counter later sees all rows up to it. Both are done here, for every
transaction, so that no service can forget them.
"""

from collections.abc import Iterable

from sqlalchemy import BigInteger, Connection, ForeignKey, event, insert, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from eventapp.db import Base


class EventVersion(Base):
    """The counters of one event, in a table of their own so that raising them locks nothing else."""

    __tablename__ = "event_version"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    door: Mapped[int] = mapped_column(BigInteger, default=0)
    public: Mapped[int] = mapped_column(BigInteger, default=0)


class SeenAtDoor:
    """A row that phones hold a copy of."""

    version: Mapped[int] = mapped_column(BigInteger, default=0)


class SeenByPublic:
    """A row that public pages show."""


def touch(row: SeenAtDoor) -> None:
    """Counts a row as changed: phones hold it together with something that lies in another table.

    It is written with the first flush, so that its lock is taken before the counter's.
    """
    flag_modified(row, "version")


@event.listens_for(Session, "before_flush")
def _collect(session: Session, _context: object, _instances: object) -> None:
    if session.info.get("stamping"):
        return
    changed: Iterable[object] = [*session.new, *session.deleted, *(o for o in session.dirty if session.is_modified(o))]
    for row in changed:
        if isinstance(row, SeenAtDoor):
            session.info.setdefault("door", {})[id(row)] = row
        if isinstance(row, SeenByPublic):
            session.info.setdefault("public", {})[id(row)] = row


@event.listens_for(Session, "before_commit")
def _stamp(session: Session) -> None:
    session.flush()
    door = list(session.info.pop("door", {}).values())
    public = list(session.info.pop("public", {}).values())
    if not door and not public:
        return
    events = sorted({_event_id(row) for row in (*door, *public)})
    public_events = {_event_id(row) for row in public}
    session.info["stamping"] = True
    try:
        for event_id in events:
            value = raise_counters(session, event_id, public=event_id in public_events)
            for row in door:
                if _event_id(row) == event_id:
                    row.version = value
        session.flush()
    finally:
        session.info["stamping"] = False


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("door", None)
    session.info.pop("public", None)


_RAISE_DOOR = update(EventVersion).values(door=EventVersion.door + 1).returning(EventVersion.door)
_RAISE_BOTH = _RAISE_DOOR.values(public=EventVersion.public + 1)


def raise_counters(session: Session | Connection, event_id: int, *, public: bool = False) -> int:
    """Raises an event's counters and returns the door's new value. Must be the last thing before the commit."""
    statement = (_RAISE_BOTH if public else _RAISE_DOOR).where(EventVersion.event_id == event_id)
    value = session.scalar(statement, execution_options={"synchronize_session": False})
    if value is None:
        session.execute(insert(EventVersion).values(event_id=event_id, door=1, public=1))
        return 1
    return value


def _event_id(row: object) -> int:
    event_id = getattr(row, "event_id", None) or getattr(row, "id", None)
    if not isinstance(event_id, int):
        raise TypeError(f"{type(row).__name__} belongs to no event")
    return event_id
