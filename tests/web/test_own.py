"""The contact's own page: answered offers, changed people, what is stored, and what takes a second proof."""

import gzip
import json
import re
from datetime import timedelta

import pytest

from eventapp import queries, services
from eventapp.db import db
from eventapp.rules import waiting_list as rules
from eventapp.rules.vocabulary import AttendeeStatus, ConsentAnswer, ConsentPurpose, Role
from eventapp.services.answer import Given
from tests import people
from tests.conftest import NOON


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(capacity=2)


def register(app, forum, *names, **contact):
    """The address of the page of people who are registered now, and their ids."""
    with app.app_context():
        phone = services.contact.read_phone(contact.get("phone"))
        registration_id = people.register(forum.event_id, *names, email=contact.get("email"), phone=phone)
        registration = queries.registration.get(registration_id)
        secret = services.registration.secret(registration)
        return f"/r/{secret}", [one.id for one in registration.attendees]


def statuses(app, ids):
    with app.app_context():
        return [queries.registration.get_attendee(attendee_id).status for attendee_id in ids]


def names(app, ids):
    with app.app_context():
        return [queries.registration.get_attendee(attendee_id).name for attendee_id in ids]


@pytest.fixture
def offered(app, client, forum):
    """Somebody who waited and has an offer now."""
    first, [ada, _] = register(app, forum, "Ada", "Bintou")
    waiting, ids = register(app, forum, "Coumba", email="coumba@example.org")
    client.post(f"{first}/attendees/{ada}/give-back")
    return waiting, ids


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "You are number 1 on the waiting list."), ("fr", "Vous êtes numéro 1 sur la liste d’attente.")],
)
def test_whoever_waits_reads_the_number_and_the_rules(app, client, forum, lang, words):
    register(app, forum, "Ada", "Bintou")
    waiting, _ids = register(app, forum, "Coumba")
    text = client.get(f"{waiting}?lang={lang}").text
    assert words in text
    assert {"en": "a group of three waits for three places", "fr": "un groupe de trois attend trois places"}[
        lang
    ] in text


def test_offer_is_taken_by_one_tap_and_twice_is_once(app, client, offered):
    page, ids = offered
    assert "A place is kept for you" in client.get(f"{page}?lang=en").text
    for _ in range(2):
        assert client.post(f"{page}/offer", data={"answer": "yes"}).status_code == 303
    assert statuses(app, ids) == [AttendeeStatus.CONFIRMED]
    assert "Open the ticket" in client.get(page).text


def test_offer_is_declined_and_then_gone(app, client, offered):
    page, ids = offered
    assert client.post(f"{page}/offer", data={"answer": "no"}).status_code == 303
    assert statuses(app, ids) == [AttendeeStatus.CANCELLED]
    gone = client.post(f"{page}/offer?lang=en", data={"answer": "yes"})
    assert (gone.status_code, "went to somebody else" in gone.text) == (409, True)


@pytest.mark.parametrize(("lang", "words"), [("en", "Take the place"), ("fr", "Prendre la place")])
def test_whoever_never_answered_takes_a_free_place_all_the_same(app, client, offered, lang, words):
    page, ids = offered
    with app.app_context():
        attendee = queries.registration.get_attendee(ids[0])
        attendee.offers = rules.MAX_OFFERS
        db.session.commit()
        services.waiting_list.pass_over(attendee.registration_id, by_account_id=people.account("olga"))
    assert words in client.get(f"{page}?lang={lang}").text
    assert client.post(f"{page}/offer", data={"answer": "yes"}).status_code == 303
    assert statuses(app, ids) == [AttendeeStatus.CONFIRMED]


@pytest.mark.parametrize(("lang", "words"), [("en", "Yes, I come"), ("fr", "Oui, je viens")])
def test_whoever_is_asked_again_says_so_in_one_tap(app, client, forum, lang, words):
    page, [ada] = register(app, forum, "Ada")
    assert words not in client.get(f"{page}?lang={lang}").text
    with app.app_context():
        registration = queries.registration.get(queries.registration.get_attendee(ada).registration_id)
        registration.reconfirm_asked_at = NOON
        db.session.commit()
    assert words in client.get(f"{page}?lang={lang}").text
    for _ in range(2):
        assert client.post(f"{page}/still-coming").status_code == 303
    assert words not in client.get(f"{page}?lang={lang}").text


