"""Tests that somebody of the team sends to themselves: by the worker, to nobody else, with nothing that opens."""

import email
import email.policy
import re
import threading
from dataclasses import replace

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.errors import NotFound, Refused
from eventapp.formats.letter import Words
from eventapp.jobs import deliveries
from eventapp.language import LocalizedText
from eventapp.models.delivery import Delivery
from eventapp.models.message import MessageTrial
from eventapp.queries.message_log import Wanted
from eventapp.rules import message
from eventapp.rules.vocabulary import Audience, DeliveryKind, DeliveryState
from eventapp.services.event import WaitingSettings
from tests import people

KIND = DeliveryKind.CONFIRMATION
WORDS = Words(subject=LocalizedText(fr="Bonjour {nom}"), body=LocalizedText(fr="{code} {lien}"))


OPENS = re.compile(r"/[a-z]/(?:\d+-)?[a-z2-7]{26}")
"""The address of a personal link."""


@pytest.fixture
def event_id(context):
    return people.stage().event_id


def send(event_id, number=1, kind=KIND, words=WORDS, reader=None, name="olga"):
    return services.message_trial.send(
        event_id, kind, "fr", words, reader, account_id=people.account(name), form_id=f"form-trial-{number}"
    )


def ada(event_id):
    people.register(event_id, "Ada Traoré", email="ada@example.org")
    return reader(event_id)


def reader(event_id, kind=KIND):
    event = queries.event.get(event_id)
    return queries.message.list_readers(event, kind, "", message.readers(kind), limit=5)[0]


def everything(arrived):
    """All that somebody could read in a message: its headers, texts and what is attached."""
    parts = [
        part.get_payload(decode=True).decode("utf-8", "replace") for part in arrived.walk() if not part.is_multipart()
    ]
    return "\n".join([*(str(value) for value in arrived.values()), *parts])


def work(app, monkeypatch, folder):
    """Lets the worker send all that is due into a folder; returns what it wrote, in the order of addresses."""
    settings = replace(app.extensions["eventapp.settings"], mail_url=f"file:{folder}")
    monkeypatch.setitem(app.extensions, "eventapp.settings", settings)
    deliveries.work(app.app_context, threading.Event())
    written = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in folder.iterdir()]
    return sorted(written, key=lambda one: str(one["To"]))


def test_test_goes_by_the_worker_to_whoever_asked_and_opens_nothing(app, event_id, monkeypatch, tmp_path):
    one = ada(event_id)
    assert send(event_id, reader=one) == "olga@example.org"
    assert send(event_id, reader=one) == "olga@example.org"  # the answer was lost, the form was sent twice
    real, test = work(app, monkeypatch, tmp_path)
    assert (real["To"], test["To"]) == ("ada@example.org", "olga@example.org")
    assert test["Subject"] == "Essai\u00a0: Bonjour Ada Traoré"
    assert "XXXX-XXXX http" in test.get_body(("plain",)).get_content()


def test_test_is_no_message_of_the_guest_and_stands_in_the_log(event_id):
    one = ada(event_id)
    send(event_id, reader=one)
    assert [row.kind for row in queries.delivery.list_of_registration(one.registration_id)] == [KIND]
    [test, _real] = queries.message_log.list_in(event_id, Wanted(), offset=0, limit=5)
    assert (test.address, test.registration_id) == ("olga@example.org", None)
    assert test.trial_id is not None


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_every_kind_is_tried_and_opens_nothing(app, event_id, monkeypatch, tmp_path):
    guest = ada(event_id)
    [code] = people.ticket_codes(guest.registration_id)
    people.speaker(event_id)
    people.invite(event_id)
    services.event.set_survey(event_id, "https://example.org/survey")
    likely = {
        Audience.GUESTS: guest,
        Audience.SPEAKERS: reader(event_id, DeliveryKind.SPEAKER_LINK),
        Audience.INVITEES: reader(event_id, DeliveryKind.INVITATION),
    }
    for number, kind in enumerate(message.EDITABLE):
        # As somebody, whether or not it fits them now; and as a made-up person.
        about = likely[message.readers(kind)[0]]
        send(event_id, kind=kind, words=Words(), reader=about, name=("olga", "max")[number % 2])
        send(event_id, kind=kind, words=Words(), name=("sam", "awa")[number % 2])
    real, *tests = work(app, monkeypatch, tmp_path)
    assert (real["To"], len(tests)) == ("ada@example.org", 2 * len(message.EDITABLE))
    assert OPENS.search(everything(real))
    for test in tests:
        assert str(test["Subject"]).startswith("Essai\u00a0: ")
        told = everything(test)
        assert "exemple-example-not-secret" in told
        assert [found[0] for found in OPENS.finditer(told)] == []
        assert code not in told


