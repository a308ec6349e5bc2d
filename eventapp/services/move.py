"""Events that move: what people know is kept when dates or place change, until they are told."""

from sqlalchemy import delete

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.models.event import Event
from eventapp.models.move import EventMove
from eventapp.rules import move as rules
from eventapp.rules.move import Known
from eventapp.rules.vocabulary import DeliveryKind, EventState
from eventapp.services import audit, delivery


def note(event: Event, before: Known) -> None:
    """Keeps what people knew of a public event that has just been changed; the caller holds it.

    Of several changes before anybody is told, the first one counts: people know nothing of the others. If it is as they
    know it again, there is nothing to tell, unless somebody registered meanwhile: they know what stood there then.
    """
    if event.state is EventState.DRAFT or not rules.has_moved(before, rules.known(event)):
        return
    event.sequence, event.sequenced_at = event.sequence + 1, clock.now()
    waiting = queries.move.find_waiting(event.id)
    if waiting is None:
        waiting = EventMove(
            event_id=event.id,
            starts_at=before.starts_at,
            ends_at=before.ends_at,
            time_is_known=before.time_is_known,
            timezone=before.timezone,
            venue=before.venue,
            city=before.city,
            noted_at=clock.now(),
        )
        db.session.add(waiting)
    waiting.changed_at = clock.now()
    if not rules.has_moved(rules.known(waiting), rules.known(event)):
        if queries.move.has_newcomers(event.id, waiting.noted_at):
            for name, value in vars(before).items():
                setattr(waiting, name, value)
        else:
            db.session.delete(waiting)
    db.session.flush()


@transactional
def tell(event_id: int, *, account_id: int | None = None, form_id: str | None = None) -> int:
    """Writes to everybody who knows the event as it was before it moved; returns how many messages were queued.

    Whoever has a message about an earlier move before them needs no other: it is written from what is true when it
    leaves.

    A form that is sent twice writes once. Raises Refused("nothing_moved") when there is nothing to tell.
    """
    event = queries.event.lock(event_id)
    made = audit.find_made("event.tell_move", form_id, event_id=event_id)
    if made is not None:
        return 0
    waiting = queries.move.find_to_tell(event)
    if waiting is None:
        raise Refused("nothing_moved")
    concerned = queries.addressee.list_concerned(event, before=waiting.changed_at)
    waiting.told_at = clock.now()
    db.session.flush()
    informed = queries.addressee.list_informed(event_id, DeliveryKind.EVENT_MOVED)
    told = delivery.queue_all(event_id, DeliveryKind.EVENT_MOVED, [one for one in concerned if one.who not in informed])
    subject = f"move:{waiting.id}"
    audit.record("event.tell_move", subject, event_id=event_id, account_id=account_id, form_id=form_id, messages=told)
    return told


@transactional
def keep_quiet(event_id: int, *, account_id: int | None = None) -> None:
    """Decides that nobody is told of the last move. Twice changes nothing."""
    queries.event.lock(event_id)
    waiting = queries.move.find_waiting(event_id)
    if waiting is None:
        return
    db.session.execute(delete(EventMove).where(EventMove.id == waiting.id))
    audit.record("event.keep_quiet", f"event:{event_id}", event_id=event_id, account_id=account_id)
