"""What speakers say about themselves on their own page."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.errors import NotFound, Refused
from eventapp.formats.slides import PDF, Slides
from eventapp.language import LocalizedText
from eventapp.models.speaker import SpeakerTask
from eventapp.models.stored_file import StoredFile
from eventapp.rules.vocabulary import PhotoConsent, TaskKind
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker_material import MAX_PERIODS, OwnTexts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")

NONE = LocalizedText()


@pytest.fixture
def forum(context, at_noon):
    return people.stage()


@pytest.fixture
def sam(forum):
    return people.speaker(forum.event_id)


@transactional
def task(event_id, kind=TaskKind.CUSTOM, due_on=None):
    made = SpeakerTask(event_id=event_id, kind=kind, title=LocalizedText(fr="Signer"), due_on=due_on)
    db.session.add(made)
    db.session.flush()
    return made.id


def material(forum, speaker_id):
    return queries.speaker.list_material(forum.event_id, speaker_id=speaker_id)[speaker_id]


def refusal(work):
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def texts(**given):
    return OwnTexts(**dict.fromkeys(("function", "organization", "biography", "links"), NONE) | given)


def slides(content=b"one", name="exposé.pdf"):
    return Slides(name, PDF, content)


def test_texts_are_public_at_once(forum, sam):
    before = queries.event.find_public_state(forum.slug).version
    services.speaker_material.set_texts(
        forum.event_id, sam, texts(biography=LocalizedText(fr="Elle écrit."), links=LocalizedText(fr="\nexample.org\n"))
    )
    row = queries.speaker.get_by_id(forum.event_id, sam)
    assert (row.biography, row.links) == ({"fr": "Elle écrit."}, {"fr": "https://example.org"})
    assert row.name == {"fr": "Sam Sidibé"}
    assert queries.event.find_public_state(forum.slug).version > before


def test_link_that_is_no_web_address_is_refused(forum, sam):
    links = texts(links=LocalizedText(fr="https://example.org\njavascript:alert(1)"))
    assert refusal(lambda: services.speaker_material.set_texts(forum.event_id, sam, links)) == "links_invalid"


def test_needing_nothing_is_an_answer(forum, sam):
    services.speaker_material.set_stage_needs(forum.event_id, sam, "")
    assert material(forum, sam).has_stage_needs
    services.speaker_material.set_stage_needs(forum.event_id, sam, None)
    assert not material(forum, sam).has_stage_needs


def test_consent_is_open_until_somebody_answers(forum, sam):
    assert not material(forum, sam).has_photo_consent
    services.speaker_material.set_photo_consent(forum.event_id, sam, PhotoConsent.NO)
    assert material(forum, sam).has_photo_consent


def test_language_of_messages_is_one_of_the_events(forum, sam):
    services.speaker_material.set_language(forum.event_id, sam, "en")
    assert queries.speaker.get_by_id(forum.event_id, sam).language == "en"
    assert refusal(lambda: services.speaker_material.set_language(forum.event_id, sam, "bm")) == "choice_invalid"


def test_task_is_ticked_and_unticked(forum, sam):
    task_id = task(forum.event_id)
    for is_done in (True, True, False, False):
        services.speaker_material.tick(forum.event_id, sam, task_id, is_done=is_done)
        assert material(forum, sam).done == (frozenset({task_id}) if is_done else frozenset())


def test_tick_of_what_shows_by_itself_or_of_another_event_is_not_found(forum, sam):
    other = people.stage("other", "max")
    for task_id in (task(forum.event_id, TaskKind.PHOTO), task(other.event_id), 0):
        with pytest.raises(NotFound):
            services.speaker_material.tick(forum.event_id, sam, task_id, is_done=True)


def test_tasks_come_in_the_organizers_order_and_material_of_all_at_once(forum, sam):
    first, second = task(forum.event_id, due_on=date(2026, 12, 1)), task(forum.event_id, TaskKind.SLIDES)
    anne = people.speaker(forum.event_id, "Anne")
    services.speaker_file.add(forum.event_id, anne, slides())
    services.speaker_material.tick(forum.event_id, sam, first, is_done=True)
    assert [row.id for row in queries.speaker.list_tasks(forum.event_id)] == [first, second]
    found = queries.speaker.list_material(forum.event_id)
    assert (found[sam].done, found[sam].has_slides) == ({first}, False)
    assert (found[anne].done, found[anne].has_slides) == (frozenset(), True)


def test_availability_is_added_once_and_removed(forum, sam):
    for _time in range(2):
        services.speaker_material.add_availability(forum.event_id, sam, people.STARTS, people.ENDS)
    [period_id] = [period.id for period in queries.speaker.list_availability(sam)]
    other = people.speaker(forum.event_id, "Other")
    services.speaker_material.remove_availability(forum.event_id, other, period_id)
    assert len(queries.speaker.list_availability(sam)) == 1
    for _time in range(2):
        services.speaker_material.remove_availability(forum.event_id, sam, period_id)
    assert queries.speaker.list_availability(sam) == []


def test_availability_backwards_or_without_end_is_refused(forum, sam):
    def add(start, end):
        services.speaker_material.add_availability(forum.event_id, sam, start, end)

    assert refusal(lambda: add(people.ENDS, people.STARTS)) == "ends_before_start"
    for number in range(MAX_PERIODS):
        add(people.STARTS, people.ENDS + timedelta(minutes=number))
    assert refusal(lambda: add(people.STARTS, people.ENDS + timedelta(hours=9))) == "periods_too_many"


def test_slides_are_kept_replaced_and_removed_with_their_content(forum, sam):
    facts = SessionFacts(title=LocalizedText(fr="Partir"), parts=(Part(sam),))
    session_id = services.programme.add_session(forum.event_id, facts).id
    first = services.speaker_file.add(forum.event_id, sam, slides(), session_id=session_id).id
    assert services.speaker_file.add(forum.event_id, sam, slides(), session_id=session_id).id == first
    services.speaker_file.replace(forum.event_id, sam, first, slides(b"two", "neu.pdf"))
    [handed] = queries.speaker_file.list_files(sam)
    assert (handed.file.name, handed.file.session_id, handed.size) == ("neu.pdf", session_id, 3)
    assert queries.speaker_file.open_file(forum.event_id, sam, first).content == b"two"
    for _time in range(2):
        services.speaker_file.remove(forum.event_id, sam, first)
    assert list(db.session.scalars(select(StoredFile.sha256))) == []


def test_slides_for_a_session_of_somebody_else_are_refused(forum, sam):
    facts = SessionFacts(title=LocalizedText(fr="Partir"), parts=())
    session_id = services.programme.add_session(forum.event_id, facts).id
    assert (
        refusal(lambda: services.speaker_file.add(forum.event_id, sam, slides(), session_id=session_id))
        == "choice_invalid"
    )


def test_more_files_than_anybody_needs_are_refused(forum, sam):
    for number in range(services.speaker_file.MAX_FILES):
        services.speaker_file.add(forum.event_id, sam, slides(b"%d" % number))
    assert refusal(lambda: services.speaker_file.add(forum.event_id, sam, slides(b"more"))) == "file_too_many"


def test_file_of_another_speaker_or_event_is_not_found(forum, sam):
    file_id = services.speaker_file.add(forum.event_id, sam, slides()).id
    other = people.speaker(forum.event_id, "Other")
    elsewhere = people.stage("other", "max")
    for event_id, speaker_id in ((forum.event_id, other), (elsewhere.event_id, sam)):
        with pytest.raises(NotFound):
            queries.speaker_file.open_file(event_id, speaker_id, file_id)
    with pytest.raises(NotFound):
        services.speaker_file.replace(forum.event_id, other, file_id, slides(b"x"))