@pytest.mark.parametrize(
    ("lang", "arrived", "refused"),
    [
        ("en", "Your registration has arrived", "could not accept this registration"),
        ("fr", "Votre inscription est arrivée", "n’a pas pu retenir cette inscription"),
    ],
)
def test_whoever_is_to_be_decided_reads_it_and_how_it_was_decided(app, client, forum, lang, arrived, refused):
    with app.app_context():
        [public] = queries.registration.list_ticket_types(forum.event_id)
        public.needs_approval = True
        db.session.commit()
    page, [ada] = register(app, forum, "Ada")
    assert arrived in client.get(f"{page}?lang={lang}").text
    with app.app_context():
        services.approval.reject(forum.event_id, [queries.registration.get_attendee(ada).registration_id])
    assert refused in client.get(f"{page}?lang={lang}").text


def test_answers_are_changed_and_the_ticket_stays(app, client, forum):
    with app.app_context():
        queries.event.get(forum.event_id).asked = {"sex": "required", "region": "optional"}
        db.session.commit()
    page, [ada] = register(app, forum, "Ada")
    address = f"{page}/attendees/{ada}/answers"
    wrong = client.post(f"{address}?lang=en", data={"sex": "", "region": "Kayes"})
    assert (wrong.status_code, "Please answer this question." in wrong.text, "Kayes" in wrong.text) == (422, True, True)
    assert client.post(address, data={"sex": "female", "region": "Kayes"}).status_code == 303
    with app.app_context():
        attendee = queries.registration.get_attendee(ada)
        assert (attendee.sex, attendee.region, attendee.name) == ("female", "Kayes", "Ada")


@pytest.mark.parametrize(("lang", "words"), [("en", "is on file"), ("fr", "est enregistré")])
def test_number_of_a_guardian_is_kept_and_not_shown(app, client, forum, lang, words):
    with app.app_context():
        queries.event.get(forum.event_id).asked = {"age_band": "optional"}
        db.session.commit()
    page, [ada] = register(app, forum, "Ada", phone="65 01 92 87")
    address = f"{page}/attendees/{ada}/answers"
    guardian = {"age_band": "15-17", "guardian_name": "Fanta", "guardian_consent": "y"}
    assert client.post(address, data={**guardian, "guardian_phone": "65 01 92 87"}).status_code == 303
    for shown in (client.get(f"{address}?lang={lang}").text, client.get(f"{page}/data?lang={lang}").text):
        assert "92 87" not in shown
        assert "9287" not in shown
    assert words in client.get(f"{address}?lang={lang}").text
    assert client.post(address, data={**guardian, "guardian_phone": ""}).status_code == 303
    with app.app_context():
        assert queries.registration.get_attendee(ada).guardian_phone == "+22365019287"


def test_offer_is_answered_with_yes_or_no_and_in_the_language_of_the_registration(app, client, offered):
    page, ids = offered
    answer = client.post(f"{page}/offer")
    assert (answer.status_code, "Choisissez une des réponses" in answer.text) == (422, True)
    assert statuses(app, ids) == [AttendeeStatus.OFFERED]


def test_place_given_back_is_taken_back_by_the_same_button_twice(app, client, forum):
    page, [ada] = register(app, forum, "Ada")
    client.post(f"{page}/attendees/{ada}/give-back")
    assert "Take the place back" in client.get(f"{page}?lang=en").text
    for _ in range(2):
        assert client.post(f"{page}/attendees/{ada}/take-back").status_code == 303
    assert statuses(app, [ada]) == [AttendeeStatus.CONFIRMED]


def test_place_that_the_team_cancelled_is_not_taken_back(app, client, forum):
    page, [ada] = register(app, forum, "Ada")
    with app.app_context():
        services.attendee.cancel(ada, by_account_id=forum.owner_id)
    assert "Take the place back" not in client.get(f"{page}?lang=en").text
    assert client.post(f"{page}/attendees/{ada}/take-back").status_code == 409


def test_person_is_added_once_however_often_the_form_is_sent(app, client, forum):
    page, _ids = register(app, forum, "Ada")
    form = client.get(f"{page}/people/new").text
    form_id = re.search(r'name="form_id" value="([^"]+)"', form).group(1)
    for _ in range(2):
        assert client.post(f"{page}/people/new", data={"form_id": form_id, "name": "Bintou"}).status_code == 303
    assert client.get(page).text.count('class="person"') == 2


