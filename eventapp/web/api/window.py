"""Words about windows as phones send them."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from eventapp import clock
from eventapp.services.window import NewWindow

TEN_YEARS_MS = 10 * 366 * 24 * 3600 * 1000

Row = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Instant = Annotated[datetime, Meta(tz=True)]
OffsetMs = Annotated[float, Meta(ge=-TEN_YEARS_MS, le=TEN_YEARS_MS)]


class Body(msgspec.Struct, kw_only=True):
    """That somebody opened an entrance early or keeps it open longer: its window from then on, whole."""

    id: UUID
    checkpoint: Row
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    scanned_at: Instant | None = None
    offset: OffsetMs = 0


def new(body: Body) -> NewWindow:
    """The word for the service. Raises OverflowError for a time at the end of all times."""
    opens_at, closes_at = map(_in_utc, (body.opens_at, body.closes_at))
    scanned_at = (body.scanned_at or clock.now()).astimezone(UTC)
    return NewWindow(str(body.id), body.checkpoint, opens_at, closes_at, scanned_at, round(body.offset))


def _in_utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
