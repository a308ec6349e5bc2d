"""Changes to mailings: written, scheduled, sent step by step, stopped."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from eventapp import clock, language, queries
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused, beside
from eventapp.language import N_, LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.event import Event
from eventapp.models.mailing import Mailing
from eventapp.rules import event as event_rules
from eventapp.rules import links
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Leaves
from eventapp.rules.vocabulary import (
    MAILED,
    Audience,
    DeliveryKind,
    DeliveryState,
    EventState,
    MailingState,
)
from eventapp.services import audit, delivery, mailing_preview

STOPPED = N_("Not sent: the team stopped it.")


@dataclass(frozen=True, kw_only=True)
class MailingFacts:
    """What a mailing says, to whom, and when. ``chosen`` as in `rules.mailing.read`."""

    subject: LocalizedText = field(default_factory=LocalizedText)
    body: LocalizedText = field(default_factory=LocalizedText)
    short: LocalizedText = field(default_factory=LocalizedText)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    leaves: Leaves = field(default_factory=Leaves)
    survey_url: str | None = None
    """Of a thank-you: where guests say how it was. It belongs to the event."""


@transactional
def draft(
    event_id: int,
    kind: DeliveryKind,
    audience: Audience,
    facts: MailingFacts,
    *,
    form_id: str,
    account_id: int | None = None,
) -> Mailing:
    """Begins a mailing, which nobody gets before it is sent or scheduled. The same form again returns the first result.

    Raises Refused with ``choice_invalid``, ``website_invalid``, ``time_missing`` or as `rules.mailing.read` and
    `rules.mailing.check_words` does.
    """
    event = queries.event.lock(event_id)
    made = queries.mailing.find_by_form(event_id, form_id)
    if made is not None:
        return made
    if kind not in MAILED:
        raise Refused("choice_invalid")
    row = Mailing(
        event_id=event_id,
        form_id=form_id,
        kind=kind,
        audience=audience,
        created_at=clock.now(),
        created_by_id=account_id,
        **_values(event, kind, audience, facts),
    )
    db.session.add(row)
    db.session.flush()
    subject = f"mailing:{row.id}"
    audit.record("mailing.draft", subject, event_id=event_id, account_id=account_id, kind=kind)
    _set_survey(event, kind, facts, account_id)
    return row


def _values(event: Event, kind: DeliveryKind, audience: Audience, facts: MailingFacts) -> dict[str, Any]:
    """What is kept, once it is known to be right."""
    rules.check_words(kind, {"subject": facts.subject, "body": facts.body, "short": facts.short})
    chosen = rules.read(audience, kind, facts.chosen, queries.mailing.known(event))
    rules.check_time(kind, facts.leaves, queries.mailing.dates(event))
    is_rule = facts.leaves.days is not None and facts.leaves.minute is not None
    return {
        "subject": facts.subject,
        "body": facts.body,
        "short": facts.short,
        "chosen": rules.kept(audience, chosen),
        "days": facts.leaves.days if is_rule else None,
        "minute": facts.leaves.minute if is_rule else None,
        "send_at": None if is_rule else facts.leaves.at,
    }


def _set_survey(event: Event, kind: DeliveryKind, facts: MailingFacts, account_id: int | None) -> None:
    if kind is not DeliveryKind.THANK_YOU:
        return
    with beside("survey_url"):
        try:
            address = event_rules.read_website(facts.survey_url)
        except Refused as refused:
            raise Refused(refused.code, field="survey_url") from refused
    if audit.apply(event, survey_url=address):
        audit.record("event.set_survey", f"event:{event.id}", event_id=event.id, account_id=account_id)


@transactional
def change(event_id: int, mailing_id: int, facts: MailingFacts, *, account_id: int | None = None) -> Mailing:
    """Changes a mailing of which nothing has left. One that was scheduled is a draft again: whoever changes it looks
    once more whom it reaches.

    Raises NotFound, or Refused with ``mailing_left`` or as `draft` does.
    """
    event = queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    if row.state not in queries.mailing.OPEN:
        raise Refused("mailing_left")
    changed = audit.apply(row, **_values(event, row.kind, row.audience, facts), state=MailingState.DRAFT)
    if changed:
        subject = f"mailing:{mailing_id}"
        audit.record("mailing.change", subject, event_id=event_id, account_id=account_id, changed=changed)
    _set_survey(event, row.kind, facts, account_id)
    return row


def _hold(event_id: int, mailing_id: int) -> Mailing:
    """A mailing, as it is now, until the end of the transaction. Raises NotFound."""
    row = db.session.scalar(
        select(Mailing).where(Mailing.id == mailing_id, Mailing.event_id == event_id).with_for_update(),
        execution_options={"populate_existing": True},
    )
    if row is None:
        raise NotFound(mailing_id)
    return row


def leaves_at(row: Mailing, event: Event) -> datetime | None:
    """When a mailing leaves by its time or its rule, as the event's days are now."""
    leaves = Leaves(row.send_at, row.days, row.minute)
    return rules.leaves_at(row.kind, leaves, queries.mailing.dates(event))


