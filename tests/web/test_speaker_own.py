"""What speakers change on their own page, with nothing but its address: no account, no cookie, no script."""

import io
import re
from datetime import date, timedelta

import pytest
from PIL import Image

from eventapp import queries, services
from eventapp.db import db, transactional
from eventapp.formats.slides import PDF, Slides
from eventapp.language import LocalizedText
from eventapp.models.agenda import Agenda, AgendaItem
from eventapp.models.event import Event
from eventapp.models.speaker import SessionSpeaker
from eventapp.rules.vocabulary import SpeakerRole, Substitution, TaskKind
from eventapp.services.crew import CrewFacts
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from tests import door, people
from tests.slides import odp, pdf, pptx
from tests.web import browser

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MB = 1024 * 1024


@pytest.fixture
def forum(app, at_noon):
    with app.app_context():
        return people.stage()


@pytest.fixture
def sam(app, forum):
    with app.app_context():
        return people.speaker(forum.event_id)


@pytest.fixture
def path(app, forum, sam):
    with app.app_context():
        return f"/s/{people.speaker_secret(forum.event_id, sam)}"


@pytest.fixture
def of(app, forum, sam):
    """Reads a value of the speaker's row."""

    def read(name):
        with app.app_context():
            return getattr(queries.speaker.get_by_id(forum.event_id, sam), name)

    return read


def shown(client, path):
    return browser.shown(client.get(f"{path}?lang=en"))


def problem(answer):
    """What the page says is wrong."""
    alerts = [element for element in browser.parse(answer.text).iter() if element.get("role") == "alert"]
    return " ".join(browser.words(alert) for alert in alerts)


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    return out.getvalue()


def upload(client, path, content, field="file", name="x", **more):
    answer = client.post(f"{path}?lang=en", data={field: (io.BytesIO(content), name), **more})
    answer.request.environ["wsgi.input"].close()  # a file, when it is large
    return answer


# The answer


def test_answer_is_given_and_changed(client, path, of):
    assert "Are you coming?" in shown(client, path)
    assert client.post(f"{path}/answer", data={"answer": "yes"}).headers["Location"] == f"{path}?done=coming"
    assert "You are coming Open my ticket" in shown(client, path)
    declined = client.post(f"{path}/answer", data={"answer": "no", "reason": " En voyage\n"})
    assert declined.headers["Location"] == f"{path}?done=not-coming"
    assert "You are not coming En voyage I'm coming after all" in shown(client, path)
    assert (of("answer"), of("decline_reason")) == ("declined", "En voyage")


def test_place_given_back_elsewhere_is_asked_for_again(app, client, forum, sam, path):
    client.post(f"{path}/answer", data={"answer": "yes"})
    with app.app_context():
        services.attendee.cancel(queries.speaker.get_by_id(forum.event_id, sam).attendee_id)
    assert "Are you coming? Your place was given back." in shown(client, path)


def test_reason_that_is_too_long_is_kept_to_be_shortened(client, path, of):
    answer = client.post(f"{path}/answer?lang=en", data={"answer": "no", "reason": "x" * 1001})
    assert (answer.status_code, problem(answer)) == (422, "Please shorten this to 1000 letters.")
    assert "x" * 1001 in answer.text
    assert of("answer") == "open"


def test_answer_that_is_none_is_refused(client, path, of):
    assert problem(client.post(f"{path}/answer?lang=en")) == "Please choose one of the answers."
    assert of("answer") == "open"


def test_who_was_let_in_hears_why_declining_does_not_work(app, client, forum, path):
    client.post(f"{path}/answer", data={"answer": "yes"})
    code = re.search(r"/t/([A-Z0-9]+)", client.get(path).text)[1]
    with app.app_context():
        door.entrance(forum.event_id)
        door.ask(door.phone(forum.event_id), code)
    answer = client.post(f"{path}/answer?lang=en", data={"answer": "no"})
    assert (answer.status_code, "You have been let in already" in problem(answer)) == (422, True)


