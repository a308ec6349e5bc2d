"""What the form asks of each person, as guests meet it: without a script, in both languages."""

import gzip
import re

import pytest
from sqlalchemy import select

from eventapp import queries, services
from eventapp.db import db
from eventapp.language import LocalizedText
from eventapp.models.event import Event
from eventapp.models.question import Consent
from eventapp.models.registration import Attendee
from eventapp.rules import custom_question
from eventapp.rules.custom_question import Asking
from eventapp.rules.vocabulary import Asked, ConsentAnswer, ConsentPurpose, Question, QuestionKind
from tests import people

NBSP = "\u00a0"


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage(max_party=7)


def ask(app, forum, need=Asked.OPTIONAL, *only):
    with app.app_context():
        event = db.session.get_one(Event, forum.event_id)
        event.asked = {str(question): str(need) for question in only or Question}
        db.session.commit()


def own(app, forum, kind=QuestionKind.SHORT_TEXT, label="Your dish?", **more):
    choices = custom_question.choices({"en": "Rice\nMillet", "fr": "Riz\nMil"}, ())
    with app.app_context():
        asking = Asking(
            **{
                "id": None,
                "kind": kind,
                "label": LocalizedText(en=label, fr="Votre plat ?"),
                "choices": choices if kind in custom_question.WITH_CHOICES else (),
                **more,
            }
        )
        return services.question.add(forum.event_id, asking).id


def send(client, lang="en", **fields):
    data = {"lang": lang, "attendees-0-name": "Ada", **{key.replace("__", "-"): value for key, value in fields.items()}}
    return client.post("/e/forum/register", data=data)


def ada(app):
    with app.app_context():
        return db.session.scalars(select(Attendee).order_by(Attendee.id)).first()


def answers(app):
    with app.app_context():
        return queries.question.answers_of([ada(app).id]).get(ada(app).id, {})


def test_every_built_in_answer_is_kept(app, client, forum):
    ask(app, forum)
    response = send(
        client,
        attendees__0__organization="Lycée",
        attendees__0__organization_type="school",
        attendees__0__function="Teacher",
        attendees__0__sex="female",
        attendees__0__age_band="25-35",
        attendees__0__region="Kayes",
        attendees__0__languages=["bm", "fr"],
        attendees__0__languages_other="Soninké, anglais",
        attendees__0__needs="A ramp\nA chair",
        attendees__0__photo_consent="on_site",
        attendees__0__contact_consent="no",
    )
    assert response.status_code == 303
    row = ada(app)
    assert (row.organization, row.organization_type, row.function, row.sex, row.age_band, row.region) == (
        "Lycée",
        "school",
        "Teacher",
        "female",
        "25-35",
        "Kayes",
    )
    assert (row.languages, row.needs) == (["bm", "fr", "Soninké", "en"], "A ramp\nA chair")
    assert (row.photo_consent, row.contact_consent) == ("on_site", False)


def test_consents_are_kept_as_they_were_read(app, client, forum):
    ask(app, forum)
    send(client, "fr", attendees__0__photo_consent="yes", attendees__0__contact_consent="no")
    with app.app_context():
        rows = list(db.session.scalars(select(Consent).order_by(Consent.id)))
    assert [(row.purpose, row.answer, row.language, row.way) for row in rows] == [
        (ConsentPurpose.PHOTOGRAPHS, ConsentAnswer.YES, "fr", "online"),
        (ConsentPurpose.CONTACT, ConsentAnswer.NO, "fr", "online"),
    ]
    assert rows[0].wording in client.get("/e/forum/register?lang=fr").text


def test_nothing_is_ticked_beforehand(app, client, forum):
    ask(app, forum)
    own(app, forum, QuestionKind.YES_NO)
    own(app, forum, QuestionKind.SEVERAL_CHOICES)
    assert " checked" not in client.get("/e/forum/register").text


@pytest.mark.parametrize("need", [Asked.OPTIONAL, Asked.REQUIRED])
def test_consents_are_no_condition(app, client, forum, need):
    ask(app, forum, need, Question.PHOTO_CONSENT, Question.CONTACT_CONSENT)
    assert send(client).status_code == 303
    assert (ada(app).photo_consent, ada(app).contact_consent) == (None, None)


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Please answer this question."), ("fr", "Répondez")])
@pytest.mark.parametrize("question", [q for q in Question if q not in ("photo_consent", "contact_consent")])
def test_required_question_has_to_be_answered(app, client, forum, question, lang, sentence):
    ask(app, forum, Asked.REQUIRED, question)
    response = send(client, lang)
    assert response.status_code == 422
    assert sentence in response.text
    assert f'href="#attendees-0-{question}"' in response.text
    assert f'id="attendees-0-{question}"' in response.text


