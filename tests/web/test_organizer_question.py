"""The organizer's own questions at the desk."""

import re

import pytest

from eventapp import queries, services
from eventapp.language import LocalizedText
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import QuestionKind
from tests import people


@pytest.fixture
def forum(app, at_noon, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    with app.app_context():
        return people.stage()


@pytest.fixture
def olga(app, forum):
    return people.sign_in(app, "olga")


def add(client, lang="en", **fields):
    data = {"label-en": "Your dish?", "kind": "short_text", **{k.replace("__", "-"): v for k, v in fields.items()}}
    return client.post("/organize/forum/questions/new", query_string={"lang": lang}, data=data)


def asked(app, forum):
    with app.app_context():
        return queries.question.list_asked(forum.event_id)


def path(row, action=""):
    return f"/organize/forum/questions/{row.id}{action}"


def test_question_is_added_with_all_that_belongs_to_it(app, olga, forum):
    add(olga, kind="yes_no", label__en="A place to sleep?", label__fr="Où dormir ?")
    [first] = asked(app, forum)
    [press] = people_types(app, forum)
    response = add(
        olga,
        label__en="How do you come?",
        label__fr="Comment venez-vous ?",
        help__en="One is enough",
        kind="one_choice",
        choices__en="Bus\nBicycle",
        choices__fr="Bus\nVélo",
        is_required="y",
        ticket_type_ids=str(press),
        shown_if=f"{first.id}:yes",
        is_sensitive="y",
        is_counted="y",
    )
    assert response.status_code == 303
    row = asked(app, forum)[1]
    assert (row.label, row.help) == (
        {"en": "How do you come?", "fr": "Comment venez-vous ?"},
        {"en": "One is enough"},
    )
    assert row.choices == [
        {"key": "c1", "label": {"en": "Bus", "fr": "Bus"}},
        {"key": "c2", "label": {"en": "Bicycle", "fr": "Vélo"}},
    ]
    assert (row.is_required, row.is_sensitive, row.is_counted) == (True, True, True)
    assert (row.ticket_type_ids, row.shown_if_question_id, row.shown_if_value) == ([press], first.id, "yes")


def people_types(app, forum):
    with app.app_context():
        return [one.id for one in queries.registration.list_ticket_types(forum.event_id)]


def test_boxes_hold_what_was_kept_and_saving_changes_nothing(app, olga, forum):
    add(olga, kind="several_choices", choices__en="Bus\nBicycle", choices__fr="Bus\nVélo")
    [row] = asked(app, forum)
    page = olga.get(path(row)).text
    assert "Bus\nBicycle</textarea>" in page
    labels = {"label-en": "Your dish?", "choices-en": "Bus\nBicycle", "choices-fr": "Bus\nVélo"}
    olga.post(path(row), data={**labels, "kind": "several_choices"})
    [again] = asked(app, forum)
    assert (again.label, again.choices, again.is_required) == (row.label, row.choices, row.is_required)


def test_choice_whose_word_is_corrected_keeps_its_answers(app, olga, forum):
    add(olga, kind="one_choice", choices__en="Bus\nBycicle")
    [row] = asked(app, forum)
    olga.post(path(row), data={"label-en": "How?", "kind": "one_choice", "choices-en": "Bicycle\nBus"})
    [row] = asked(app, forum)
    assert [(one["key"], one["label"]["en"]) for one in row.choices] == [("c2", "Bicycle"), ("c1", "Bus")]


@pytest.mark.parametrize(
    ("fields", "english", "french"),
    [
        ({"label__en": " "}, "Please write the question", "Écrivez la question"),
        ({"kind": "one_choice", "choices__en": "Bus"}, "at least two answers", "au moins deux réponses"),
        ({"kind": "one_choice", "choices__en": "A\nB", "choices__fr": "A"}, "the same number", "le même nombre"),
        ({"kind": "one_choice", "choices__en": "A\na"}, "stands there twice", "deux fois"),
        ({"kind": "one_choice", "choices__en": "\n".join(map(str, range(41)))}, "up to 40 answers", "40 réponses"),
        ({"kind": "riddle"}, "choose one of the answers", "Choisissez une des réponses"),
        ({"shown_if": "5:yes"}, "choose one of the answers", "Choisissez une des réponses"),
        ({"ticket_type_ids": "99"}, "choose one of the answers", "Choisissez une des réponses"),
        ({"label__en": "Your religion?"}, "something delicate", "sujet délicat"),
        ({"label__fr": "Quelle nationalité ?"}, "something delicate", "sujet délicat"),
        ({"label__en": "x" * 301}, "300 letters", "300"),
        ({"reason": "x" * 1001}, "1000 letters", "1000"),
    ],
)
def test_question_that_cannot_be_asked_is_refused_and_kept_in_its_boxes(app, olga, forum, fields, english, french):
    for lang, sentence in (("en", english), ("fr", french)):
        response = add(olga, lang, **{"help__en": "Kept help", **fields})
        assert response.status_code == 422
        assert sentence in response.text
        assert 'value="Kept help"' in response.text
    assert asked(app, forum) == []


@pytest.mark.parametrize(
    ("lang", "warning"), [("en", "This asks about nationality."), ("fr", "Cette question porte sur : nationalité.")]
)
def test_delicate_question_is_warned_of_and_taken_with_a_reason(app, olga, forum, lang, warning):
    refused = add(olga, lang, label__en="Nationality")
    assert warning.replace(" :", "\u00a0:") in refused.text
    assert add(olga, lang, label__en="Nationality", reason="The hotel has to write it down.").status_code == 303
    assert "The hotel has to write it down." in olga.get("/organize/forum/questions").text


def test_form_sent_twice_asks_once(app, olga, forum):
    form = olga.get("/organize/forum/questions/new").text
    form_id = re.search(r'name="form_id"[^>]*value="([^"]+)"', form)[1]
    for _ in range(2):
        add(olga, form_id=form_id)
    assert len(asked(app, forum)) == 1


def test_questions_are_moved_and_a_wrong_order_is_explained(app, olga, forum):
    add(olga, kind="yes_no")
    first = asked(app, forum)[0]
    add(olga, label__en="Why?", shown_if=f"{first.id}:no")
    second = asked(app, forum)[1]
    response = olga.post(path(second, "/move"), data={"steps": "-1"}, follow_redirects=True)
    assert "can only depend on one that comes before it" in response.text
    add(olga, label__en="Third")
    third = asked(app, forum)[2]
    olga.post(path(third, "/move"), data={"steps": "-1"})
    assert [row.id for row in asked(app, forum)] == [first.id, third.id, second.id]


def test_question_is_removed_after_a_question(app, olga, forum):
    add(olga)
    [row] = asked(app, forum)
    assert "Nobody has answered it yet" in olga.get(path(row, "/remove"), query_string={"lang": "en"}).text
    assert olga.post(path(row, "/remove")).status_code == 303
    assert asked(app, forum) == []


def test_question_that_another_depends_on_is_not_removed(app, olga, forum):
    add(olga, kind="yes_no")
    [row] = asked(app, forum)
    add(olga, label__en="Why so?", shown_if=f"{row.id}:no")
    response = olga.post(path(row, "/remove"), query_string={"lang": "en"})
    assert response.status_code == 409
    assert "Another question depends on this one: Why so?" in response.text


@pytest.mark.parametrize(
    ("lang", "label", "optional"), [("en", "A dish?", "(optional)"), ("fr", "Un plat ?", "(facultatif)")]
)
def test_preview_shows_them_as_guests_see_them(app, olga, forum, lang, label, optional):
    with app.app_context():
        for kind in QuestionKind:
            choices = [{"key": f"c{n}", "label": {"en": "A"}} for n in (1, 2)] if "choice" in kind else []
            words = LocalizedText(en="A dish?", fr="Un plat ?")
            asking = Asking(id=None, kind=kind, label=words, choices=choices)
            services.question.add(forum.event_id, asking)
    page = olga.get("/organize/forum/questions/preview", query_string={"lang": lang}).text
    assert page.count(label) == len(QuestionKind)
    assert optional in page


@pytest.mark.parametrize("question", ["photo_consent", "contact_consent"])
def test_consent_cannot_be_made_a_condition(olga, question):
    page = olga.get("/organize/forum/places").text
    box = re.search(rf'<select[^>]*name="{question}".*?</select>', page, re.DOTALL)[0]
    assert re.findall(r'value="(\w+)"', box) == ["off", "optional"]
