"""Words about windows as phones send them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from eventapp import clock
from eventapp.services.window import NewWindow
from eventapp.web import scan_json
from eventapp.web.scan_json import Instant, OffsetMs, Problem, Row


class Body(msgspec.Struct, kw_only=True):
    """That somebody opened an entrance early or keeps it open longer: its window from then on, whole."""

    id: UUID
    checkpoint: Row
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    scanned_at: Instant | None = None
    offset: OffsetMs = 0


_body = msgspec.json.Decoder(Body)


def parted(raws: Sequence[msgspec.Raw]) -> tuple[dict[int, NewWindow], list[Problem]]:
    """The words that can be read, by their place in what came, and those that cannot."""
    readable: dict[int, NewWindow] = {}
    problems: list[Problem] = []
    for index, raw in enumerate(raws):
        try:
            readable[index] = _new(scan_json.read(_body, raw))
        except scan_json.BadBody as bad:
            problems.append(Problem(index, scan_json.id_of(raw), bad.field, bad.detail))
    return readable, problems


def _new(body: Body) -> NewWindow:
    try:
        opens_at, closes_at = map(_in_utc, (body.opens_at, body.closes_at))
        scanned_at = (body.scanned_at or clock.now()).astimezone(UTC)
    except OverflowError as error:  # a time at the end of all times
        raise scan_json.BadBody("scanned_at", str(error)) from error
    return NewWindow(str(body.id), body.checkpoint, opens_at, closes_at, scanned_at, round(body.offset))


def _in_utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None