def test_added_person_needs_a_name(app, client, forum):
    page, _ids = register(app, forum, "Ada")
    answer = client.post(f"{page}/people/new?lang=en", data={"name": " "})
    assert (answer.status_code, "Please write the name" in answer.text) == (422, True)


def test_ticket_is_handed_on_and_the_old_code_stops(app, client, forum):
    page, [ada] = register(app, forum, "Ada")
    with app.app_context():
        old = people.ticket_codes(queries.registration.get_attendee(ada).registration_id)[0]
    asks = client.get(f"{page}/attendees/{ada}/hand-on?lang=en").text
    assert "The old code stops at once" in asks
    assert client.post(f"{page}/attendees/{ada}/hand-on", data={"name": "Bintou"}).status_code == 303
    assert names(app, [ada]) == ["Bintou"]
    assert client.get(f"/t/{old}").status_code == 410


def test_language_is_set_for_messages_and_page(app, client, forum):
    page, _ids = register(app, forum, "Ada")
    client.post(f"{page}/language", data={"language": "en"})
    assert '<html lang="en">' in client.get(page).text
    assert client.post(f"{page}/language", data={"language": "xx"}).status_code == 422


def test_person_of_another_registration_is_not_found(app, client, forum):
    page, _ids = register(app, forum, "Ada")
    _other, [max_id] = register(app, forum, "Max")
    for what in ("name", "give-back", "take-back", "hand-on", "answers", "consent"):
        assert client.post(f"{page}/attendees/{max_id}/{what}", data={"name": "X"}).status_code == 404, what


def test_consent_is_withdrawn_on_the_page_of_data(app, client, forum):
    page, [ada] = register(app, forum, "Ada")
    with app.app_context():
        services.consent.change(ada, Given(ConsentPurpose.CONTACT, ConsentAnswer.YES, "May we write?", "en"))
    assert "May we write?" in client.get(f"{page}/data?lang=en").text
    sent = {"purpose": "contact", "answer": "no"}
    assert client.post(f"{page}/attendees/{ada}/consent", data=sent).status_code == 303
    with app.app_context():
        assert queries.registration.get_attendee(ada).contact_consent is False
    assert client.post(f"{page}/attendees/{ada}/consent", data={"purpose": "x", "answer": "no"}).status_code == 422


def test_data_is_downloaded_with_a_proof_and_not_without(app, client, forum):
    page, _ids = register(app, forum, "Ada Traoré", phone="65 01 92 87")
    assert "287" not in client.get(f"{page}/data").text + client.get(page).text
    wrong = client.post(f"{page}/data?lang=en", data={"proof_name": "Ada", "proof_phone": "111"})
    assert (wrong.status_code, "do not go with this registration" in wrong.text) == (422, True)
    file = client.post(f"{page}/data", data={"proof_name": "Traore", "proof_phone": "287"})
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert json.loads(file.data)["people"][0]["name"] == "Ada Traoré"


@pytest.mark.parametrize(("lang", "words"), [("en", "Too many wrong answers"), ("fr", "Trop de réponses fausses")])
def test_five_wrong_proofs_are_answered_with_a_wait(app, client, forum, lang, words):
    page, _ids = register(app, forum, "Ada", phone="65 01 92 87")
    for _ in range(5):
        client.post(f"{page}/erase", data={"who": "all", "proof_name": "Ada", "proof_phone": "1"})
    answer = client.post(f"{page}/erase?lang={lang}", data={"who": "all", "proof_name": "Ada", "proof_phone": "287"})
    assert (answer.status_code, words in answer.text) == (422, True)


def test_erasing_needs_a_choice_and_a_mailed_code_is_a_proof(app, client, forum):
    page, ids = register(app, forum, "Ada", "Bintou", email="ada@example.org")
    assert "Please choose whom to erase." in client.post(f"{page}/erase?lang=en", data={"proof_code": "1"}).text
    sent = client.post(f"{page}/erase?lang=en", data={"who": "all", "send_code": "1"})
    assert "A code is on its way." in sent.text
    with app.app_context():
        registration = queries.registration.get(queries.registration.get_attendee(ids[0]).registration_id)
        code = services.proof.code(registration)
    assert client.post(f"{page}/erase", data={"who": str(ids[0]), "proof_code": code}).status_code == 303
    assert names(app, ids) == ["(effacé)", "Bintou"]
    assert client.post(f"{page}/erase", data={"who": "all", "proof_code": code}).status_code == 422  # good once
    with app.app_context():
        registration = queries.registration.get(queries.registration.get_attendee(ids[0]).registration_id)
        registration.proof_sent_at -= timedelta(minutes=2)
        db.session.commit()
        services.proof.send_code(registration.id)
        code = services.proof.code(registration)
    assert client.post(f"{page}/erase", data={"who": "all", "proof_code": code}).status_code == 303
    assert "Everything personal on this registration was erased" in client.get(f"{page}?lang=en").text
    assert client.get(f"{page}/data").status_code == 404