def test_event_that_is_over_asks_nothing(app, client, forum, path):
    @transactional
    def end():
        event = db.session.get_one(Event, forum.event_id)
        event.starts_at, event.ends_at = people.STARTS - timedelta(days=90), people.ENDS - timedelta(days=90)

    with app.app_context():
        end()
    assert "You gave no answer." in shown(client, path)
    answer = client.post(f"{path}/answer?lang=en", data={"answer": "yes"})
    assert "The event is over" in problem(answer)


# What is missing


def test_tasks_say_what_is_done_missing_and_overdue(app, client, forum, path):
    with app.app_context():
        for kind, due_on in (
            (TaskKind.PHOTO, date(2026, 11, 23)),
            (TaskKind.SLIDES, date(2026, 12, 1)),
            (TaskKind.PHOTO_CONSENT, None),
        ):
            services.speaker_task.add(forum.event_id, TaskFacts(kind=kind, due_on=due_on))
        custom = TaskFacts(kind=TaskKind.CUSTOM, title=LocalizedText(fr="Signer", en="Sign"))
        task_id = services.speaker_task.add(forum.event_id, custom).id
    assert (
        "We still need 4 things from you Photograph was due on Monday 23 November 2026 "
        "Slides until Tuesday 1 December 2026 May photographs show you? still missing Sign still missing It is done"
    ) in shown(client, path)
    client.post(f"{path}/consent", data={"consent": "no"})
    client.post(f"{path}/tasks/{task_id}", data={"done": "yes"})
    assert "May photographs show you? done Sign done Not done after all" in shown(client, path)
    client.post(f"{path}/tasks/{task_id}", data={"done": "no"})
    assert "Sign still missing" in shown(client, path)
    assert client.post(f"{path}/tasks/{task_id + 1}", data={"done": "yes"}).status_code == 404


def test_needs_are_said_or_said_to_be_none(client, path, of):
    client.post(f"{path}/needs", data={"needs": "Deux micros"})
    assert of("stage_needs") == "Deux micros"
    client.post(f"{path}/needs", data={"needs": "Deux micros", "nothing": "1"})
    assert of("stage_needs") == ""
    client.post(f"{path}/needs", data={"needs": " "})
    assert of("stage_needs") is None
    answer = client.post(f"{path}/needs?lang=en", data={"needs": "x" * 2001})
    assert problem(answer) == "Please shorten this to 2000 letters."
    assert "x" * 2001 in answer.text


def test_consent_is_never_ticked_beforehand(client, path, of):
    page = browser.parse(client.get(path).text)
    consent = next(form for form in browser.forms(page) if form.get("action").endswith("/consent"))
    assert browser.values(consent) == {}
    assert problem(client.post(f"{path}/consent?lang=en")) == "Please answer this question."
    client.post(f"{path}/consent", data={"consent": "on_site"})
    assert of("photo_consent") == "on_site"


def test_language_of_messages(client, path, of):
    client.post(f"{path}/language", data={"language": "en"})
    assert of("language") == "en"
    assert "Hello" in client.get(path).text
    assert problem(client.post(f"{path}/language?lang=en", data={"language": "xx"})) == (
        "Please choose one of the answers."
    )


# My text

TEXT = {
    "function-fr": "Juge",
    "function-en": "Judge",
    "organization-fr": "Tribunal",
    "biography-fr": "Elle *juge*.",
    "links-fr": "example.org",
}


def test_preview_shows_both_languages_and_saves_nothing(client, path, of):
    answer = client.post(f"{path}/text?lang=fr", data={**TEXT, "preview": "1"})
    text = browser.shown(answer)
    assert "pas encore enregistré Français Sam Sidibé Juge, Tribunal Elle juge . https://example.org" in text
    assert "English Sam Sidibé Judge, Tribunal Elle juge . https://example.org" in text
    assert browser.values(browser.forms(browser.parse(answer.text))[0])["biography-fr"] == "Elle *juge*."
    assert of("biography") == {}


