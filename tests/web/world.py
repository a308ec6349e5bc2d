"""Two events with everything in them, and the address of every page in each: what the gates walk through."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import event as sa_event
from sqlalchemy import select
from werkzeug.routing import Rule

from eventapp import clock, queries, services
from eventapp.db import Base, db
from eventapp.formats.photo import Squares
from eventapp.formats.slides import PDF, Slides
from eventapp.language import LocalizedText
from eventapp.rules import custom_question
from eventapp.rules.custom_question import Asking
from eventapp.rules.mailing import Leaves
from eventapp.rules.vocabulary import (
    AgeBand,
    Asked,
    Audience,
    ConsentAnswer,
    ConsentPurpose,
    ConsentWay,
    DeliveryKind,
    HostRole,
    PrintKind,
    Question,
    QuestionKind,
    Role,
    TaskKind,
    TicketPaper,
    TypeAccess,
)
from eventapp.services.answer import Given
from eventapp.services.crew import CrewFacts
from eventapp.services.event import RegistrationSettings
from eventapp.services.invitation_code import CodeFacts
from eventapp.services.mailing import MailingFacts
from eventapp.services.personality import DoorFacts
from eventapp.services.programme import Part, SessionFacts
from eventapp.services.registration import Person
from eventapp.services.speaker import SpeakerFacts
from eventapp.services.speaker_task import TaskFacts
from eventapp.services.ticket_type import TypeFacts
from eventapp.services.window import NewWindow
from tests import people

UNTOUCHED_BY_READING = {"sign_in", "attempt"}
"""Tables that a look may write to (when a phone or a browser was last seen)."""


@dataclass(frozen=True)
class World:
    """An event with one or more of each thing, as the values that addresses are made of."""

    slug: str
    event_id: int
    values: dict[str, Any]


def build(slug: str, owner: str, *, size: int = 1) -> World:
    """An event of an owner with ``size`` of everything in it; needs an application context."""
    staged = people.stage(slug, owner)
    event_id = staged.event_id
    rooms, topics, speakers, sessions, hosts, sections, registrations, notices, edits = (
        [],
        [],
        [],
        [],
        [],
        [],
        [],
        [],
        [],
    )
    for number in range(1, size + 1):
        rooms.append(services.programme.add_room(event_id, LocalizedText(fr=f"Salle {number}")).id)
        topics.append(services.programme.add_topic(event_id, LocalizedText(fr=f"Sujet {number}")).id)
        speakers.append(people.speaker(event_id, f"Sam Sidibé {number}"))
        services.speaker.set_photo(event_id, speakers[-1], Squares(f"{slug} {number}".encode(), b"small"))
        facts = SessionFacts(
            title=LocalizedText(fr=f"Discussion {number}"),
            topic_id=topics[-1],
            room_id=rooms[-1],
            starts_at=people.STARTS,
            ends_at=people.ENDS,
            parts=(Part(speakers[-1]),),
        )
        sessions.append(services.programme.add_session(event_id, facts).id)
        ends_at = people.ENDS - timedelta(minutes=5)
        edits.append(services.timetable.resize(event_id, sessions[-1], ends_at))
        name = LocalizedText(fr=f"Organisation {number}")
        hosts.append(services.host.add(event_id, HostRole.PARTNER, name).id)
        title, body = LocalizedText(fr=f"Pratique {number}"), LocalizedText(fr="Venez à l’heure.")
        sections.append(services.section.add(event_id, title, body).id)
        registrations.append(people.register(event_id, f"Ada Traoré {number}", email=f"ada.{number}@example.org"))
        notices.append(services.notice.add(event_id, LocalizedText(fr=f"Salle {number} fermée")).id)
    for registered in registrations:
        guest_id = queries.registration.get(registered).attendees[0].id
        seen = DoorFacts(note="Fauteuil roulant", companions=2, is_personality=True)
        services.personality.describe(event_id, guest_id, seen)
    own = own_page(event_id, speakers[0], sessions[0], size)
    question = asked(event_id, registrations[0], size)
    places = seats(event_id, size)
    mailing_id = mailings(event_id, size)
    gone = queries.registration.get(people.register(event_id, "Bakary Diarra")).attendees[0].id
    services.erasure.erase(gone)
    services.release.release(event_id)
    invitations = [people.invite(event_id, name=f"Awa Diarra {number}", places=2) for number in range(1, size + 1)]
    services.invitation.accept(invitations[0], [Person(name=f"Invitee {number}") for number in range(min(size, 2))])
    registration = queries.registration.get(registrations[0])
    services.agenda.choose(registration.id, sessions)
    for session_id in sessions:  # each has somebody with a seat, and somebody who waits
        services.session_seat.set_seats(event_id, session_id, 1)
        for registered in registrations[:2]:
            for person in queries.registration.list_people(registered):
                services.session_seat.choose(registered, {person.id: [session_id]}, [session_id])
    run_id = printed(event_id, size)
    entrance = queries.checkpoint.list_of_event(event_id)[0]
    device = services.device.add(event_id, "Porte A", checkpoint_id=entrance.id)
    phone = queries.account.find_paired_phone(services.device.open_sign_in(device.device_id), clock.now())
    assert phone is not None
    for number in range(size):  # doors of sessions, and what their phones said of when they are open
        services.checkpoint.add_for_sessions(event_id, room_id=rooms[number])
        word = NewWindow(str(uuid.uuid4()), entrance.id, None, people.ENDS + timedelta(hours=number), clock.now())
        services.window.record(phone, [word])
    return World(
        slug,
        event_id,
        {
            "slug": slug,
            "session_slug": "discussion-1",
            "speaker_slug": "sam-sidibe-1",
            "room": rooms[0],
            "topic": topics[0],
            "host": hosts[0],
            "section": sections[0],
            "speaker_id": speakers[0],
            "session_id": sessions[0],
            "notice_id": notices[0],
            "sha256": queries.speaker.get_by_id(event_id, speakers[0]).photo_hash,
            "edit_id": edits[-1].id,
            "registration_id": registrations[0],
            "erased_id": gone,
            "attendee_id": registration.attendees[0].id,
            "code": people.ticket_codes(registrations[0])[0],
            "invitation_id": invitations[0],
            "invitation_secret": services.invitation.secret(queries.invitation.get_in(event_id, invitations[0])),
            "registration_secret": services.registration.secret(registration),
            "unsubscribe_secret": services.unsubscribing.secret(registrations[0]),
            "agenda_secret": services.agenda.secret(registrations[0]),
            "speaker_secret": people.speaker_secret(event_id, speakers[0]),
            **own,
            **places,
            "speaker_task": own["task_id"],
            "question": question,
            "run_id": run_id,
            "mailing_id": mailing_id,
            "device_id": device.device_id,
            "checkpoint_id": entrance.id,
            "checkpoint": entrance.id,
            "pair_secret": device.pair_secret,
            "personality": places["ticket_type"],
        },
    )


def own_page(event_id: int, speaker_id: int, session_id: int, size: int) -> dict[str, int]:
    """What speakers do on their own page, ``size`` times each; returns the ids of the first ones."""
    name = queries.speaker.get_by_id(event_id, speaker_id).name
    services.speaker.change(event_id, speaker_id, SpeakerFacts(name=name, crew_limit=size))
    services.speaker_answer.confirm(event_id, speaker_id)
    tasks, files, periods, crew = [], [], [], []
    for number in range(1, size + 1):
        task = TaskFacts(kind=TaskKind.CUSTOM, title=LocalizedText(fr=f"Contrat {number}"))
        tasks.append(services.speaker_task.add(event_id, task).id)
        content = Slides(f"exposé {number}.pdf", PDF, f"{event_id} {number}".encode())
        files.append(services.speaker_file.add(event_id, speaker_id, content, session_id=session_id).id)
        ends = people.ENDS + timedelta(hours=number)
        services.speaker_material.add_availability(event_id, speaker_id, people.STARTS, ends)
        periods = [period.id for period in queries.speaker.list_availability(speaker_id)]
        crew.append(services.crew.add(event_id, speaker_id, CrewFacts()).id)
    return {"task_id": tasks[0], "file_id": files[0], "period_id": periods[0], "member_id": crew[0]}


def seats(event_id: int, size: int) -> dict[str, int]:
    """Categories, shared seats and codes, and people who are to be decided, who wait, and who are to be called,
    ``size`` times each; returns the ids of the first ones."""
    types, pools, codes = [], [], []
    for number in range(1, size + 1):
        pools.append(services.seat_pool.add(event_id, f"Salle {number}", 1).id)
        with_code = TypeFacts(name=LocalizedText(fr=f"Presse {number}"), access=TypeAccess.CODE, pool_id=pools[-1])
        types.append(services.ticket_type.add(event_id, with_code).id)
        codes.append(services.invitation_code.add(event_id, f"PRESSE{number}", CodeFacts(ticket_type_id=types[-1])).id)
        approved = TypeFacts(name=LocalizedText(fr=f"Sur dossier {number}"), needs_approval=True)
        decided = services.ticket_type.add(event_id, approved).id
        people.register(event_id, f"Djénéba {number}", ticket_type_id=decided)
        turned_down = people.register(event_id, f"Fanta {number}", ticket_type_id=decided)
        services.approval.reject(event_id, [turned_down])
        narrow = services.ticket_type.add(event_id, TypeFacts(name=LocalizedText(fr=f"Salon {number}"), capacity=0)).id
        for name in (f"Awa {number}", f"Binta {number}"):
            people.register(event_id, name, ticket_type_id=narrow)
        wider = TypeFacts(name=LocalizedText(fr=f"Salon {number}"), capacity=1)
        services.ticket_type.change(event_id, narrow, wider)
        with_phone = people.register(event_id, f"Rokia {number}", phone=f"+2237654321{number}")
        asked_again = services.delivery.queue(with_phone, DeliveryKind.RECONFIRM)
    calls = queries.delivery.list_by_hand(event_id)
    assert asked_again is not None
    for call in calls:  # the team's first one is at work: the last that was taken is before them
        services.hand_queue.take(event_id, call.id, people.account("olga"))
    return {
        "ticket_type": types[0],
        "pool": pools[0],
        "code_id": codes[0],
        "delivery_id": calls[0].id,
        "asked_id": asked_again.id,
    }


def printed(event_id: int, size: int) -> int:
    """``size`` files of tickets that are ready; returns the id of the first."""
    options = {"paper": TicketPaper.A6, "ticket_type_id": None, "without_email": False}
    runs = []
    for number in range(1, size + 1):
        form_id = f"print-{number}"
        asked_for = services.print_run.ask(
            event_id, PrintKind.TICKETS, options, language="fr", form_id=form_id, by=people.account("olga")
        )
        runs.append(asked_for.id)
        claim = services.print_run.claim()
        assert claim is not None
        services.print_run.finish(claim, f"%PDF {event_id} {number}".encode())
    return runs[0]


def mailings(event_id: int, size: int) -> int:
    """Announcements that are drafts, scheduled and sent, ``size`` of each; returns the id of the first draft."""
    drafts = []
    for number in range(1, size + 1):
        for state in ("draft", "scheduled", "sent"):
            facts = MailingFacts(
                subject=LocalizedText(fr=f"Salle {number}"),
                body=LocalizedText(fr="La salle a changé."),
                leaves=Leaves(at=people.STARTS - timedelta(hours=number)),
            )
            form_id = f"{state}-{number}"
            new = services.mailing.draft(event_id, DeliveryKind.ANNOUNCEMENT, Audience.GUESTS, facts, form_id=form_id)
            if state == "draft":
                drafts.append(new.id)
            elif state == "scheduled":
                services.mailing.schedule(event_id, new.id)
            else:
                services.mailing.send_now(event_id, new.id)
                services.mailing.step(event_id, new.id)
    return drafts[0]


def asked(event_id: int, registration_id: int, size: int) -> int:
    """All built-in questions, ``size`` times each kind of question of one's own, and somebody under 18 who answered
    them; returns the id of the first."""
    places = RegistrationSettings(capacity=50, max_party=5, asked=dict.fromkeys(Question, Asked.OPTIONAL))
    services.event.set_registration(event_id, places)
    answers: dict[int, object] = {}
    ids = []
    for number in range(1, size + 1):
        label = LocalizedText(fr=f"Logement {number} ?", en=f"A place to sleep {number}?")
        ids.append(services.question.add(event_id, Asking(id=None, kind=QuestionKind.YES_NO, label=label)).id)
        nights = LocalizedText(fr=f"Nuits {number}", en=f"Nights {number}")
        choices = custom_question.choices({"fr": "Une\nDeux", "en": "One\nTwo"}, ())
        asking = Asking(
            id=None,
            kind=QuestionKind.SEVERAL_CHOICES,
            label=nights,
            choices=choices,
            shown_if_question_id=ids[-1],
            shown_if_value="yes",
        )
        answers |= {ids[-1]: True, services.question.add(event_id, asking).id: ["c1"]}
    attendee = queries.registration.get(registration_id).attendees[0]
    consents = [
        Given(purpose, ConsentAnswer.YES, "D’accord ?", "fr", ConsentWay.SPOKEN, people.account("olga"))
        for purpose in list(ConsentPurpose)[:size]
    ]
    person = Person(
        name=attendee.name,
        age_band=AgeBand.FROM_15_TO_17,
        needs="Une rampe",
        languages=["bm", "dogon"],
        answers=answers,
        consents=consents,
    )
    services.attendee.change_answers(attendee.id, person)
    return ids[0]


def address(rule: Rule, world: World) -> str:
    """The address of a page in this world. Raises KeyError for a part that the world lacks: give it one."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in ("row_id",):
            return str(world.values[rule.endpoint.split(".")[1]])
        if name == "secret" and rule.rule.startswith("/a/"):
            return str(world.values["agenda_secret"])
        if name == "secret" and rule.rule.startswith("/u/"):
            return str(world.values["unsubscribe_secret"])
        if name == "secret" and rule.rule.startswith("/i/"):
            return str(world.values["invitation_secret"])
        if name == "secret":
            return str(
                world.values[
                    {"public": "registration", "speaker": "speaker"}.get(rule.endpoint.split(".")[0], "pair")
                    + "_secret"
                ]
            )
        return str(world.values.get(name) or FIXED[name])

    return re.sub(r"<(?:[^:<>]+:)?(\w+)>", value, rule.rule)


FIXED = {
    "digest": "0",
    "filename": "css/guest.css",
    "kind": "confirmation",
    "token": "a" * 32,
    "scan_id": "00000000-0000-4000-8000-000000000000",
}


def rules(app: Flask, method: str) -> list[Rule]:
    """Every page that answers this method, in a fixed order."""
    return sorted((r for r in app.url_map.iter_rules() if method in (r.methods or ())), key=lambda r: r.rule)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that reading must leave alone; needs an application context."""
    db.session.rollback()
    return {
        table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr)
        for table in Base.metadata.sorted_tables
        if table.name not in UNTOUCHED_BY_READING
    }


def staff(world: World) -> None:
    """Gives an account each role in the event: ``owner``, ``organizer`` and so on; needs an application context."""
    for role in Role:
        people.grant(role.value, world.event_id, role)


class Statements:
    """Counts the statements that an engine is sent while this is open."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.count = 0

    def __enter__(self) -> "Statements":
        with self.app.app_context():
            self.engine = db.engine
        sa_event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        sa_event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, *_facts: object) -> None:
        self.count += 1
