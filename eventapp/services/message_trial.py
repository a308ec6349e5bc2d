"""Messages that somebody of the team sends to themselves, to see how they arrive."""

from eventapp import clock, queries
from eventapp.db import db, transactional
from eventapp.errors import Refused
from eventapp.formats.letter import Words
from eventapp.models.account import Account
from eventapp.models.message import MessageTrial
from eventapp.queries.message import Reader
from eventapp.rules import links
from eventapp.rules import message as rules
from eventapp.rules.message import Part
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.services import audit, delivery


@transactional
def send(
    event_id: int,
    kind: DeliveryKind,
    language: str,
    words: Words,
    reader: Reader | None,
    *,
    account_id: int,
    form_id: str,
) -> str:
    """Queues a test to the account's own address, as ``reader`` would get the message (None: a made-up person);
    returns the address.

    Its links and codes open nothing. A form that is sent twice sends one. Raises Refused with ``trials_many`` after
    `rules.message.MAX_TRIALS` within an hour, or with what `rules.message.problems` finds.
    """
    # The lock is the account's, since the limit is.
    account = db.session.get_one(Account, account_id, with_for_update=True)
    given = {part.value: getattr(words, part) for part in Part}
    # Whoever goes back in the browser, writes something else and tries again, means another one.
    made_by = links.digest(repr((form_id, kind, language, given, reader and reader.key)))
    if queries.message.find_trial(account_id, made_by) is not None:
        return account.email
    for part in Part:
        for text in given[part].values():
            for problem in rules.problems(kind, part, text):
                raise problem
    now = clock.now()
    if queries.message.count_trials(account_id, now - rules.TRIAL_WINDOW) >= rules.MAX_TRIALS:
        raise Refused("trials_many", max=rules.MAX_TRIALS)
    trial = MessageTrial(
        event_id=event_id,
        account_id=account_id,
        form_id=made_by,
        created_at=now,
        registration_id=reader.registration_id if reader else None,
        speaker_id=reader.speaker_id if reader else None,
        invitation_id=reader.invitation_id if reader else None,
        **given,
    )
    db.session.add(trial)
    db.session.flush()
    delivery.queue_trial(trial, kind, address=account.email, language=language)
    audit.record("message.try", f"message:{kind}", event_id=event_id, account_id=account_id)
    return account.email
