"""Messages to send: queued with the change that causes them, worked off after it."""

from eventapp import clock
from eventapp.db import db, transactional
from eventapp.models.delivery import Delivery
from eventapp.models.registration import Registration
from eventapp.rules import links
from eventapp.rules.vocabulary import DeliveryKind, DeliveryState


@transactional
def queue(registration_id: int, kind: DeliveryKind) -> Delivery | None:
    """Queues a message to a registration's contact; None when there is no address."""
    registration = db.session.get_one(Registration, registration_id)
    if registration.email is None:
        return None
    now = clock.now()
    delivery = Delivery(
        event_id=registration.event_id,
        registration_id=registration.id,
        kind=kind,
        address=registration.email,
        language=registration.language,
        state=DeliveryState.QUEUED,
        created_at=now,
        due_at=now,
        message_id=f"{links.random_secret()}@eventapp",
    )
    db.session.add(delivery)
    db.session.flush()
    return delivery
