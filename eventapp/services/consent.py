"""Changes to what people agreed to, apart from the form that asks for it."""

from collections.abc import Collection
from dataclasses import replace

from eventapp import queries
from eventapp.db import transactional
from eventapp.rules.vocabulary import MINORS, ConsentAnswer
from eventapp.services import answer, audit
from eventapp.services.answer import Given


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
