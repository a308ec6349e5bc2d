"""A ticket as a calendar entry: the same in the file on its page and in the message that brings it."""

from datetime import datetime

from eventapp.formats import ical, occasion
from eventapp.models.event import Event
from eventapp.rules.vocabulary import EventState


def of(event: Event, *, attendee_id: int, code: str, version: int, public_url: str, now: datetime) -> ical.Entry | None:
    """The entry in the language that is spoken; None while the event has no date.

    ``version`` rises with every change of the event's public face, so that a calendar takes in the newer one.
    """
    if event.starts_at is None:
        return None
    return ical.Entry(
        # Ids alone are no identity: every installation has an attendee 1.
        uid=f"ticket-{event.created_at:%Y%m%dT%H%M%S%f}-{attendee_id}@eventapp",
        sequence=version,
        updated_at=now,
        title=occasion.pick(event, event.title),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=occasion.place(event),
        description=occasion.demo_notice(event),
        address=f"{public_url}/t/{code}",
        is_cancelled=event.state is EventState.CANCELLED,
        is_time_made_up=not event.time_is_known,
    )
