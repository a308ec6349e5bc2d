"""Contents of uploaded files: kept once, dropped when nothing refers to them, whoever else is at it."""

import hashlib

import pytest
from sqlalchemy import func, select

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound
from eventapp.formats.photo import Squares
from eventapp.models.stored_file import StoredFile
from tests import people
from tests.races import at_once

pytestmark = pytest.mark.usefixtures("context")

PHOTO = Squares(b"large", b"small")


def count():
    return db.session.scalar(select(func.count()).select_from(StoredFile))


def test_content_is_found_by_its_digest():
    sha256 = services.stored_file.keep(b"content", "image/jpeg")
    row = queries.stored_file.get(sha256)
    assert sha256 == hashlib.sha256(b"content").hexdigest()
    assert (row.content, row.media_type, row.size) == (b"content", "image/jpeg", 7)


def test_content_kept_twice_is_there_once():
    assert services.stored_file.keep(b"content", "image/jpeg") == services.stored_file.keep(b"content", "image/jpeg")
    assert count() == 1


def test_unknown_digest_is_not_found():
    with pytest.raises(NotFound):
        queries.stored_file.get("0" * 64)


def test_unused_content_is_dropped_once():
    sha256 = services.stored_file.keep(b"content", "image/jpeg")
    assert services.stored_file.drop_unused(sha256) is True
    assert services.stored_file.drop_unused(sha256) is False
    assert services.stored_file.drop_unused(None) is False
    assert count() == 0


def test_used_content_stays():
    event_id = people.stage().event_id
    speaker_id = people.speaker(event_id)
    services.speaker.set_photo(event_id, speaker_id, PHOTO)
    row = queries.speaker.get_by_id(event_id, speaker_id)
    assert services.stored_file.drop_unused(row.photo_hash) is False
    assert services.stored_file.drop_unused(row.small_photo_hash) is False


def keep_same(app, number):
    with app.app_context():
        return services.stored_file.keep(b"the same", "image/jpeg")


def test_same_content_from_many_processes_is_kept_once(app):
    assert len(set(at_once(app, keep_same))) == 1
    db.session.rollback()
    assert count() == 1


def give_and_take(app, number):
    """Half of them give a speaker the photograph, the others take it away, over and over."""
    with app.app_context():
        event_id = queries.event.get_by_slug("forum").id
        speakers = [row.id for row in queries.speaker.list_speakers(event_id)]
        for _ in range(5):
            services.speaker.set_photo(event_id, speakers[number % len(speakers)], PHOTO if number % 2 else None)
            services.stored_file.drop_unused(hashlib.sha256(b"large").hexdigest())


def test_content_is_not_dropped_under_those_who_begin_to_use_it(app):
    event_id = people.stage().event_id
    for _ in range(4):
        people.speaker(event_id)
    at_once(app, give_and_take)
    db.session.rollback()
    used = {row.photo_hash for row in queries.speaker.list_speakers(event_id)} - {None}
    assert [queries.stored_file.get(sha256).content for sha256 in used] == [b"large"] * len(used)
