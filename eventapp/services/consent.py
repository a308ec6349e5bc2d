"""Changes to what people agreed to, apart from the form that asks for it."""

from collections.abc import Collection
from dataclasses import replace

from eventapp import queries
from eventapp.db import transactional
from eventapp.rules.vocabulary import MINORS, ConsentAnswer, ConsentPurpose, PhotoConsent
from eventapp.services import answer, audit
from eventapp.services import attendee as attendees
from eventapp.services.answer import Given


@transactional
def change(attendee_id: int, given: Given) -> None:
    """Notes what somebody says now about photographs, messages or, as a guardian, about taking part. Saying the same
    again changes nothing. Raises NotFound."""
    event_id = queries.registration.get_attendee(attendee_id).event_id
    queries.event.lock(event_id)
    person = attendees.hold(attendee_id)
    last = queries.question.latest_consents(attendee_id).get(given.purpose)
    if person.erased_at is not None or (last is not None and last.answer is given.answer):
        return
    if given.purpose is ConsentPurpose.PHOTOGRAPHS:
        person.photo_consent = PhotoConsent(given.answer.value)
    elif given.purpose is ConsentPurpose.CONTACT:
        person.contact_consent = given.answer is ConsentAnswer.YES
    answer.agree(person, given)
    audit.record(
        "attendee.consent",
        f"attendee:{attendee_id}",
        event_id=event_id,
        account_id=given.account_id,
        purpose=given.purpose,
        answer=given.answer,
    )


@transactional
def note_papers(registration_id: int, attendee_ids: Collection[int], paper: Given) -> int:
    """Notes for whom of a registration's people under 18 the written authorisation is there, and for whom it no longer
    is; returns for how many that changed. Twice changes nothing.

    ``paper`` says in which words it is given, and who of the team holds it.
    """
    registration = queries.registration.get(registration_id)
    queries.event.lock(registration.event_id)
    minors = [one for one in queries.registration.list_people(registration_id) if one.age_band in MINORS]
    there = queries.question.list_authorised([one.id for one in minors])
    changed = [one for one in minors if (one.id in attendee_ids) is not (one.id in there)]
    for attendee in changed:
        is_there = attendee.id in attendee_ids
        answer.agree(attendee, replace(paper, answer=ConsentAnswer.YES if is_there else ConsentAnswer.NO))
    if changed:
        audit.record(
            "registration.note_papers",
            f"registration:{registration_id}",
            event_id=registration.event_id,
            account_id=paper.account_id,
            people=len(changed),
        )
    return len(changed)