def test_text_is_saved_and_public(client, forum, path, of):
    assert client.post(f"{path}/text", data={**TEXT, "name-fr": "Somebody"}).status_code == 303
    assert (of("function"), of("links")) == ({"fr": "Juge", "en": "Judge"}, {"fr": "https://example.org"})
    assert of("name") == {"fr": "Sam Sidibé"}
    assert "Elle" in client.get(f"/e/{forum.slug}/speakers/sam-sidibe?lang=fr").text


@pytest.mark.parametrize("button", [{}, {"preview": "1"}])
def test_wrong_link_stands_beside_its_box_and_what_was_typed_stays(client, path, of, button):
    answer = client.post(f"{path}/text?lang=en", data={**TEXT, "links-fr": "javascript:alert(1)", **button})
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["links"])
    sent = browser.values(browser.forms(browser.parse(answer.text))[0])
    assert (sent["links-fr"], sent["function-en"]) == ("javascript:alert(1)", "Judge")
    assert of("function") == {}


# My photograph


def test_photograph_is_cut_shown_and_removed(client, path, of):
    assert client.get(f"{path}/photo.jpg").status_code == 404
    assert upload(client, f"{path}/photo", jpeg(), "photo", part="right").status_code == 303
    picture = client.get(f"{path}/photo.jpg")
    assert Image.open(io.BytesIO(picture.data)).size == (320, 320)
    assert f'src="{path}/photo.jpg' in client.get(f"{path}/photo").text
    client.post(f"{path}/photo/remove")
    assert of("photo_hash") is None


@pytest.mark.parametrize(
    ("content", "says"),
    [(SVG, "cannot be read as a picture"), (b"", "choose a photograph"), (b"\0" * 11 * MB, "too large")],
)
def test_what_is_no_photograph_is_refused(client, path, of, content, says):
    answer = upload(client, f"{path}/photo", content, "photo", name="me.jpg", part="top")
    assert (answer.status_code, says in problem(answer)) == (422, True)
    assert '<option selected value="top">' in answer.text
    assert of("photo_hash") is None


def test_square_that_was_chosen_in_the_picture_is_kept(client, path):
    half = Image.new("RGB", (800, 400), "white")
    half.paste("black", (0, 0, 400, 400))
    out = io.BytesIO()
    half.save(out, "PNG")
    colours = []
    for left in ("0", "100"):
        upload(client, f"{path}/photo", out.getvalue(), "photo", left=left, top="50", size="100")
        colours.append(Image.open(io.BytesIO(client.get(f"{path}/photo.jpg").data)).convert("L").getpixel((160, 160)))
    assert colours == [0, 255]


@pytest.mark.parametrize("box", [{"part": "nowhere"}, {"left": "101", "top": "0", "size": "50"}, {"size": "²"}])
def test_square_that_makes_no_sense_is_refused(client, path, of, box):
    assert upload(client, f"{path}/photo", jpeg(), "photo", **box).status_code == 422
    assert of("photo_hash") is None


def test_body_that_is_too_large_gets_a_sentence_on_the_page(client, path):
    answer = upload(client, f"{path}/photo", b"\0" * 13 * MB, "photo")
    assert (answer.status_code, "too large" in problem(answer)) == (413, True)
    answer = upload(client, f"{path}/slides", b"\0" * 13 * MB)
    assert (answer.status_code, "up to 10 MB" in problem(answer)) == (413, True)
    assert upload(client, f"{path}/text", b"\0" * 3 * MB).status_code == 413


def test_form_without_a_file_says_so(client, path):
    assert browser.refusals(client.post(f"{path}/photo?lang=en")) == {"photo": "Please choose a photograph."}
    assert problem(client.post(f"{path}/slides?lang=en")) == "Please choose a file."


# My slides


def session(app, forum, *parts):
    facts = SessionFacts(title=LocalizedText(fr="Partir"), parts=parts)
    with app.app_context():
        return services.programme.add_session(forum.event_id, facts).id


