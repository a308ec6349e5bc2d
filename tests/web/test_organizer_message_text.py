"""The words of messages at the desk: written, shown for somebody, tried, saved by two, and gone back from."""

import re

import pytest

from eventapp import queries, services
from eventapp.formats.letter import Words
from eventapp.language import LocalizedText
from eventapp.queries.message_log import Wanted
from eventapp.rules import access, message
from eventapp.rules.access import Right
from eventapp.rules.vocabulary import DeliveryKind, Role
from tests import people

KIND = DeliveryKind.CONFIRMATION
PAGE = "/organize/forum/messages/texts/confirmation"
EMPTY = {"subject_fr": "", "body_fr": "", "short_fr": "", "subject_en": "", "body_en": "", "short_en": ""}


@pytest.fixture
def event_id(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        staged = people.stage()
        people.register(staged.event_id, "Ada Traoré", email="ada@example.org")
        people.register(staged.event_id, "Bakary Diarra", email="bakary@example.org", language="en")
        return staged.event_id


@pytest.fixture
def olga(app, event_id):
    return people.sign_in(app, "olga")


def post(browser, do, page=PAGE, **typed):
    return browser.post(f"{page}?lang=en", data={**EMPTY, "seen": "", **typed, "do": do})


def kept(app, event_id, kind=KIND):
    with app.app_context():
        return queries.message.find_text(event_id, kind)


def hidden(answer, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', answer.text)[1]


def test_every_kind_that_can_be_said_otherwise_is_in_the_list_once_and_has_a_page(olga):
    listed = re.findall(r'href="/organize/forum/messages/texts/(\w+)"', olga.get("/organize/forum/messages/texts").text)
    assert sorted(listed) == sorted(kind.value for kind in message.EDITABLE)


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_unknown_kind_and_announcement_have_no_page(olga):
    for name in ("announcement", "nothing", "Confirmation"):
        assert olga.get(f"/organize/forum/messages/texts/{name}").status_code == 404


def test_words_are_saved_and_the_list_says_in_which_language(app, olga, event_id):
    words = {"subject_fr": "Votre\u00a0billet\u00a0: {événement}", "body_fr": "Bonjour {nom},\r\n\r\nVenez."}
    assert post(olga, "save", **words).status_code == 303
    row = kept(app, event_id)
    assert (row.subject, row.body) == ({"fr": words["subject_fr"]}, {"fr": "Bonjour {nom},\n\nVenez."})
    listed = olga.get("/organize/forum/messages/texts?lang=en").text
    assert "Français: your words" in listed
    assert "English: your words" not in listed


def test_preview_shows_unsaved_words_for_a_person_in_both_languages_and_saves_nothing(app, olga, event_id):
    answer = post(olga, "preview", body_fr="Bonjour {nom} <b>", body_en="Hello {name} <b>", q="ada")
    assert answer.status_code == 200
    assert "<p>Bonjour Ada Traoré &lt;b&gt;</p>" in answer.text
    assert "<p>Hello Ada Traoré &lt;b&gt;</p>" in answer.text
    assert kept(app, event_id) is None


def test_preview_holds_nothing_that_opens(app, olga, event_id):
    with app.app_context():
        one = queries.registration.list_attendees(event_id, "ada", None, offset=0, limit=1)[0].registration_id
        secrets = [services.registration.secret(queries.registration.get(one)), *people.ticket_codes(one)]
    answer = post(olga, "preview", body_fr="{lien} {code}", about=f"registration-{one}").text
    assert "Ada Traoré" in answer
    assert not [secret for secret in secrets if secret in answer]


def test_person_of_another_event_is_not_shown(app, olga, event_id):
    with app.app_context():
        other = people.register(people.stage("elsewhere", "max").event_id, "Max Dembélé")
    answer = post(olga, "preview", about=f"registration-{other}")
    assert answer.status_code == 200
    assert "Max" not in answer.text


def test_whoever_may_not_see_registrations_sees_a_made_up_person(app, olga, event_id, monkeypatch):
    monkeypatch.setitem(access.RIGHTS, Role.OWNER, access.RIGHTS[Role.OWNER] - {Right.SEE_REGISTRATIONS})
    answer = post(olga, "preview", about="registration-1")
    assert "This person is made up" in answer.text
    assert "Ada" not in answer.text


def test_search_that_finds_nobody_says_so(olga):
    assert "Nobody of that name" in post(olga, "preview", q="Zoumana").text


def test_wrong_words_are_named_beside_their_box_and_stay(app, olga, event_id):
    answer = post(olga, "save", body_fr="Bonjour {nmo}, {limite}", subject_en="x" * 151)
    assert answer.status_code == 422
    for sentence in (
        '<a href="#body_fr">Français: {nmo} is no placeholder. Is {name} meant?',
        "{limite} stands for nothing here.",
        '<a href="#subject_en">English: Please shorten this to 150 letters.',
        "Bonjour {nmo}, {limite}",
        "x" * 151,
    ):
        assert sentence in answer.text
    assert kept(app, event_id) is None


def test_standard_words_are_copied_into_their_boxes_beside_what_was_typed(olga):
    answer = post(olga, "copy-fr", body_fr="old", body_en="Mine").text
    assert 'value="Votre billet d’entrée\u00a0: {événement}"' in answer
    assert "Bonjour,\n\nL’inscription est confirmée." in answer
    assert "Mine</textarea>" in answer
    assert "old" not in answer


def test_second_organizer_is_told_and_keeps_what_they_typed(app, olga, event_id):
    with app.app_context():
        services.message_text.set_text(event_id, KIND, Words(body=LocalizedText(fr="Celui de Max")))
    answer = post(olga, "save", body_fr="Celui d’Olga")
    assert answer.status_code == 422
    assert "Somebody else saved other words" in answer.text
    assert "Celui de Max" in answer.text
    assert "Celui d’Olga</textarea>" in answer.text
    assert post(olga, "save", body_fr="Celui d’Olga", seen=hidden(answer, "seen")).status_code == 303
    assert kept(app, event_id).body == {"fr": "Celui d’Olga"}


def test_test_goes_to_the_account_and_the_page_keeps_the_words(app, olga, event_id):
    first = olga.get(PAGE)
    answer = post(olga, "test-fr", subject_fr="Salut {nom}", form_id=hidden(first, "form_id"))
    assert "A test is on its way to olga@example.org." in answer.text
    assert "Salut {nom}" in answer.text
    assert hidden(answer, "form_id") != hidden(first, "form_id")
    with app.app_context():
        [test, *_real] = queries.message_log.list_in(event_id, Wanted(), offset=0, limit=5)
        assert (test.address, test.language, test.kind) == ("olga@example.org", "fr", KIND)
        test_id = test.id
    for page in ("", f"/{test_id}"):
        assert "(test)" in olga.get(f"/organize/forum/messages{page}?lang=en").text
    assert kept(app, event_id) is None


def test_languages_that_the_event_gave_up_keep_their_words(app, olga, event_id):
    with app.app_context():
        services.message_text.set_text(event_id, KIND, Words(body=LocalizedText(fr="Français", en="English")))
        dates = services.event.Dates(
            languages=["fr"], timezone="UTC", starts_at=people.STARTS, ends_at=people.ENDS, time_is_known=True
        )
        services.event.set_dates(event_id, dates)
    page = olga.get(PAGE)
    assert "body_en" not in page.text
    post(olga, "save", body_fr="Bref", seen=hidden(page, "seen"))
    assert kept(app, event_id).body == {"fr": "Bref", "en": "English"}


def test_going_back_to_the_standard_words_asks_first(app, olga, event_id):
    post(olga, "save", body_fr="Mine")
    assert olga.get(f"{PAGE}/standard").status_code == 200
    assert kept(app, event_id) is not None
    assert olga.post(f"{PAGE}/standard").status_code == 303
    assert kept(app, event_id) is None


def test_survey_is_set_and_stands_in_the_thank_you(app, olga, event_id):
    page = "/organize/forum/messages/texts"
    refused = olga.post(f"{page}?lang=en", data={"survey_url": "http://example.org/s"})
    assert (refused.status_code, "http://example.org/s" in refused.text) == (422, True)
    assert olga.post(page, data={"survey_url": "https://example.org/s"}).status_code == 303
    assert "https://example.org/s" in olga.get(f"{page}/thank_you").text


def test_nothing_that_can_be_sent_breaks_the_page(olga):
    words = (*EMPTY, "do", "about", "q", "seen", "form_id")
    for value in ("\x00", "registration-" + "9" * 30, "copy-xx", "test-", "x" * 60_000, "\ud83d"):
        typed = value.encode("utf-8", "surrogatepass")
        assert olga.post(PAGE, data=dict.fromkeys(words, typed)).status_code < 500, value[:30]
        assert olga.post(PAGE, data={**EMPTY, "do": "save", "form_id": typed, "body_fr": typed}).status_code < 500


@pytest.mark.sqlite_only  # nothing here depends on the database
def test_editor_of_the_programme_may_not_write_to_guests(app, event_id):
    with app.app_context():
        people.grant("edgar", event_id, Role.EDITOR)
    edgar = people.sign_in(app, "edgar")
    assert edgar.get(PAGE).status_code == 403
    assert post(edgar, "test-fr").status_code == 403
