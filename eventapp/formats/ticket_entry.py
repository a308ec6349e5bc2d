"""A ticket as a calendar entry: the same in the file on its page and in the message that brings it."""

from datetime import datetime

from eventapp.formats import ical
from eventapp.language import gettext as _
from eventapp.models.event import Event
from eventapp.rules.vocabulary import EventState


def of(event: Event, *, attendee_id: int, code: str, version: int, public_url: str, now: datetime) -> ical.Entry | None:
    """The entry in the language that is spoken; None while the event has no date.

    ``version`` rises with every change of the event's public face, so that a calendar takes in the newer one.
    """
    if event.starts_at is None:
        return None
    places = (text.pick(event.languages).value for text in (event.venue, event.city))
    return ical.Entry(
        # Ids alone are no identity: every installation has an attendee 1.
        uid=f"ticket-{event.created_at:%Y%m%dT%H%M%S%f}-{attendee_id}@eventapp",
        sequence=version,
        updated_at=now,
        title=event.title.pick(event.languages).value,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=", ".join(filter(None, places)),
        description=_("Demo data: partly made up") if event.is_demo else "",
        address=f"{public_url}/t/{code}",
        is_cancelled=event.state is EventState.CANCELLED,
        is_time_made_up=not event.time_is_known,
    )