def test_person_who_is_gone_when_it_is_written_is_a_made_up_one(app, event_id, monkeypatch, tmp_path):
    speaker_id = people.speaker(event_id)
    send(event_id, kind=DeliveryKind.SPEAKER_LINK, reader=reader(event_id, DeliveryKind.SPEAKER_LINK), words=Words())
    services.speaker.remove(event_id, speaker_id)
    [test] = work(app, monkeypatch, tmp_path)
    assert str(test["To"]) == "olga@example.org"


def test_two_languages_and_other_words_from_one_page_are_tests_of_their_own(event_id):
    send(event_id)
    send(event_id, words=Words())
    services.message_trial.send(
        event_id, KIND, "en", Words(), None, account_id=people.account("olga"), form_id="form-trial-1"
    )
    assert queries.delivery.count_by_state(event_id) == {DeliveryState.QUEUED: 3}


def test_twenty_an_hour_are_enough_for_one_account(event_id, time):
    for number in range(message.MAX_TRIALS):
        send(event_id, number)
    with pytest.raises(Refused) as refused:
        send(event_id, 99)
    assert refused.value.code == "trials_many"
    send(event_id, 99, name="max")
    time.forward(message.TRIAL_WINDOW)
    send(event_id, 99)


def test_words_that_could_not_be_saved_cannot_be_tried(event_id):
    with pytest.raises(Refused) as refused:
        send(event_id, words=Words(body=LocalizedText(fr="{until}")))
    assert refused.value.code == "placeholder_elsewhere"
    assert db.session.query(MessageTrial).count() == db.session.query(Delivery).count() == 0


def test_whom_to_try_with_follows_from_the_kind_the_name_and_the_event(event_id):
    people.register(event_id, "Ada Traoré")
    people.register(event_id, "Binta Koné", "Cheick Koné")
    elsewhere = people.stage("elsewhere").event_id
    people.register(elsewhere, "Max Dembélé")
    event = queries.event.get(event_id)

    def found(kind, words=""):
        return [one.name for one in queries.message.list_readers(event, kind, words, list(Audience), limit=5)]

    assert found(KIND) == ["Binta Koné", "Ada Traoré"]
    assert found(KIND, "traore") == ["Ada Traoré"]
    assert found(DeliveryKind.WAITING_LIST) == found(DeliveryKind.SESSION_SEAT) == []
    other = queries.message.list_readers(queries.event.get(elsewhere), KIND, "", list(Audience), limit=5)[0]
    for key, audiences in ((other.key, list(Audience)), (reader(event_id).key, []), ("registration-x", list(Audience))):
        with pytest.raises(NotFound):
            queries.message.get_reader(event, key, audiences)


def test_dry_run_counts_whom_a_message_would_reach(event_id, at_noon):
    people.register(event_id, "Ada", email="ada@example.org")
    people.register(event_id, "Awa", phone="+22365012345")
    people.register(event_id, "Adama")
    people.speaker(event_id)
    people.invite(event_id, email="awa@example.org")
    services.event.set_waiting(event_id, WaitingSettings(waiting_list=True, offer_hours=24, reconfirm_days=3))
    event = queries.event.get(event_id)

    def reach(kind):
        run = queries.message.dry_run(event, kind, at_noon + message.TRIAL_WINDOW)
        return run and (run.by_mail, run.by_phone, run.nowhere)

    assert reach(DeliveryKind.RECONFIRM) == (1, 1, 1)
    assert reach(DeliveryKind.SPEAKER_REMINDER) == (0, 0, 1)
    assert reach(DeliveryKind.INVITATION) == (1, 0, 0)
    assert reach(DeliveryKind.PROGRAMME_CHANGE) == (0, 0, 0)
    assert reach(KIND) is None


def test_test_is_not_sent_again_nor_told_by_hand_from_the_log(event_id):
    send(event_id)
    [test] = queries.message_log.list_in(event_id, Wanted(), offset=0, limit=5)
    for do in (services.message_log.try_again, services.message_log.hand_over):
        with pytest.raises(Refused) as refused:
            do(event_id, test.id, by_account_id=None)
        assert refused.value.code == "message_is_test"
    assert services.message_log.try_all_again(event_id, by_account_id=None) == 0
