"""What can be chosen from a programme, and what cannot be seen together."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from eventapp.rules import agenda
from eventapp.rules.vocabulary import SessionKind

NINE = datetime(2026, 12, 18, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Session:
    id: int
    starts_at: datetime | None
    ends_at: datetime | None
    kind: SessionKind = SessionKind.TALK
    cancelled_at: datetime | None = None


def session(number, start, end, **more):
    """From and until so many minutes after nine."""
    return Session(number, NINE + timedelta(minutes=start), NINE + timedelta(minutes=end), **more)


def overlapping(*sessions):
    return [(first.id, second.id) for first, second in agenda.overlaps(sessions)]


def test_sessions_at_one_time_overlap_in_the_order_of_time():
    assert overlapping(session(3, 20, 50), session(1, 0, 60), session(2, 10, 15)) == [(1, 2), (1, 3)]


def test_touching_ends_do_not_overlap():
    assert overlapping(session(1, 0, 30), session(2, 30, 60)) == []


def test_cancelled_and_open_ended_sessions_overlap_with_nothing():
    cancelled, open_ended = session(2, 0, 30, cancelled_at=NINE), Session(3, NINE, None)
    assert overlapping(session(1, 0, 30), cancelled, open_ended) == []


def test_breaks_cannot_be_chosen_and_cancelled_sessions_only_stay():
    sessions = [
        session(1, 0, 30),
        session(2, 0, 30, kind=SessionKind.BREAK),
        session(3, 0, 30, cancelled_at=NINE),
        session(4, 0, 30, cancelled_at=NINE),
    ]
    assert [one.id for one in agenda.choosable(sessions, [4])] == [1, 4]
