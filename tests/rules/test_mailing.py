"""Mailings: when they leave on the event's clocks, what makes no choice, and who is left out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Chosen, Dates, Known, Leaves
from eventapp.rules.vocabulary import AttendeeStatus, Audience, DeliveryKind, InvitationAnswer, SpeakerAnswer

ZONES = ("Africa/Bamako", "Europe/Paris", "America/New_York")
KNOWN = Known(
    ticket_type_ids=[1, 2], session_ids=[7], answers={5: ["yes", "no"], 6: ["c1", "c2"]}, languages=["fr", "en"]
)


def there(zone, *moment):
    """A moment on the clocks of a zone, as an instant."""
    return datetime(*moment, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def dates(zone, starts, ends=None):
    return Dates(there(zone, *starts), there(zone, *ends) if ends else None, zone)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("starts", "days", "at"),
    [
        ((2026, 12, 18, 9, 0), 1, (2026, 12, 17, 18, 0)),
        ((2026, 3, 30, 9, 0), 3, (2026, 3, 27, 18, 0)),  # over the change to summer time in Paris
        ((2026, 3, 9, 9, 0), 3, (2026, 3, 6, 18, 0)),  # ... and in New York
        ((2026, 10, 26, 0, 30), 2, (2026, 10, 24, 18, 0)),  # back to winter time in Paris
        ((2026, 11, 2, 9, 0), 2, (2026, 10, 31, 18, 0)),  # ... and in New York
        ((2026, 12, 18, 20, 0), 0, (2026, 12, 18, 18, 0)),
    ],
)
def test_reminder_leaves_days_before_on_the_clocks_of_the_event(zone, starts, days, at):
    leaves = Leaves(days=days, minute=18 * 60)
    assert rules.leaves_at(DeliveryKind.REMINDER, leaves, dates(zone, starts)) == there(zone, *at)


@pytest.mark.parametrize("zone", ZONES)
def test_thank_you_leaves_days_after_the_end_or_else_the_start(zone):
    leaves = Leaves(days=1, minute=10 * 60)
    two_days = dates(zone, (2026, 3, 7, 9, 0), (2026, 3, 8, 17, 0))
    assert rules.leaves_at(DeliveryKind.THANK_YOU, leaves, two_days) == there(zone, 2026, 3, 9, 10, 0)
    endless = dates(zone, (2026, 3, 7, 9, 0))
    assert rules.leaves_at(DeliveryKind.THANK_YOU, leaves, endless) == there(zone, 2026, 3, 8, 10, 0)


def test_rule_without_days_of_the_event_has_no_time():
    leaves = Leaves(days=1, minute=10 * 60)
    assert rules.leaves_at(DeliveryKind.REMINDER, leaves, Dates(None, None, "UTC")) is None
    rules.check_time(DeliveryKind.REMINDER, leaves, Dates(None, None, "UTC"))


@pytest.mark.parametrize(
    ("zone", "starts", "later"),
    [
        ("Europe/Paris", (2026, 3, 30, 9, 0), (2026, 3, 29, 3, 30)),
        ("America/New_York", (2026, 3, 9, 9, 0), (2026, 3, 8, 3, 30)),
    ],
)
def test_time_that_the_clocks_skip_is_refused_and_later_if_the_days_move_to_it(zone, starts, later):
    leaves, when = Leaves(days=1, minute=2 * 60 + 30), dates(zone, starts)
    with pytest.raises(Refused, match="time_missing"):
        rules.check_time(DeliveryKind.REMINDER, leaves, when)
    assert rules.leaves_at(DeliveryKind.REMINDER, leaves, when) == there(zone, *later)
    rules.check_time(DeliveryKind.REMINDER, leaves, dates("Africa/Bamako", starts))


def test_double_time_is_the_first():
    leaves, when = Leaves(days=1, minute=2 * 60 + 30), dates("Europe/Paris", (2026, 10, 26, 9, 0))
    assert rules.leaves_at(DeliveryKind.REMINDER, leaves, when) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minute"), [("9:00", 540), ("09:05", 545), ("18 h 30", 1110), ("7h", 420), ("0:00", 0)]
)
def test_time_of_day_is_read_as_people_write_it(text, minute):
    assert rules.minute_of(text) == minute
    assert rules.minute_of(rules.clock_of(minute)) == minute


@pytest.mark.parametrize("text", ["", "noon", "24:00", "9:60", "9:00:00", "-1:00", "٩:٠٠"])
def test_what_is_no_time_of_day_is_refused(text):
    with pytest.raises(Refused, match="hour_invalid"):
        rules.minute_of(text)


def test_choice_is_kept_and_read_again():
    chosen = Chosen(
        ticket_type_ids=(2, 1),
        statuses=(AttendeeStatus.WAITLISTED,),
        session_ids=(7,),
        came=False,
        answers={5: ("no",), 6: ("c1", "c2")},
        languages=("fr",),
        by_hand=False,
    )
    kept = rules.kept(Audience.GUESTS, chosen)
    assert rules.read(Audience.GUESTS, DeliveryKind.ANNOUNCEMENT, kept, KNOWN) == chosen
    speakers = Chosen(speakers=(SpeakerAnswer.OPEN,))
    assert rules.kept(Audience.SPEAKERS, speakers) == {"speakers": ["open"], "by_hand": True}
    invitees = Chosen(invitees=(InvitationAnswer.NO,))
    assert rules.of(Audience.INVITEES, rules.kept(Audience.INVITEES, invitees)) == invitees


@pytest.mark.parametrize(
    ("audience", "raw"),
    [
        (Audience.GUESTS, []),
        (Audience.GUESTS, {"colour": "red"}),
        (Audience.GUESTS, {"speakers": ["open"]}),
        (Audience.SPEAKERS, {"ticket_type_ids": [1]}),
        (Audience.SPEAKERS, {"speakers": ["declined"]}),
        (Audience.INVITEES, {"invitees": ["perhaps"]}),
        (Audience.GUESTS, {"ticket_type_ids": [3]}),
        (Audience.GUESTS, {"ticket_type_ids": ["one"]}),
        (Audience.GUESTS, {"ticket_type_ids": "12"}),
        (Audience.GUESTS, {"ticket_type_ids": [1, 1]}),
        (Audience.GUESTS, {"ticket_type_ids": [[1]]}),
        (Audience.GUESTS, {"ticket_type_ids": [True]}),
        (Audience.GUESTS, {"session_ids": [8]}),
        (Audience.GUESTS, {"statuses": ["cancelled"]}),
        (Audience.GUESTS, {"came": "yes"}),
        (Audience.GUESTS, {"by_hand": 1}),
        (Audience.GUESTS, {"answers": ["yes"]}),
        (Audience.GUESTS, {"answers": {"5": []}}),
        (Audience.GUESTS, {"answers": {"5": ["perhaps"]}}),
        (Audience.GUESTS, {"answers": {"9": ["yes"]}}),
        (Audience.GUESTS, {"answers": {"x": ["yes"]}}),
        (Audience.GUESTS, {"languages": ["es"]}),
    ],
)
def test_what_cannot_be_chosen_is_refused(audience, raw):
    with pytest.raises(Refused, match="chosen_unknown"):
        rules.read(audience, DeliveryKind.ANNOUNCEMENT, raw, KNOWN)


@pytest.mark.parametrize("kind", [DeliveryKind.REMINDER, DeliveryKind.THANK_YOU])
def test_reminders_and_thanks_are_for_confirmed_people_only(kind):
    raw = {"statuses": ["waitlisted"]}
    with pytest.raises(Refused, match="chosen_unconfirmed"):
        rules.read(Audience.GUESTS, kind, raw, KNOWN)
    assert rules.read(Audience.GUESTS, kind, {}, KNOWN).statuses == (AttendeeStatus.CONFIRMED,)


@pytest.mark.parametrize(
    ("kind", "audience", "chosen", "hour", "code"),
    [
        (DeliveryKind.REMINDER, Audience.GUESTS, Chosen(), 9, "reminder_after_start"),
        (DeliveryKind.THANK_YOU, Audience.GUESTS, Chosen(), 16, "thanks_before_end"),
        (DeliveryKind.ANNOUNCEMENT, Audience.GUESTS, Chosen(came=False), 8, "came_before_start"),
        (DeliveryKind.ANNOUNCEMENT, Audience.INVITEES, Chosen(), 17, "invitees_after_end"),
    ],
)
def test_what_makes_no_sense_at_its_moment_is_refused(kind, audience, chosen, hour, code):
    day = dates("UTC", (2026, 12, 18, 9, 0), (2026, 12, 18, 17, 0))
    with pytest.raises(Refused, match=code):
        rules.check_moment(kind, audience, chosen, datetime(2026, 12, 18, hour, tzinfo=UTC), day)


def test_thank_you_for_an_event_without_days_is_refused():
    with pytest.raises(Refused, match="thanks_before_end"):
        rules.check_moment(
            DeliveryKind.THANK_YOU,
            Audience.GUESTS,
            Chosen(),
            datetime(2026, 1, 1, tzinfo=UTC),
            Dates(None, None, "UTC"),
        )


def test_words_hold_only_what_has_a_value():
    rules.check_words(DeliveryKind.ANNOUNCEMENT, {"body": LocalizedText(fr="Bonjour {nom}, {survey}")})
    for words, code in (
        ("{nmae}", "placeholder_close"),
        ("{xyzzy}", "placeholder_unknown"),
        ("{session}", "placeholder_elsewhere"),
        ("a" * 4_001, "text_too_long"),
    ):
        with pytest.raises(Refused, match=code):
            rules.check_words(DeliveryKind.ANNOUNCEMENT, {"body": LocalizedText(fr=words)})


@pytest.mark.parametrize(
    ("kind", "subject", "body", "code"),
    [
        (DeliveryKind.ANNOUNCEMENT, {}, {}, "announcement_empty"),
        (DeliveryKind.ANNOUNCEMENT, {"fr": "Salle"}, {}, "announcement_empty"),
        (DeliveryKind.ANNOUNCEMENT, {"fr": "Salle"}, {"fr": "…", "en": "…"}, "announcement_half"),
        (DeliveryKind.THANK_YOU, {}, {"fr": "{survey}"}, "survey_missing"),
    ],
)
def test_what_cannot_leave_like_this_is_refused(kind, subject, body, code):
    with pytest.raises(Refused, match=code):
        rules.check_complete(kind, LocalizedText(subject), LocalizedText(body), short=LocalizedText(), has_survey=False)


def test_announcement_goes_in_a_language_it_has_words_in():
    body = LocalizedText(en="News")
    assert rules.language_for(DeliveryKind.ANNOUNCEMENT, body, "fr", ["fr", "en"]) == "en"
    assert rules.language_for(DeliveryKind.ANNOUNCEMENT, body, "en", ["fr", "en"]) == "en"
    assert rules.language_for(DeliveryKind.REMINDER, body, "fr", ["fr", "en"]) == "fr"


@pytest.mark.parametrize(
    ("expected", "number", "is_news"),
    [(10, 13, False), (10, 14, True), (10, 6, True), (1000, 1020, False), (1000, 979, True)],
)
def test_a_few_more_or_less_are_no_news(expected, number, is_news):
    assert rules.has_changed(expected, number) is is_news