def test_contact_on_file_changes_with_a_proof_alone(app, client, forum):
    page, _ids = register(app, forum, "Ada", phone="65 01 92 87")
    data = {"email": "thief@example.org", "proof_name": "Ada", "proof_phone": "000"}
    assert client.post(f"{page}/contact", data=data).status_code == 422
    assert "thief@example.org" not in client.get(page).text
    assert client.post(f"{page}/contact", data={**data, "proof_phone": "287"}).status_code == 303
    assert "thief@example.org" in client.get(page).text


def test_first_contact_needs_no_proof_and_has_to_be_one(app, client, forum):
    page, _ids = register(app, forum, "Ada")
    assert client.post(f"{page}/contact", data={"email": "ada@"}).status_code == 422
    assert client.post(f"{page}/contact", data={"email": "ada@example.org"}).status_code == 303


@pytest.mark.parametrize(("lang", "words"), [("en", "Please ask the team"), ("fr", "Adressez-vous à l’équipe")])
def test_contact_that_came_by_the_link_proves_nothing(app, client, forum, lang, words):
    page, ids = register(app, forum, "Ada")
    assert words in client.get(f"{page}/erase?lang={lang}").text
    client.post(f"{page}/contact", data={"phone": "65 01 92 87"})
    proof = {"who": "all", "proof_name": "Ada", "proof_phone": "287"}
    answer = client.post(f"{page}/erase?lang={lang}", data=proof)
    assert (answer.status_code, words in answer.text, names(app, ids)) == (422, True, ["Ada"])
    assert client.post(f"{page}/data", data=proof).status_code == 422


def test_lost_ticket_says_the_same_whether_there_is_one_or_not(app, client, forum):
    register(app, forum, "Ada", email="ada@example.org")
    answers = [
        client.post("/lost?lang=en", data={"contact": contact, "name": "Ada"}, follow_redirects=True)
        for contact in ("ada@example.org", "max@example.org")
    ]
    assert answers[0].text == answers[1].text
    assert "If there is such a registration" in answers[0].text
    wrong = client.post("/lost?lang=en", data={"contact": "", "name": "Ada"})
    assert (wrong.status_code, 'value="Ada"' in wrong.text) == (422, True)


@pytest.mark.parametrize(("language", "words"), [("fr", "Reçu"), ("en", "Receipt")])
def test_staff_erase_on_a_spoken_request_and_have_a_receipt(app, forum, monkeypatch, language, words):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        registration_id = people.register(forum.event_id, "Ada Quetzalcoatl", language=language)
        ada = queries.registration.list_people(registration_id)[0].id
        people.grant("wanda", forum.event_id, Role.WELCOME_DESK)
    path = f"/organize/forum/attendees/{ada}/erase"
    assert people.sign_in(app, "wanda").get(path).status_code == 403
    olga = people.sign_in(app, "olga")
    assert olga.post(path, data={"asked_by": "nobody", "asked_how": "in_person"}).status_code == 422
    answer = olga.post(path, data={"asked_by": "person", "asked_how": "by_telephone"}, follow_redirects=True)
    assert f'lang="{language}"' in answer.text
    assert words in answer.text
    assert "Quetzalcoatl" not in answer.text


def test_page_of_seven_people_is_light(app, client, at_noon):
    with app.app_context():
        forum = people.stage(capacity=50, max_party=7)
    page, _ids = register(app, forum, *(f"Ada Traoré {number}" for number in range(7)), phone="65 01 92 87")
    weight = 0
    for path in (page, f"{page}/data", f"{page}/erase"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        text = gzip.decompress(answer.data).decode()
        files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text))
        weight = len(answer.data) + sum(
            len(client.get(file, headers={"Accept-Encoding": "gzip"}).data) for file in sorted(files)
        )
        assert weight < 14_600, path