def file_ids(app, speaker_id):
    with app.app_context():
        return [row.file.id for row in queries.speaker_file.list_files(speaker_id)]


def test_slides_are_sent_fetched_replaced_and_removed(app, client, forum, sam, path):
    session_id = session(app, forum, Part(sam))
    upload(client, f"{path}/slides", pdf(), name="Mon exposé.pdf", session_id=str(session_id))
    [file_id] = file_ids(app, sam)
    assert "Mon exposé.pdf Partir · 1 kB" in shown(client, f"{path}/slides")
    fetched = client.get(f"{path}/slides/{file_id}")
    assert (fetched.data, fetched.mimetype) == (pdf(), "application/pdf")
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    upload(client, f"{path}/slides/{file_id}/replace", pptx(), name="Exposé 2.pptx")
    assert client.get(f"{path}/slides/{file_id}").data == pptx()
    client.post(f"{path}/slides/{file_id}/remove")
    assert file_ids(app, sam) == []


@pytest.mark.parametrize("content", [SVG, b"MZ", b"%PDF-1.7 cut off", pptx()[:200], b"", b"%PDF-1.7" + b"\0" * 11 * MB])
def test_what_are_no_slides_is_refused(app, client, sam, path, content):
    answer = upload(client, f"{path}/slides", content, name="slides.pdf")
    assert (answer.status_code, bool(problem(answer))) == (422, True)
    assert file_ids(app, sam) == []


@pytest.mark.parametrize("chosen", ["0", "²", "9" * 30, "x"])
def test_slides_for_a_session_that_is_not_mine_are_refused(app, client, sam, path, chosen):
    answer = upload(client, f"{path}/slides", pdf(), session_id=chosen)
    assert problem(answer) == "Please choose one of the answers."
    assert file_ids(app, sam) == []


def test_session_that_is_not_released_yet_is_not_offered(app, client, forum, sam, path):
    session(app, forum, Part(sam))
    with app.app_context():
        services.release.release(forum.event_id)
        services.programme.add_session(
            forum.event_id, SessionFacts(title=LocalizedText(fr="Encore secret"), parts=(Part(sam),))
        )
    text = client.get(f"{path}/slides").text
    assert ("Partir" in text, "Encore secret" in text) == (True, False)


def test_wrong_replacement_is_told_beside_its_file_and_changes_nothing(app, client, sam, path):
    upload(client, f"{path}/slides", odp(), name="a.odp")
    [file_id] = file_ids(app, sam)
    answer = upload(client, f"{path}/slides/{file_id}/replace", SVG)
    assert (answer.status_code, "Only slides" in problem(answer)) == (422, True)
    assert client.get(f"{path}/slides/{file_id}").data == odp()


def test_files_of_another_speaker_are_not_mine(app, client, forum, path):
    with app.app_context():
        other = people.speaker(forum.event_id, "Other")
        file_id = services.speaker_file.add(forum.event_id, other, Slides("a.pdf", PDF, pdf())).id
    assert client.get(f"{path}/slides/{file_id}").status_code == 404
    assert upload(client, f"{path}/slides/{file_id}/replace", pptx()).status_code == 404
    client.post(f"{path}/slides/{file_id}/remove")
    assert file_ids(app, other) == [file_id]


def test_team_fetches_slides_as_an_attachment(app, client, forum, sam, path):
    upload(client, f"{path}/slides", pdf(), name="é.pdf")
    [file_id] = file_ids(app, sam)
    fetched = people.sign_in(app, "olga").get(f"/organize/{forum.slug}/speakers/{sam}/files/{file_id}")
    assert fetched.data == pdf()
    assert fetched.headers["Content-Disposition"].startswith("attachment;")


# When I can come


