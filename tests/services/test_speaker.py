"""Speakers: a name is enough; the personal link can be renewed."""

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.language import LocalizedText
from eventapp.rules import links
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from tests import people

pytestmark = pytest.mark.usefixtures("context", "at_noon")


def facts(name="Sam Sidibé", **more):
    return SpeakerFacts(name=LocalizedText(fr=name), **more)


@pytest.fixture
def event_id():
    return people.stage().event_id


def test_name_alone_is_enough_and_brings_a_link(event_id):
    speaker = services.speaker.add(event_id, facts())
    assert speaker.slug == "sam-sidibe"
    assert speaker.link_hash == links.digest(services.speaker.secret(speaker))


def test_speaker_sent_twice_is_added_once(event_id):
    for _time in range(2):
        services.speaker.add(event_id, facts(), form_id="form-of-a-speaker")
    assert len(queries.speaker.list_speakers(event_id)) == 1


def test_two_people_of_one_name_get_two_addresses(event_id):
    assert [services.speaker.add(event_id, facts()).slug for _time in range(2)] == ["sam-sidibe", "sam-sidibe-2"]


def test_phone_is_kept_in_one_form(event_id):
    assert services.speaker.add(event_id, facts(phone="65 01 23 45")).phone == "+22365012345"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"email": "sam at example"}, "email_invalid", "email"),
        ({"phone": "65 O1 23 45"}, "phone_letters", "phone"),
        ({"name": " "}, "name_missing", "name"),
    ],
)
def test_what_cannot_be_read_is_refused(event_id, more, code, field):
    with pytest.raises(Refused) as refused:
        services.speaker.add(event_id, facts(**more))
    assert (refused.value.code, refused.value.field) == (code, field)


def test_change_keeps_the_address_and_the_link(event_id):
    speaker = services.speaker.add(event_id, facts())
    slug, link = speaker.slug, speaker.link_hash
    services.speaker.change(event_id, speaker.id, facts("Samba Sidibé", function=LocalizedText(fr="Juge")))
    changed = queries.speaker.get_by_id(event_id, speaker.id)
    assert (str(changed.name), changed.slug, changed.link_hash) == ("Samba Sidibé", slug, link)


def test_renewed_link_ends_the_old_one(event_id):
    speaker = services.speaker.add(event_id, facts())
    old = services.speaker.secret(speaker)
    renewed = services.speaker.renew_link(event_id, speaker.id)
    assert renewed.link_hash == links.digest(services.speaker.secret(renewed)) != links.digest(old)


def test_removed_speaker_leaves_the_sessions(event_id):
    speaker = services.speaker.add(event_id, facts())
    session = services.programme.add_session(
        event_id, SessionFacts(title=LocalizedText(fr="Sport"), parts=(Part(speaker.id),))
    )
    services.speaker.remove(event_id, speaker.id)
    db.session.expire_all()
    assert queries.programme.get_session_by_id(event_id, session.id).speakers == []


def test_speakers_are_ordered_by_hand(event_id):
    ids = [services.speaker.add(event_id, facts(name)).id for name in "ABC"]
    services.speaker.move(event_id, ids[0], 1)
    assert [str(s.name) for s in queries.speaker.list_speakers(event_id)] == ["B", "A", "C"]


def test_speaker_of_another_event_is_not_found(event_id):
    theirs = services.speaker.add(people.stage("other", "max").event_id, facts())
    for change in (
        lambda: services.speaker.change(event_id, theirs.id, facts()),
        lambda: services.speaker.remove(event_id, theirs.id),
        lambda: services.speaker.renew_link(event_id, theirs.id),
        lambda: services.speaker.move(event_id, theirs.id, 1),
    ):
        with pytest.raises(NotFound):
            change()