@pytest.mark.parametrize("question", Question)
def test_question_that_is_off_is_neither_asked_nor_kept(app, client, forum, question):
    assert f"attendees-0-{question}" not in client.get("/e/forum/register").text
    assert send(client, **{f"attendees__0__{question}": "yes"}).status_code == 303
    assert not getattr(ada(app), question)


@pytest.mark.parametrize(
    ("question", "typed", "sentence", "french"),
    [
        ("sex", "x", "Please choose one of the answers.", "Choisissez une des réponses."),
        ("age_band", "5", "Please choose one of the answers.", "Choisissez une des réponses."),
        ("photo_consent", "x", "Please choose one of the answers.", "Choisissez une des réponses."),
        ("region", "x" * 201, "shorten this to 200 letters", "200"),
        ("needs", "x" * 1001, "shorten this to 1000 letters", "1000"),
        ("languages", [f"l{n}" for n in range(13)], "Up to 12 languages", "jusqu’à 12 langues"),
    ],
)
def test_wrong_answer_is_a_sentence_beside_its_field(app, client, forum, question, typed, sentence, french):
    ask(app, forum)
    for lang, expected in (("en", sentence), ("fr", french)):
        response = send(client, lang, email="ada@example.org", **{f"attendees__0__{question}": typed})
        assert response.status_code == 422
        assert expected in response.text
        assert 'value="ada@example.org"' in response.text


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (QuestionKind.SHORT_TEXT, "Rice", "Rice"),
        (QuestionKind.LONG_TEXT, "Rice\r\nand millet", "Rice\nand millet"),
        (QuestionKind.NUMBER, "1 200,5", 1200.5),
        (QuestionKind.DATE, "18/12/2026", "2026-12-18"),
        (QuestionKind.ONE_CHOICE, "c2", "c2"),
        (QuestionKind.SEVERAL_CHOICES, ["c1", "c2"], ["c1", "c2"]),
        (QuestionKind.YES_NO, "no", False),
    ],
)
@pytest.mark.parametrize(("lang", "label"), [("en", "Your dish?"), ("fr", "Votre plat ?")])
def test_own_question_of_each_kind_is_asked_and_kept(app, client, forum, kind, typed, kept, lang, label):
    question = own(app, forum, kind, is_required=True, help=LocalizedText(en="One is enough", fr="Un seul suffit"))
    page = client.get(f"/e/forum/register?lang={lang}").text
    assert label in page
    assert ("One is enough" if lang == "en" else "Un seul suffit") in page
    assert send(client, lang, **{f"attendees__0__q{question}": typed}).status_code == 303
    assert answers(app) == {question: kept}


@pytest.mark.parametrize(
    ("kind", "typed", "english", "french"),
    [
        (QuestionKind.SHORT_TEXT, "", "Please answer this question.", "Répondez"),
        (QuestionKind.YES_NO, None, "Please answer this question.", "Répondez"),
        (QuestionKind.SEVERAL_CHOICES, None, "Please answer this question.", "Répondez"),
        (QuestionKind.SHORT_TEXT, "x" * 201, "200 letters", "200"),
        (QuestionKind.LONG_TEXT, "x" * 2001, "2000 letters", "2000"),
        (QuestionKind.NUMBER, "two", "a number in digits", "un nombre en chiffres"),
        (QuestionKind.NUMBER, "9999999999", "a number up to 1,000,000,000", "un nombre de 1"),
        (QuestionKind.DATE, "tomorrow", "Please write the day", "2026-12-18"),
        (QuestionKind.ONE_CHOICE, "c7", "choose one of the answers", "Choisissez une des réponses"),
        (QuestionKind.SEVERAL_CHOICES, ["c1", "c7"], "choose one of the answers", "Choisissez une des réponses"),
        (QuestionKind.YES_NO, "perhaps", "choose one of the answers", "Choisissez une des réponses"),
    ],
)
def test_wrong_answer_to_an_own_question_is_refused(app, client, forum, kind, typed, english, french):
    question = own(app, forum, kind, is_required=True)
    for lang, sentence in (("en", english), ("fr", french)):
        response = send(client, lang, **({} if typed is None else {f"attendees__0__q{question}": typed}))
        assert response.status_code == 422
        assert sentence in response.text
        assert f'href="#attendees-0-q{question}"' in response.text
    with app.app_context():
        assert db.session.scalar(select(Attendee)) is None