def periods(app, speaker_id):
    with app.app_context():
        return [(row.id, row.starts_at, row.ends_at) for row in queries.speaker.list_availability(speaker_id)]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ({"from": "09:00", "to": "12:30"}, ("2026-12-18T00:00", "2026-12-18T03:30")),
        ({"from": "", "to": ""}, ("2026-12-17T15:00", "2026-12-18T15:00")),
        ({"from": "22:00", "to": "00:00"}, ("2026-12-18T13:00", "2026-12-18T15:00")),
    ],
)
def test_time_is_on_the_events_clocks(app, client, forum, sam, path, hours, expected):
    @transactional
    def move():
        db.session.get_one(Event, forum.event_id).timezone = "Asia/Tokyo"

    with app.app_context():
        move()
    client.post(f"{path}/availability", data={"day": "2026-12-18", **hours})
    [(period_id, *times)] = periods(app, sam)
    assert tuple(f"{time:%Y-%m-%dT%H:%M}" for time in times) == expected
    client.post(f"{path}/availability/{period_id}/remove")
    assert periods(app, sam) == []


@pytest.mark.parametrize(
    "typed",
    [
        {"day": "2026-12-18", "from": "12:00", "to": "09:00"},
        {"day": "2026-12-18", "from": "noon", "to": ""},
        {"day": "", "from": "", "to": ""},
        {"day": "9999-12-31", "from": "", "to": ""},
        {"day": "\x00", "from": "²", "to": "-1"},
    ],
)
def test_time_that_makes_no_sense_is_refused_and_kept(app, client, sam, path, typed):
    answer = client.post(f"{path}/availability?lang=en", data=typed)
    assert (answer.status_code, bool(problem(answer))) == (422, True)
    assert periods(app, sam) == []
    if typed["to"] == "09:00":
        assert 'value="12:00"' in answer.text


# The people I bring


@pytest.fixture
def troupe(app, client, forum, sam, path):
    """The speaker comes and may bring two people."""
    with app.app_context():
        services.speaker.change(
            forum.event_id, sam, SpeakerFacts(name=LocalizedText(fr="Sam Sidibé"), language="en", crew_limit=2)
        )
    client.post(f"{path}/answer", data={"answer": "yes"})


def crew(app, speaker_id):
    with app.app_context():
        return [(one.member.id, one.attendee.name) for one in queries.speaker_answer.list_crew(speaker_id)]


def test_page_of_a_crew_is_only_for_those_who_may_bring_one(client, path):
    assert client.get(f"{path}/crew").status_code == 404
    assert client.post(f"{path}/crew", data={"name": "Moussa"}).status_code == 404


@pytest.mark.usefixtures("troupe")
def test_crew_is_named_changed_and_removed(app, client, sam, path):
    hours = {"starts_at": "2026-12-18T08:00", "ends_at": "2026-12-18T11:00"}
    browser.submit(client, f"{path}/crew", {"name": "Moussa Diarra", **hours}, action="/crew")
    browser.submit(client, f"{path}/crew", action="/crew")
    assert [name for _id, name in crew(app, sam)] == ["Moussa Diarra", "Crew of Sam Sidibé, 1"]
    text = shown(client, f"{path}/crew")
    assert "Friday 18 December 2026, 08:00 – 11:00" in text
    assert "Everybody you may bring is named." in text
    assert "2 of 2" in shown(client, path)
    (first, _name), (second, _other) = crew(app, sam)
    browser.submit(client, f"{path}/crew", {f"c{second}-name": "Awa"}, action=f"/crew/{second}")
    client.post(f"{path}/crew/{first}/remove")
    assert crew(app, sam) == [(second, "Awa")]


@pytest.mark.usefixtures("troupe")
def test_wrong_hours_of_a_crew_are_told_beside_their_box(app, client, sam, path):
    typed = {"name": "Moussa", "starts_at": "2026-12-18T11:00", "ends_at": "2026-12-18T08:00"}
    answer = client.post(f"{path}/crew?lang=en", data=typed)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, ["ends_at"])
    assert 'value="Moussa"' in answer.text
    client.post(f"{path}/crew", data={"name": "Moussa"})
    [(member_id, _name)] = crew(app, sam)
    wrong = {f"c{member_id}-{name}": value for name, value in typed.items()}
    answer = client.post(f"{path}/crew/{member_id}?lang=en", data=wrong)
    assert (answer.status_code, list(browser.refusals(answer))) == (422, [f"c{member_id}-ends_at"])


