"""A speaker's own page: do I come, what is missing, my sessions; and the same sessions for the phone's calendar."""

import re
from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, language, queries, services
from eventapp.formats import ical, programme_change
from eventapp.language import gettext as _
from eventapp.rules import event as event_rules
from eventapp.rules import programme as rules
from eventapp.rules import questions
from eventapp.rules import speaker as speaker_rules
from eventapp.rules.vocabulary import EventState, Question
from eventapp.web import calendars, personal
from eventapp.web.speaker import own
from eventapp.web.speaker.own import Answer, Own

bp = Blueprint("programme", __name__)


@dataclass(frozen=True)
class Refusal:
    """What one of the forms on the page got wrong, in words, and what was typed into it."""

    form: str
    sentence: str
    typed: str = ""


@bp.get("/<secret>")
def show(secret: str) -> Answer:
    """The answer, the tasks and my sessions by day; also while the event is a draft."""
    return page(own.get(secret), secret)


def page(mine: Own, secret: str, refusal: Refusal | None = None) -> Answer:
    """The page, with what a form on it got wrong."""
    speaker, event = mine
    sessions = queries.programme.list_own(event.id, speaker.id)
    by_id = {session.id: session for session in sessions}
    now = clock.now()
    facts = queries.speaker.list_material(event.id, speaker_id=speaker.id)[speaker.id]
    # The subscribing calendar sends no language of its own: the address names the reader's.
    address = config.current().public_url + url_for(
        "speaker.programme.calendar", secret=secret, lang=language.current()
    )
    return own.page(
        "programme_schedule",
        mine,
        secret,
        status=422 if refusal else 200,
        refusal=refusal,
        opened=refusal.form if refusal else request.args.get("open"),
        stage=event_rules.stage(event.state, event.starts_at, event.ends_at, now),
        place=queries.speaker_answer.find_place(speaker),
        tasks=speaker_rules.outstanding(
            queries.speaker.list_tasks(event.id), facts, language.local(now, event.timezone).date()
        ),
        files=len(queries.speaker_file.list_files(speaker.id)),
        periods=queries.speaker.list_availability(speaker.id),
        crew=queries.speaker_answer.list_crew(speaker.id),
        consents=[(str(value), _(label)) for value, label in questions.CHOICES[Question.PHOTO_CONSENT].items()],
        days=rules.by_day(sessions, event.timezone),
        made_up={session.id for session in sessions if rules.is_time_made_up(session, event)},
        clashes=[(by_id[clash.first_id], by_id[clash.second_id]) for clash in rules.clashes_among(sessions)],
        news=_news(mine),
        signed_up=queries.agenda.count_by_session(event.id),
        is_public=event.state is not EventState.DRAFT and event.programme_released_at is not None,
        calendar_address=address,
        webcal_address=calendars.webcal(address),
    )


@dataclass(frozen=True)
class News:
    """What is new in my sessions, up to which release."""

    number: int
    told: list[programme_change.Told]


def _news(mine: Own) -> News | None:
    speaker, event = mine
    news = queries.release.find_news_for_speaker(speaker)
    if news is None:
        return None
    return News(
        news.number,
        [
            programme_change.tell(change, news.before, news.after, event.timezone, event.languages)
            for change in news.changes
        ],
    )


@bp.post("/<secret>/seen")
def seen(secret: str) -> BaseResponse:
    """Notes that I know my sessions as they are now."""
    speaker, event = own.get(secret)
    number = request.form.get("number", "")
    if re.fullmatch(r"[0-9]{1,9}", number):
        services.release.note_seen(event.id, speaker.id, int(number))
    return own.done("programme.show", secret, "seen")


@bp.get("/<secret>/schedule.ics")
def calendar(secret: str) -> Response:
    """My sessions as a calendar to subscribe to."""
    speaker, event = own.get(secret)
    sessions = queries.programme.list_own(event.id, speaker.id, for_calendar=True)
    name = _("My sessions: %(event)s", event=event.title.pick(event.languages).value)
    content = ical.schedule(name, calendars.session_entries(event, sessions))
    return personal.answer(content, ical.MIMETYPE, filename="schedule.ics")