def test_typed_answers_are_kept_when_something_else_is_wrong(app, client, forum):
    ask(app, forum, Asked.OPTIONAL, Question.LANGUAGES, Question.NEEDS)
    text, several = own(app, forum), own(app, forum, QuestionKind.SEVERAL_CHOICES)
    response = send(
        client,
        email="ada@",
        attendees__0__languages="bm",
        attendees__0__languages_other="dogon",
        attendees__0__needs="A ramp",
        **{f"attendees__0__q{text}": "Rice & <beans>", f"attendees__0__q{several}": "c2"},
    )
    assert response.status_code == 422
    for kept in ('value="bm" checked', 'value="dogon"', "A ramp</textarea>", 'value="c2" checked'):
        assert kept in response.text
    assert 'value="Rice &amp; &lt;beans&gt;"' in response.text


def test_each_person_answers_for_themselves(app, client, forum):
    question = own(app, forum)
    send(
        client,
        attendees__1__name="Bintou",
        **{f"attendees__0__q{question}": "Rice", f"attendees__1__q{question}": "Millet"},
    )
    with app.app_context():
        ids = list(db.session.scalars(select(Attendee.id).order_by(Attendee.id)))
        found = queries.question.answers_of(ids)
    assert [found[one] for one in ids] == [{question: "Rice"}, {question: "Millet"}]


def test_person_who_answers_but_has_no_name_is_asked_for_it(app, client, forum):
    question = own(app, forum)
    response = send(client, **{"attendees__1__name": "", f"attendees__1__q{question}": "Rice"})
    assert response.status_code == 422
    assert 'href="#attendees-1-name"' in response.text


def test_added_box_that_stays_empty_is_nobody(app, client, forum):
    ask(app, forum)
    question = own(app, forum, QuestionKind.ONE_CHOICE, is_required=True)
    empty = {"name": "", "sex": "", "age_band": "", "needs": "", "languages_other": "", f"q{question}": ""}
    fields = {f"attendees__1__{name}": value for name, value in empty.items()}
    assert send(client, **fields, **{f"attendees__0__q{question}": "c1"}).status_code == 303


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "Only if you answered “Yes” to “A place to sleep?”."),
        ("fr", f"Seulement si vous avez répondu «{NBSP}Oui{NBSP}» à «{NBSP}Votre plat ?{NBSP}»."),
    ],
)
def test_question_that_depends_on_another_says_so(app, client, forum, lang, sentence):
    first = own(app, forum, QuestionKind.YES_NO, "A place to sleep?")
    own(app, forum, QuestionKind.NUMBER, "Nights?", shown_if_question_id=first, shown_if_value="yes")
    page = client.get(f"/e/forum/register?lang={lang}").text
    assert sentence in page
    assert f'data-if="attendees-0-q{first}" data-is="yes"' in page


def test_question_counts_only_if_its_condition_holds(app, client, forum):
    first = own(app, forum, QuestionKind.YES_NO)
    nights = own(app, forum, QuestionKind.NUMBER, is_required=True, shown_if_question_id=first, shown_if_value="yes")
    third = own(app, forum, QuestionKind.SHORT_TEXT, is_required=True, shown_if_question_id=first, shown_if_value="no")
    assert send(client, **{f"attendees__0__q{first}": "yes", f"attendees__0__q{third}": "x"}).status_code == 422
    sent = {
        f"attendees__0__q{first}": "yes",
        f"attendees__0__q{nights}": "2",
        f"attendees__0__q{third}": "ignored",
    }
    assert send(client, **sent).status_code == 303
    assert answers(app) == {first: True, nights: 2}


def test_reason_of_a_delicate_question_stands_beside_it(app, client, forum):
    own(app, forum, label="Your nationality?", reason="The hotel has to write it down.")
    page = client.get("/e/forum/register?lang=en").text
    assert "<b>Why we ask:</b> The hotel has to write it down." in page


