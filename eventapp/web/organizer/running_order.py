"""The host's running order, from the programme as the team has it now."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, request

from eventapp import clock, language, queries
from eventapp.errors import NotFound
from eventapp.formats import occasion, pdf, running_order
from eventapp.formats.handout import Person, Words
from eventapp.formats.running_order import RunningOrder, Slot
from eventapp.language import N_, local, time
from eventapp.language import gettext as _
from eventapp.rules import programme as rules
from eventapp.rules.vocabulary import SessionKind, SpeakerAnswer
from eventapp.web import handouts

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.programme import EventSession, Room
    from eventapp.models.speaker import SessionSpeaker, Speaker

bp = Blueprint("running_order", __name__)

ANSWERS = {
    SpeakerAnswer.OPEN: N_("no answer yet"),
    SpeakerAnswer.CONFIRMED: N_("confirmed"),
    SpeakerAnswer.DECLINED: N_("declined"),
}


@bp.get("/<slug>/programme/running-order.pdf")
def as_pdf(slug: str) -> Response:
    """All sessions, or those of one room with what concerns everybody, as PDF."""
    event = g.event
    sessions = queries.programme.list_sessions(event.id)
    room = _room(event.id, request.args.get("room", ""))
    if room is not None:
        sessions = [s for s in sessions if s.room_id == room.id or (s.room_id is None and s.kind in rules.FOR_ALL)]
    now = clock.now()
    order = RunningOrder(
        language=language.current(),
        title=occasion.pick(event, event.title),
        accent=event.accent,
        made_at=now,
        made=_("As of %(moment)s", moment=language.moment(local(now, event.timezone))),
        days=[
            (language.day(day) if day else _("Without a time yet"), [_slot(event, session) for session in found])
            for day, found in rules.by_day(sessions, event.timezone)
        ],
        room=occasion.pick(event, room.name) if room is not None else "",
        demo=occasion.demo_notice(event),
    )
    answer = Response(running_order.write(order), mimetype=pdf.MIMETYPE)
    word = _("running-order")
    answer.headers.set("Content-Disposition", "inline", filename=f"{event.slug}-{word}.pdf")
    return answer


def _room(event_id: int, asked: str) -> "Room | None":
    """The room in the address, if one is. Raises NotFound for one that the event does not have."""
    if not asked:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise NotFound(asked)
    return queries.programme.get_room(event_id, int(asked))


def _slot(event: "Event", session: "EventSession") -> Slot:
    return Slot(
        title=occasion.pick(event, session.title),
        starts=_time(event, session.starts_at),
        ends=_time(event, session.ends_at),
        time_note=_("(placeholder)") if session.starts_at and rules.is_time_made_up(session, event) else "",
        length=_length(session.ends_at - session.starts_at) if session.starts_at and session.ends_at else "",
        cancelled=_("Cancelled") if session.cancelled_at is not None else "",
        is_break=session.kind is SessionKind.BREAK,
        place=" · ".join(
            filter(
                None,
                (
                    occasion.pick(event, session.room.name) if session.room else "",
                    handouts.spoken(session.language, session.interpretation),
                ),
            )
        ),
        people=[_person(event, part) for part in session.speakers],
        cues=[cue for cue in session.cues.splitlines() if cue.strip()],
        notes=[
            *(Words(line) for line in session.notes.splitlines()),
            *(_needs(event, part.substitute or part.speaker) for part in session.speakers),
        ],
    )


def _time(event: "Event", at: datetime | None) -> str:
    return time(local(at, event.timezone)) if at is not None else ""


def _length(length: timedelta) -> str:
    return _("%(minutes)s min", minutes=language.number(int(length.total_seconds() // 60)))


def _person(event: "Event", part: "SessionSpeaker") -> Person:
    there = part.substitute or part.speaker
    return Person(
        name=Words(occasion.pick(event, part.speaker.name), handouts.role_note(part.role)),
        how=handouts.how(part.substitution),
        stand_in=Words(occasion.pick(event, part.substitute.name)) if part.substitute else None,
        state=_("arrived") if there.arrived_at is not None else _(ANSWERS[there.answer]),
    )


def _needs(event: "Event", speaker: "Speaker") -> Words:
    """What somebody needs on stage; no words when they need nothing."""
    needs = " ".join((speaker.stage_needs or "").split())
    return Words(occasion.pick(event, speaker.name), f"– {needs}") if needs else Words("")
