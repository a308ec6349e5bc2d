"""Lists on paper: numbers that stay, supplements, rows entered as scans, and what phones hear of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.models.checkin import Scan
from eventapp.queries.door_list import Cursor
from eventapp.queries.paper_entry import Finding
from eventapp.rules.vocabulary import Policy, Role, ScanKind, ScanMethod, Verdict
from eventapp.services.paper_entry import Wanted
from tests import door, people
from tests.conftest import NOON

pytestmark = pytest.mark.usefixtures("context")

HOUR = timedelta(hours=1)


@pytest.fixture
def forum(time):
    return people.stage(capacity=None, max_party=100)


@pytest.fixture
def on_the_day(forum, time):
    """The afternoon of the event, with an entrance that has a morning and an afternoon."""

    def begin(**facts):
        time.now = people.STARTS + 6 * HOUR
        periods = [(people.STARTS + 4 * HOUR).isoformat()]
        return door.entrance(forum.event_id, periods=periods, **facts)

    return begin


def make(forum, form_id="list-1"):
    return services.paper_list.make(forum.event_id, form_id=form_id, by=forum.owner_id).id


def supplement(forum, list_id, form_id="more-1"):
    return services.paper_list.add_supplement(forum.event_id, list_id, form_id=form_id, by=forum.owner_id)


def cancel(registration_id):
    services.attendee.cancel(queries.registration.get(registration_id).attendees[0].id)


def rows(list_id):
    lines = queries.paper_list.list_lines(list_id, range(1, 100))
    return [(line.row.number, line.attendee.name, f"{line.row.sheet}/{line.row.line}") for line in lines]


def enter(forum, list_id, text, checkpoint_id, *, form_id="entry-1", period=0, by=None, **facts):
    wanted = Wanted(text, checkpoint_id, period, **facts)
    return services.paper_entry.enter(forum.event_id, list_id, wanted, form_id=form_id, by=by or forum.owner_id)


def look(forum, list_id, text, checkpoint_id, period=0):
    return services.paper_entry.find_meant(forum.event_id, list_id, Wanted(text, checkpoint_id, period))


def present(forum):
    """Who is in, by name, with the time of the first entry."""
    db.session.expire_all()
    names = {one.id: one.name for one in everybody(forum)}
    return {names[row[0]]: row[1] for row in door.admissions(forum.event_id) if row[1] is not None}


def everybody(forum):
    found = queries.paper_list.list_expected(forum.event_id)
    return [queries.registration.get_attendee(attendee_id) for attendee_id, _name in found]


def found(forum, checkpoint_id, finding, period=0):
    checkpoint = queries.checkpoint.find(forum.event_id, checkpoint_id)
    part = queries.paper_entry.list_periods(checkpoint, people.STARTS)[period]
    where = (forum.event_id, checkpoint_id, part)
    listed = [one.attendee.name for one in queries.paper_entry.list_found(finding, *where)]
    assert queries.paper_entry.count_found(*where)[finding] == len(listed)
    return listed


def refusal(function, *args, **facts):
    with pytest.raises(Refused) as refused:
        function(*args, **facts)
    return refused.value.code


def test_list_holds_everybody_confirmed_once_and_by_name(forum):
    people.register(forum.event_id, "Bakary", "Ada")
    gone = people.register(forum.event_id, "Awa")
    cancel(gone)
    list_id = make(forum)
    assert make(forum) == list_id
    assert rows(list_id) == [(1, "Ada", "1/1"), (2, "Bakary", "1/2")]
    assert queries.paper_list.get(forum.event_id, make(forum, "list-2")).version == 2


def test_list_of_nobody_is_refused(forum):
    assert refusal(make, forum) == "paper_nobody"


def test_supplement_goes_on_at_the_end_and_changes_no_number(forum):
    people.register(forum.event_id, "Bakary", "Moussa")
    list_id = make(forum)
    assert refusal(supplement, forum, list_id) == "paper_nobody_new"
    people.register(forum.event_id, "Zoé", "Ada")
    assert [supplement(forum, list_id), supplement(forum, list_id)] == [1, 1]
    before = [(1, "Bakary", "1/1"), (2, "Moussa", "1/2")]
    assert rows(list_id) == [*before, (3, "Ada", "2/1"), (4, "Zoé", "2/2")]
    people.register(forum.event_id, "Issa")
    assert supplement(forum, list_id, "more-2") == 2
    assert rows(list_id)[4:] == [(5, "Issa", "3/1")]


def test_people_are_added_to_the_latest_list_only(forum):
    people.register(forum.event_id)
    first = make(forum)
    make(forum, "list-2")
    people.register(forum.event_id)
    assert refusal(supplement, forum, first) == "paper_list_old"


def test_phones_hear_of_a_whole_list_as_one_change(forum):
    people.register(forum.event_id, "Ada", "Awa")
    before = queries.door_list.list_changes(forum.event_id, None).cursor.version
    list_id = make(forum)
    changes = queries.door_list.list_changes(forum.event_id, Cursor(before))
    assert (len(changes.people), changes.cursor.version) == (2, before + 1)
    ids = [one.attendee_id for one in changes.people]
    assert sorted(queries.paper_list.list_places(forum.event_id, ids).values()) == [(1, 1), (1, 2)]
    assert queries.paper_list.list_places(forum.event_id, []) == {}
    make(forum, "list-2")
    assert list_id not in {queries.paper_list.find_latest(forum.event_id).id}


def test_paper_entered_after_a_supplement_admits_the_right_people(forum, on_the_day):
    people.register(forum.event_id, "Bakary", "Moussa", "Zoé")
    versions = [make(forum, f"list-{number}") for number in range(4)]
    people.register(forum.event_id, "Ada", "Fanta")
    supplement(forum, versions[3])
    checkpoint_id = on_the_day()
    enter(forum, versions[3], "1 3-4", checkpoint_id)
    assert present(forum) == dict.fromkeys(["Bakary", "Zoé", "Ada"], people.STARTS)
    scan = db.session.scalars(select(Scan).where(Scan.attendee_id.is_not(None))).first()
    assert (scan.method, scan.kind, scan.door, scan.verdict) == (
        ScanMethod.PAPER,
        ScanKind.ENTRY,
        "Liste 4",
        Verdict.ADMITTED,
    )


def test_same_rows_entered_again_change_nothing(forum, on_the_day):
    people.register(forum.event_id, "Ada", "Awa")
    list_id, checkpoint_id = make(forum), on_the_day()
    first = enter(forum, list_id, "1", checkpoint_id)
    assert enter(forum, list_id, "1", checkpoint_id) == first
    people.grant("awa", forum.event_id, Role.WELCOME_DESK)
    enter(forum, list_id, "1-2", checkpoint_id, form_id="entry-2", by=people.account("awa"))
    assert list(present(forum)) == ["Ada", "Awa"]
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 2
    assert door.conflicts(forum.event_id) == []


def test_look_names_who_is_in_who_is_gone_and_numbers_that_are_none(forum, on_the_day):
    people.register(forum.event_id, "Ada")
    gone = people.register(forum.event_id, "Awa")
    list_id = make(forum)
    cancel(gone)
    checkpoint_id = on_the_day()
    enter(forum, list_id, "1", checkpoint_id)
    meant = look(forum, list_id, "1-3 9", checkpoint_id)
    assert [line.attendee.name for line in meant.lines] == ["Ada", "Awa"]
    assert (meant.missing, meant.last, meant.at) == ([3, 9], 2, people.STARTS)
    assert [line.attendee.name for line in meant.lines if line.attendee.id in meant.here] == ["Ada"]
    assert refusal(look, forum, list_id, "7", checkpoint_id) == "paper_rows_unknown"
    assert look(forum, list_id, "1", checkpoint_id, period=1).here == frozenset()


@pytest.mark.parametrize(("period", "other"), [(2, False), (-1, False), (0, True)])
def test_part_of_a_day_that_does_not_exist_is_refused(forum, on_the_day, period, other):
    people.register(forum.event_id)
    list_id, checkpoint_id = make(forum), on_the_day()
    assert refusal(look, forum, list_id, "1", 0 if other else checkpoint_id, period) == "paper_place_missing"


def test_cancelled_person_who_signed_counts_and_stands_among_the_entries_to_check(forum, on_the_day):
    gone = people.register(forum.event_id, "Awa")
    list_id = make(forum)
    cancel(gone)
    enter(forum, list_id, "1", on_the_day())
    assert [verdict for _scan, verdict, _against in door.conflicts(forum.event_id)] == [Verdict.CANCELLED]


def test_whoever_was_scanned_is_not_entered_a_second_time(forum, on_the_day):
    code = people.ticket_codes(people.register(forum.event_id, "Ada"))[0]
    list_id = make(forum)
    checkpoint_id = on_the_day(policy=Policy.RETURNS)
    morning = people.STARTS + timedelta(minutes=5)
    door.ask(door.phone(forum.event_id), code, morning)
    enter(forum, list_id, "1", checkpoint_id)
    enter(forum, list_id, "1", checkpoint_id, form_id="entry-2", period=1, at=people.STARTS + 5 * HOUR)
    assert present(forum) == {"Ada": morning}
    assert door.conflicts(forum.event_id) == []
    assert db.session.scalar(select(func.count()).where(Scan.method == ScanMethod.PAPER)) == 1


def test_entry_taken_back_counts_no_more_and_can_be_entered_again(forum, on_the_day):
    people.register(forum.event_id, "Ada", "Awa", "Issa")
    list_id, checkpoint_id = make(forum), on_the_day()
    first = enter(forum, list_id, "1-2", checkpoint_id)
    enter(forum, list_id, "2-3", checkpoint_id, form_id="entry-2")
    for _again in range(2):
        services.paper_entry.undo(forum.event_id, first, by=forum.owner_id)
        assert list(present(forum)) == ["Awa", "Issa"]
    enter(forum, list_id, "1", checkpoint_id, form_id="entry-3")
    assert list(present(forum)) == ["Ada", "Awa", "Issa"]
    assert door.conflicts(forum.event_id) == []


def test_entry_whose_scans_were_lost_is_made_whole_by_sending_it_again(forum, on_the_day, monkeypatch):
    people.register(forum.event_id, "Ada")
    list_id, checkpoint_id = make(forum), on_the_day()
    with monkeypatch.context() as broken:
        broken.setattr(services.checkin, "record_scans", lambda *_facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            enter(forum, list_id, "1", checkpoint_id)
    assert present(forum) == {}
    enter(forum, list_id, "1", checkpoint_id)
    assert list(present(forum)) == ["Ada"]


def test_comparison_names_each_who_stands_on_one_side_only_or_twice(forum, on_the_day):
    people.register(forum.event_id, "Ada", "Awa")
    code = people.ticket_codes(people.register(forum.event_id, "Issa"))[0]
    list_id, checkpoint_id = make(forum), on_the_day()
    phone = door.phone(forum.event_id)
    door.ask(phone, code, people.STARTS + HOUR)
    undone = door.new(people.ticket_codes(people.register(forum.event_id, "Zoé"))[0], people.STARTS + HOUR)
    door.record(phone, undone)
    door.take_back(phone, undone)
    enter(forum, list_id, "1-2", checkpoint_id)
    enter(forum, list_id, "2", checkpoint_id, form_id="entry-2")
    assert found(forum, checkpoint_id, Finding.PAPER_ALONE) == ["Ada", "Awa"]
    assert found(forum, checkpoint_id, Finding.SCANNED_ALONE) == ["Issa"]
    assert found(forum, checkpoint_id, Finding.TWICE) == ["Awa"]
    assert [found(forum, checkpoint_id, one, period=1) for one in Finding] == [[], [], []]


def test_erased_person_keeps_the_line(forum):
    registration = people.register(forum.event_id, "Ada")
    list_id = make(forum)
    services.erasure.erase(queries.registration.get(registration).attendees[0].id)
    [(number, name, place)] = rows(list_id)
    assert (number, name, place) == (1, "(effacé)", "1/1")


def test_what_belongs_to_another_event_is_not_found(forum, on_the_day):
    people.register(forum.event_id)
    list_id, checkpoint_id = make(forum), on_the_day()
    entry_id = enter(forum, list_id, "1", checkpoint_id)
    other = people.stage("other", "max")
    for attempt in (
        lambda: supplement(other, list_id),
        lambda: enter(other, list_id, "1", checkpoint_id),
        lambda: services.paper_entry.undo(other.event_id, entry_id, by=other.owner_id),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_who_may_not_check_in_enters_nothing(forum, on_the_day):
    people.register(forum.event_id)
    list_id, checkpoint_id = make(forum), on_the_day()
    with pytest.raises(NotAllowed):
        enter(forum, list_id, "1", checkpoint_id, by=people.grant("eve", forum.event_id, Role.EDITOR))
    assert present(forum) == {}


def test_entry_before_the_event_is_refused(forum):
    people.register(forum.event_id)
    list_id, checkpoint_id = make(forum), door.entrance(forum.event_id)
    assert NOON < people.STARTS
    assert refusal(enter, forum, list_id, "1", checkpoint_id) == "paper_time_ahead"