def test_question_that_was_removed_while_the_form_was_open_harms_nobody(app, client, forum):
    question = own(app, forum)
    with app.app_context():
        services.question.remove(forum.event_id, question)
    assert send(client, **{f"attendees__0__q{question}": "Rice"}).status_code == 303
    assert answers(app) == {}


@pytest.mark.parametrize(
    "name", ["attendees-0-q999999999999", "attendees-0-q-1", "attendees-0-q1%00", "attendees-x-q1"]
)
def test_made_up_fields_harm_nobody(app, client, forum, name):
    own(app, forum)
    assert send(client, **{name: "x"}).status_code == 303


# Under 18


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ["name of a parent or guardian", "phone number of the parent", "A parent or guardian has to agree"]),
        ("fr", ["le nom d’un parent", "un numéro de téléphone du parent", "doit donner son accord"]),
    ],
)
def test_guardian_of_somebody_under_18_is_asked_for_when_the_form_comes_back(app, client, forum, lang, sentences):
    ask(app, forum, Asked.OPTIONAL, Question.AGE_BAND)
    response = send(
        client, lang, attendees__0__age_band="15-17", attendees__1__name="B", attendees__1__age_band="18-24"
    )
    assert response.status_code == 422
    assert [sentence in response.text for sentence in sentences] == [True] * 3
    assert re.search(r'data-if="attendees-0-age_band" data-is="0-14 15-17">', response.text)
    assert re.search(r'data-if="attendees-1-age_band" data-is="0-14 15-17" hidden>', response.text)


def test_somebody_under_18_comes_with_the_consent_of_a_guardian(app, client, forum):
    ask(app, forum, Asked.OPTIONAL, Question.AGE_BAND)
    response = send(
        client,
        attendees__0__age_band="0-14",
        attendees__0__guardian_name="Mariam",
        attendees__0__guardian_phone="65 01 23 45",
        attendees__0__guardian_consent="y",
    )
    assert response.status_code == 303
    assert (ada(app).guardian_name, ada(app).guardian_phone) == ("Mariam", "+22365012345")
    with app.app_context():
        assert db.session.scalars(select(Consent.purpose)).all() == [ConsentPurpose.GUARDIAN]


def test_wrong_phone_of_a_guardian_is_a_sentence_beside_it(app, client, forum):
    ask(app, forum, Asked.OPTIONAL, Question.AGE_BAND)
    response = send(
        client,
        attendees__0__age_band="0-14",
        attendees__0__guardian_name="Mariam",
        attendees__0__guardian_phone="6501234",
        attendees__0__guardian_consent="y",
    )
    assert response.status_code == 422
    assert "too many or too few digits" in response.text
    assert 'value="6501234"' in response.text


def test_adult_needs_no_guardian(app, client, forum):
    ask(app, forum, Asked.OPTIONAL, Question.AGE_BAND)
    assert send(client, attendees__0__age_band="60+", attendees__0__guardian_name="Mariam").status_code == 303
    assert ada(app).guardian_name is None


# Several people


def test_several_people_are_added_at_once(app, client, forum):
    response = send(client, add_attendee="1", people_more="6")
    assert 'name="attendees-6-name"' in response.text
    assert 'name="attendees-7-name"' not in response.text
    assert "Add a person" not in response.text


@pytest.mark.parametrize("typed", ["99", "-1", "x", "", "1000000000"])
def test_no_more_are_added_than_the_event_takes(app, client, forum, typed):
    response = send(client, add_attendee="1", people_more=typed)
    assert response.status_code == 200
    assert 'name="attendees-7-name"' not in response.text


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_seven_people_with_six_questions_weigh_less_than_one_congestion_window(app, client, forum, lang):
    ask(app, forum)  # all that are built in, besides
    first = own(app, forum, QuestionKind.YES_NO)
    for kind in (*QuestionKind,)[:5]:
        own(app, forum, kind, shown_if_question_id=first, shown_if_value="yes")
    fields = {f"attendees-{n}-name": f"Personne {n} Traoré" for n in range(7)}
    page = client.post(
        "/e/forum/register", data={**fields, "lang": lang, "email": "@"}, headers={"Accept-Encoding": "gzip"}
    )
    text = gzip.decompress(page.data).decode()
    files = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text)))
    weight = len(page.data) + sum(len(client.get(path, headers={"Accept-Encoding": "gzip"}).data) for path in files)
    assert text.count('-name" value="Personne') == 7
    assert weight < 14_600