@transactional
def schedule(event_id: int, mailing_id: int, *, seen: str | None = None, account_id: int | None = None) -> Mailing:
    """Lets a draft leave at its time or by its rule; without the event's days, a rule waits until they are known.

    ``seen``: what `fingerprint` was when somebody looked at it. Scheduling twice changes nothing. Raises NotFound, or
    Refused with ``mailing_left``, ``mailing_changed``, ``mailing_without_time``, ``mailing_time_passed`` or as
    `rules.mailing.read`, `check_complete` and `check_moment` do.
    """
    event = queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    if row.state not in queries.mailing.OPEN:
        raise Refused("mailing_left")
    _refuse_unseen(row, seen)
    at = leaves_at(row, event)
    if at is None and row.days is None:
        raise Refused("mailing_without_time")
    if at is not None and at <= clock.now():
        there = language.local(at, event.timezone)
        raise Refused("mailing_time_passed", when=language.moment(there))
    check(row, event, at)
    if audit.apply(row, state=MailingState.SCHEDULED, send_at=at):
        audit.record("mailing.schedule", f"mailing:{mailing_id}", event_id=event_id, account_id=account_id)
    return row


def fingerprint(row: Mailing) -> str:
    """Stands for what a mailing says, to whom and when, so that nobody sends what they have not seen."""
    said = (row.subject, row.body, row.short, row.chosen)
    return links.digest(repr(([sorted(one.items()) for one in said], row.days, row.minute, row.send_at)))


def _refuse_unseen(row: Mailing, seen: str | None) -> None:
    if seen is not None and seen != fingerprint(row):
        raise Refused("mailing_changed")


def check(row: Mailing, event: Event, at: datetime | None) -> None:
    """Refuses what cannot leave like this at a moment (None: not known yet), as `rules.mailing.read`, `check_complete`
    and `check_moment` do. Nothing is changed."""
    chosen = rules.read(row.audience, row.kind, row.chosen, queries.mailing.known(event))
    has_survey = event.survey_url is not None
    rules.check_complete(row.kind, row.subject, row.body, short=row.short, has_survey=has_survey)
    if at is not None:
        rules.check_moment(row.kind, row.audience, chosen, at, queries.mailing.dates(event))


@transactional
def send_now(
    event_id: int,
    mailing_id: int,
    *,
    expected: int | None = None,
    seen: str | None = None,
    account_id: int | None = None,
) -> Mailing:
    """Lets a mailing leave now; the worker writes its messages down. Sending twice changes nothing.

    ``expected``: to how many people somebody saw that it goes; ``seen``: what `fingerprint` was then. Raises NotFound,
    or Refused with ``mailing_not_public``, ``mailing_changed``, ``mailing_nobody``, ``mailing_count_changed``,
    ``mailing_left`` (it was stopped) or as `rules.mailing.read`, `check_complete` and `check_moment` do.
    """
    event = queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    if row.state in (MailingState.SENDING, MailingState.SENT):
        return row
    if row.state is MailingState.STOPPED:
        raise Refused("mailing_left")
    if event.state is not EventState.PUBLISHED:
        raise Refused("mailing_not_public")
    _refuse_unseen(row, seen)
    now = clock.now()
    check(row, event, now)
    number = mailing_preview.dry_run(row, event, now).total
    if number == 0:
        raise Refused("mailing_nobody")
    if expected is not None and rules.has_changed(expected, number):
        raise Refused("mailing_count_changed", number=language.number(number), expected=language.number(expected))
    row.state, row.send_at, row.begun_at = MailingState.SENDING, now, now
    subject = f"mailing:{mailing_id}"
    audit.record("mailing.send", subject, event_id=event_id, account_id=account_id, people=number)
    return row


@transactional
def step(event_id: int, mailing_id: int) -> int:
    """Writes down the next messages of a mailing that is due; returns how many people were looked at, 0 at the end.

    How far it came is kept with what was written, so that whoever goes on begins where it ended. Nothing leaves for an
    event that is not public, nor at a moment that makes no sense any more, such as a reminder once the event has begun,
    nor to nobody: what has not begun to leave then waits to be sent by hand, the rest is stopped.
    """
    event = queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    now = clock.now()
    is_due = row.state is MailingState.SCHEDULED and row.send_at is not None and row.send_at <= now
    if not is_due and row.state is not MailingState.SENDING:
        return 0  # another worker has ended it, or somebody stopped it
    if event.state is not EventState.PUBLISHED or not _makes_sense(row, event, now):
        _give_up(row, now)
        return 0
    if is_due:
        row.state, row.begun_at = MailingState.SENDING, now
    # Who is left out follows from when it began to leave, not from how long that takes.
    people = queries.mailing.list_recipients(row, event, row.begun_at or now, after_id=row.last_id, limit=rules.BATCH)
    if not people and row.last_id == 0:
        row.state, row.begun_at = MailingState.SCHEDULED, None
        _give_up(row, now)
        return 0
    delivery.queue_mailed(row, event, people)
    if people:
        row.last_id = people[-1].id
    if len(people) < rules.BATCH:
        row.state, row.ended_at = MailingState.SENT, now
        subject = f"mailing:{mailing_id}"
        audit.record("mailing.sent", subject, event_id=event_id, account_id=None)
    return len(people)


