"""A speaker's own page: my sessions, where, when and with whom; and the same for the phone's calendar."""

from flask import Blueprint, Response, render_template, url_for

from eventapp import clock, config, language, queries
from eventapp.errors import NotFound
from eventapp.formats import ical
from eventapp.language import gettext as _
from eventapp.rules import event as event_rules
from eventapp.rules import programme as rules
from eventapp.rules.vocabulary import EventState
from eventapp.web import calendars, personal, reader

bp = Blueprint("programme", __name__)


@bp.errorhandler(NotFound)
def missing(_error: NotFound) -> tuple[str, int]:
    """Helps a speaker whose link is cut off or was replaced."""
    return render_template("speaker/programme_missing.html"), 404


@bp.get("/<secret>")
def show(secret: str) -> Response:
    """My sessions by day, with room, people and what clashes; also while the event is a draft."""
    speaker = queries.speaker.get_by_secret(secret)
    event = queries.event.get(speaker.event_id)
    reader.prefer(event.languages)
    sessions = queries.programme.list_own(event.id, speaker.id)
    by_id = {session.id: session for session in sessions}
    # The subscribing calendar sends no language of its own: the address names the reader's.
    path = url_for(".calendar", secret=secret, lang=language.current())
    address = config.current().public_url + path
    page = render_template(
        "speaker/programme_schedule.html",
        event=event,
        speaker=speaker,
        stage=event_rules.stage(event.state, event.starts_at, event.ends_at, clock.now()),
        days=rules.by_day(sessions, event.timezone),
        made_up={session.id for session in sessions if rules.is_time_made_up(session, event)},
        clashes=[(by_id[clash.first_id], by_id[clash.second_id]) for clash in rules.clashes_among(sessions)],
        is_public=event.state is not EventState.DRAFT and event.programme_released_at is not None,
        calendar_address=address,
        webcal_address=calendars.webcal(address),
    )
    return personal.answer(page)


@bp.get("/<secret>/schedule.ics")
def calendar(secret: str) -> Response:
    """My sessions as a calendar to subscribe to."""
    speaker = queries.speaker.get_by_secret(secret)
    event = queries.event.get(speaker.event_id)
    reader.prefer(event.languages)
    sessions = queries.programme.list_own(event.id, speaker.id, for_calendar=True)
    name = _("My sessions: %(event)s", event=event.title.pick(event.languages).value)
    content = ical.schedule(name, calendars.session_entries(event, sessions))
    return personal.answer(content, ical.MIMETYPE, filename="schedule.ics")
