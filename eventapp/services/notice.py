"""Short notices of the day: told to everybody at once, until they end."""

from datetime import datetime, timedelta

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.models.notice import Notice
from eventapp.rules import notice as rules
from eventapp.services import audit

_MOMENT = timedelta(seconds=1)


@transactional
def add(
    event_id: int,
    text: LocalizedText,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    account_id: int | None = None,
    form_id: str | None = None,
) -> Notice:
    """Tells something, from now or a later time on, until a time or until somebody ends it.

    Raises NotFound, and Refused with ``notice_missing``, ``text_too_long``, ``ends_before_start`` or ``notice_over``.
    """
    queries.event.lock(event_id)
    made = audit.find_made("notice.add", form_id, event_id=event_id)
    if made is not None:
        return queries.notice.get(event_id, made)
    now = clock.now()
    starts_at = starts_at or now
    rules.check(text, starts_at, ends_at, now)
    notice = Notice(event_id=event_id, text=text, starts_at=starts_at, ends_at=ends_at, created_by_id=account_id)
    db.session.add(notice)
    db.session.flush()
    audit.record("notice.add", f"notice:{notice.id}", event_id=event_id, account_id=account_id, form_id=form_id)
    return notice


@transactional
def change(
    event_id: int,
    notice_id: int,
    text: LocalizedText,
    *,
    starts_at: datetime | None,
    ends_at: datetime | None,
    account_id: int | None = None,
) -> None:
    """Changes a notice that is not over; without a start it begins now, or has begun when it did.

    Raises NotFound, and Refused like `add`, or with ``notice_ended``.
    """
    queries.event.lock(event_id)
    notice = queries.notice.get(event_id, notice_id)
    now = clock.now()
    if rules.standing(notice.starts_at, notice.ends_at, now) is rules.Standing.PAST:
        raise Refused("notice_ended")
    starts_at = starts_at or min(notice.starts_at, now)
    rules.check(text, starts_at, ends_at, now)
    changed = audit.apply(notice, text=text, starts_at=starts_at, ends_at=ends_at)
    if changed:
        subject = f"notice:{notice_id}"
        audit.record("notice.change", subject, event_id=event_id, account_id=account_id, changed=changed)


@transactional
def end(event_id: int, notice_id: int, *, account_id: int | None = None) -> None:
    """Ends a notice now, also one that has not begun. Doing it twice changes nothing. Raises NotFound."""
    queries.event.lock(event_id)
    notice = queries.notice.get(event_id, notice_id)
    now = clock.now()
    if rules.standing(notice.starts_at, notice.ends_at, now) is rules.Standing.PAST:
        return
    notice.ends_at = now
    notice.starts_at = min(notice.starts_at, now - _MOMENT)  # each ends after it began, also one that never stood
    audit.record("notice.end", f"notice:{notice_id}", event_id=event_id, account_id=account_id)
