"""Short notices of the day: when they stand, who ends them, and what phones are told of it."""

from datetime import timedelta

import pytest

from eventapp import clock, queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.models.audit import AuditEntry
from eventapp.rules import notice as rules
from tests import people
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("context", "at_noon")

HOUR = timedelta(hours=1)
LATE = LocalizedText(fr="Le repas est en retard.", en="Lunch is late.")


@pytest.fixture
def event_id():
    return people.stage().event_id


@pytest.fixture
def at(monkeypatch):
    def move(when):
        monkeypatch.setattr(clock, "now", lambda: when)

    return move


def current(event_id):
    return [dict(notice.text) for notice in queries.notice.list_current(event_id, clock.now())]


def refusal(function, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        function(*args, **kwargs)
    return refused.value.code, refused.value.field


def test_notice_stands_from_now_until_somebody_ends_it(event_id, at):
    notice = services.notice.add(event_id, LATE)
    assert current(event_id) == [dict(LATE)]
    at(NOON + 1000 * HOUR)
    assert current(event_id) == [dict(LATE)]
    services.notice.end(event_id, notice.id)
    assert current(event_id) == []
    assert [row.id for row in queries.notice.list_past(event_id, clock.now())] == [notice.id]


def test_notice_begins_and_ends_by_the_clock(event_id, at):
    services.notice.add(event_id, LATE, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    found = []
    for minutes in (0, 59, 60, 119, 120):
        at(NOON + timedelta(minutes=minutes))
        found.append(len(current(event_id)))
    assert found == [0, 0, 1, 1, 0]


def test_latest_notice_stands_first(event_id):
    services.notice.add(event_id, LocalizedText(fr="a"))
    services.notice.add(event_id, LocalizedText(fr="b"))
    services.notice.add(event_id, LocalizedText(fr="c"), starts_at=NOON - HOUR)
    assert [text["fr"] for text in current(event_id)] == ["b", "a", "c"]


def test_notice_sent_twice_is_one(event_id):
    for _time in range(2):
        services.notice.add(event_id, LATE, form_id="form-of-a-notice")
    assert len(current(event_id)) == 1


def test_notice_is_changed(event_id):
    notice = services.notice.add(event_id, LATE)
    services.notice.change(event_id, notice.id, LocalizedText(fr="À table !"), starts_at=None, ends_at=NOON + HOUR)
    row = queries.notice.get(event_id, notice.id)
    assert (row.text, row.starts_at, row.ends_at) == ({"fr": "À table !"}, NOON, NOON + HOUR)


def test_notice_to_come_begins_now_when_its_start_is_emptied(event_id):
    notice = services.notice.add(event_id, LATE, starts_at=NOON + HOUR)
    services.notice.change(event_id, notice.id, LATE, starts_at=None, ends_at=None)
    assert current(event_id) == [dict(LATE)]


def test_notice_to_come_is_ended_before_it_stood(event_id, at):
    notice = services.notice.add(event_id, LATE, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)
    services.notice.end(event_id, notice.id)
    at(NOON + HOUR)
    assert current(event_id) == []
    assert queries.notice.list_to_come(event_id, clock.now()) == []


def test_notice_ended_twice_ended_once(event_id):
    notice = services.notice.add(event_id, LATE)
    for _time in range(2):
        services.notice.end(event_id, notice.id)
    actions = db.session.scalars(db.select(AuditEntry.action).where(AuditEntry.subject == f"notice:{notice.id}"))
    assert sorted(actions) == ["notice.add", "notice.end"]


@pytest.mark.parametrize(
    ("text", "facts", "answer"),
    [
        ({}, {}, ("notice_missing", "text")),
        ({"fr": "x" * (rules.MAX_LENGTH + 1)}, {}, ("text_too_long", "text")),
        ({"fr": "x"}, {"starts_at": NOON + HOUR, "ends_at": NOON + HOUR}, ("ends_before_start", "ends_at")),
        ({"fr": "x"}, {"starts_at": NOON - HOUR, "ends_at": NOON}, ("notice_over", "ends_at")),
    ],
)
def test_notice_that_makes_no_sense_is_refused(event_id, text, facts, answer):
    assert refusal(services.notice.add, event_id, LocalizedText(text), **facts) == answer


def test_notice_that_is_over_is_not_changed(event_id):
    notice = services.notice.add(event_id, LATE)
    services.notice.end(event_id, notice.id)
    assert refusal(services.notice.change, event_id, notice.id, LATE, starts_at=None, ends_at=None) == (
        "notice_ended",
        None,
    )


def test_notice_of_another_event_is_not_found(event_id):
    elsewhere = people.stage("elsewhere", "max").event_id
    notice = services.notice.add(elsewhere, LATE)
    with pytest.raises(NotFound):
        services.notice.end(event_id, notice.id)
    assert current(event_id) == []
