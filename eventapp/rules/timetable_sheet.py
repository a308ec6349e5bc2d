"""A day of the timetable as a sheet: rooms by lines of five minutes, as high as sessions are long."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventapp.rules.programme import Cell, Column, Placed, Span, lanes

LINE = timedelta(minutes=5)
HOUR_LINES = 12
SHORTEST_LINES = 2
"""How high a session is at least, so that a finger finds it and its first words fit."""

QUARTER_LINES = 3
LATEST_LINE = 30 * HOUR_LINES
"""Where the sheet ends at the latest: six in the morning of the next day."""

EMPTY_DAY = (8 * HOUR_LINES, 18 * HOUR_LINES)


@dataclass(frozen=True)
class Sheet:
    """Lines are counted from midnight, also where the sheet begins later; lanes from 0, the first of no room.

    ``top`` and ``bottom``: its first line, and the first one that is no longer on it. ``starts_at``: when the top line
    begins. ``hours``: each full hour on it, by its line. ``has_short``: a session is shorter than a quarter of an hour.
    """

    columns: list[Column]
    top: int
    bottom: int
    starts_at: datetime
    hours: dict[int, datetime]
    cells: dict[int, Cell]
    has_short: bool

    @property
    def lanes(self) -> int:
        """How many lanes all rooms have together."""
        return sum(column.width for column in self.columns)


def sheet(sessions: Iterable[Placed], room_ids: Sequence[int], day: date, zone: str) -> Sheet:
    """The sheet of a day, with room to move in: all rooms, also empty ones, and an hour before and after.

    The first column is for what has no room. ``sessions`` are those that begin on the day. Times between two lines
    stand on the line before; sessions that overlap in a room stand side by side.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    spans = sorted(
        (_on_lines(session, session.starts_at, midnight) for session in sessions if session.starts_at is not None),
        key=lambda span: (span.starts_at, span.ends_at, span.session.id),
    )
    columns: list[Column] = []
    cells: dict[int, Cell] = {}
    for room_id in (None, *room_ids):
        there = [span for span in spans if span.session.room_id == room_id]
        first = columns[-1].first + columns[-1].width if columns else 0
        width, lane_of = lanes(there)
        columns.append(Column(room_id, first, width))
        for span in there:
            left, right = lane_of[span.session.id]
            top, bottom = ((at - midnight) // LINE for at in (span.starts_at, span.ends_at))
            cells[span.session.id] = Cell(top, bottom, first + left, first + right)
    top, bottom = EMPTY_DAY
    if cells:
        first_line, last_line = min(c.top for c in cells.values()), max(c.bottom for c in cells.values())
        top = max(0, (first_line // HOUR_LINES - 1) * HOUR_LINES)
        bottom = (-(-last_line // HOUR_LINES) + 1) * HOUR_LINES
    return Sheet(
        columns=columns,
        top=top,
        bottom=bottom,
        starts_at=midnight + top * LINE,
        hours={line: midnight + line * LINE for line in range(top, bottom, HOUR_LINES)},
        cells=cells,
        has_short=any(cell.bottom - cell.top < QUARTER_LINES for cell in cells.values()),
    )


def _on_lines(session: Placed, starts_at: datetime, midnight: datetime) -> Span:
    start = (starts_at - midnight) // LINE
    end = (session.ends_at - midnight) // LINE if session.ends_at else start + HOUR_LINES // 2
    end = max(start + SHORTEST_LINES, min(end, LATEST_LINE))
    return Span(session, midnight + start * LINE, midnight + end * LINE)