def _makes_sense(row: Mailing, event: Event, now: datetime) -> bool:
    chosen = rules.of(row.audience, row.chosen)
    try:
        rules.check_moment(row.kind, row.audience, chosen, now, queries.mailing.dates(event))
    except Refused:
        return False
    return True


def _give_up(row: Mailing, now: datetime) -> None:
    action = "mailing.miss"
    if row.state is MailingState.SCHEDULED:
        row.send_at = None
    else:
        _stop(row, now)
        action = "mailing.stop"
    audit.record(action, f"mailing:{row.id}", event_id=row.event_id, account_id=None)


@transactional
def stop(event_id: int, mailing_id: int, *, account_id: int | None = None) -> Mailing:
    """Keeps from leaving what has not left: one that is scheduled becomes a draft again, of one that is being sent all
    messages are dropped that no mail server and nobody of the team has before them.

    Stopping twice changes nothing. Raises NotFound.
    """
    queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    if row.state in (MailingState.DRAFT, MailingState.STOPPED):
        return row
    if row.state is MailingState.SCHEDULED:
        row.state = MailingState.DRAFT
        if row.days is not None:
            row.send_at = None
    else:
        _stop(row, clock.now())
        row.stopped_by_id = account_id
    audit.record("mailing.stop", f"mailing:{mailing_id}", event_id=event_id, account_id=account_id)
    return row


def _stop(row: Mailing, now: datetime) -> None:
    row.state, row.ended_at = MailingState.STOPPED, now
    db.session.execute(
        update(Delivery)
        .where(
            Delivery.mailing_id == row.id,
            Delivery.state == DeliveryState.QUEUED,
            Delivery.begun_at.is_(None),
            or_(Delivery.held_by_id.is_(None), Delivery.due_at <= now),
        )
        .values(state=DeliveryState.DROPPED, last_error=STOPPED),
        execution_options={"synchronize_session": False},
    )


@transactional
def copy(event_id: int, mailing_id: int, *, form_id: str, account_id: int | None = None) -> Mailing:
    """A new draft that says the same to the same people; a time that was set is not copied, a rule is. The same form
    again returns the first result. Raises NotFound."""
    queries.event.lock(event_id)
    made = queries.mailing.find_by_form(event_id, form_id)
    if made is not None:
        return made
    row = queries.mailing.get(event_id, mailing_id)
    same = ("kind", "subject", "body", "short", "audience", "chosen", "days", "minute")
    new = Mailing(
        event_id=event_id,
        form_id=form_id,
        created_at=clock.now(),
        created_by_id=account_id,
        **{name: getattr(row, name) for name in same},
    )
    db.session.add(new)
    db.session.flush()
    subject = f"mailing:{new.id}"
    audit.record("mailing.copy", subject, event_id=event_id, account_id=account_id, of=mailing_id)
    return new


@transactional
def discard(event_id: int, mailing_id: int, *, account_id: int | None = None) -> None:
    """Throws a draft away. Raises NotFound, also the second time, or Refused("mailing_left") for what is no draft."""
    queries.event.lock(event_id)
    row = _hold(event_id, mailing_id)
    if row.state is not MailingState.DRAFT:
        raise Refused("mailing_left")
    db.session.delete(row)
    audit.record("mailing.discard", f"mailing:{mailing_id}", event_id=event_id, account_id=account_id)


def follow_dates(event: Event, old_zone: str) -> None:
    """Moves what has not left to where the event's new days and clocks put it: rules follow, times that were typed keep
    their time of day. What would have left already then does not leave by itself.

    The caller holds the event's lock.
    """
    now = clock.now()
    for row in queries.mailing.list_open(event.id):
        if row.days is None and row.send_at is not None and old_zone != event.timezone:
            row.send_at = event_rules.same_clock(row.send_at, old_zone, event.timezone)
        elif row.days is not None and row.state is MailingState.SCHEDULED:
            row.send_at = leaves_at(row, event)
        else:
            continue
        if row.state is MailingState.SCHEDULED and row.send_at is not None and row.send_at <= now:
            row.send_at = None