@pytest.mark.usefixtures("troupe")
def test_one_more_than_agreed_hears_why(app, client, sam, path):
    for _time in range(2):
        client.post(f"{path}/crew")
    answer = client.post(f"{path}/crew?lang=en")
    assert "You can bring up to 2 people." in problem(answer)
    assert len(crew(app, sam)) == 2


@pytest.mark.usefixtures("troupe")
def test_who_was_let_in_is_not_removed_from_a_crew(app, client, forum, sam, path):
    client.post(f"{path}/crew")
    with app.app_context():
        [one] = queries.speaker_answer.list_crew(sam)
        member_id = one.member.id
        door.entrance(forum.event_id)
        door.ask(door.phone(forum.event_id), one.attendee.ticket.code)
    answer = client.post(f"{path}/crew/{member_id}/remove?lang=en")
    assert "has been let in already" in problem(answer)


def test_people_of_another_crew_are_not_mine(app, client, forum, path):
    with app.app_context():
        facts = SpeakerFacts(name=LocalizedText(fr="Other"), crew_limit=1)
        other = services.speaker.add(forum.event_id, facts).id
        services.speaker_answer.confirm(forum.event_id, other)
        member_id = services.crew.add(forum.event_id, other, CrewFacts("Moussa")).id
    assert client.post(f"{path}/crew/{member_id}", data={f"c{member_id}-name": "Taken"}).status_code == 404
    client.post(f"{path}/crew/{member_id}/remove")
    assert crew(app, other) == [(member_id, "Moussa")]


# My sessions


def test_session_says_who_comes_in_whose_place_and_how_many_want_to_see_it(app, client, forum, sam, path):
    with app.app_context():
        anne, bala = people.speaker(forum.event_id, "Anne"), people.speaker(forum.event_id, "Bala")
        ada = people.register(forum.event_id, "Ada", "Awa")
    facts = SessionFacts(
        title=LocalizedText(fr="Partir"), parts=(Part(sam), Part(anne, SpeakerRole.MODERATOR)), language="fr"
    )
    with app.app_context():
        session_id = services.programme.add_session(forum.event_id, facts).id

    @transactional
    def arrange():
        parts = {part.speaker_id: part for part in db.session.query(SessionSpeaker)}
        parts[sam].substitute_id, parts[sam].substitution = bala, Substitution.REPLACED
        parts[anne].substitute_id, parts[anne].substitution = bala, Substitution.REPRESENTED
        parts[sam].session.interpretation = ["en", "bm"]
        db.session.add(
            Agenda(registration_id=ada, event_id=forum.event_id, link_hash="0" * 64, updated_at=people.STARTS)
        )
        db.session.flush()
        db.session.add(AgendaItem(registration_id=ada, session_id=session_id, event_id=forum.event_id))

    with app.app_context():
        arrange()
        assert queries.agenda.count_by_session(forum.event_id) == {session_id: 2}
    text = shown(client, path)
    assert "In French · interpreted into English, Bambara Bala comes in your place" in text
    assert "With Anne (moderation), represented by Bala" in text
    assert "2 people have it on their list" in text
    with app.app_context():
        services.attendee.cancel(queries.registration.get(ada).attendees[0].id)
        assert queries.agenda.count_by_session(forum.event_id) == {session_id: 1}


@pytest.mark.parametrize("page", ["text", "photo", "slides", "availability", "crew", "answer", "photo.jpg"])
def test_link_that_leads_nowhere_says_what_to_do(app, client, forum, page):
    answer = client.open(f"/s/wrong/{page}?lang=en", method="POST" if page == "answer" else "GET")
    assert (answer.status_code, "This link leads to no speaker" in answer.text) == (404, True)
