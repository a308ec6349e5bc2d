"""One person at the desk: their answers, what the entrance sees of them; and groups that come together, with papers."""

from typing import Any

from flask import Blueprint, g, redirect, request, url_for
from wtforms import BooleanField

from eventapp import language, queries, services
from eventapp.errors import Refused
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import checkin, links, names, questions
from eventapp.rules.access import Right
from eventapp.rules.vocabulary import MINORS, AgeBand, Channel, ConsentAnswer, ConsentPurpose, ConsentWay, Question
from eventapp.services.answer import Given
from eventapp.services.personality import MAX_NOTE, DoorFacts
from eventapp.services.registration import Booking, Person
from eventapp.web import auth, person_form
from eventapp.web.forms import ChoiceField, CountField, FormIdField, LineField, ParagraphsField, StaffForm, TicksField
from eventapp.web.organizer import frame, words
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.person_form import PersonForm

bp = Blueprint("person", __name__)


class AnswersForm(StaffForm, PersonForm):
    """What somebody answered."""

    consent_way = ChoiceField(
        N_("How they gave consent"), description=N_("Kept with the time, and with you as the one who was told.")
    )


class GroupForm(StaffForm):
    """A class, an association: people who come together."""

    form_id = FormIdField()
    group_name = LineField(N_("Name of the group"), description=N_("Such as “9th grade of the Lycée Technique”."))
    leader = LineField(
        N_("Teacher or leader"), max_length=names.MAX_LENGTH, description=N_("Gets a ticket too. May stay empty.")
    )
    phone = LineField(N_("Their phone"), max_length=60, description=N_("May stay empty."))
    email = LineField(N_("Their e-mail address"), max_length=254, description=N_("May stay empty."))
    people = ParagraphsField(N_("Names"), max_length=40_000, description=N_("One on each line, up to 100."))
    ticket_type_id = ChoiceField(N_("Category"))
    age_band = ChoiceField(N_("Age of all of them"), default="")
    has_papers = BooleanField(
        N_("The parents’ written authorisation is there for all of them"),
        description=N_("For some only, tick them on the next page."),
    )
    language = ChoiceField(N_("Language of tickets and messages"))


class PapersForm(StaffForm):
    """Whose written authorisation is there."""

    there = TicksField(N_("The written authorisation is there for"))


class DoorForm(StaffForm):
    """What the door sees of somebody."""

    door_note = LineField(
        N_("Note for the entrance"),
        max_length=MAX_NOTE,
        description=N_("Shown there with the answer, such as: wheelchair, entrance B. The person may ask to read it."),
    )
    companions = CountField(
        N_("Companions who are expected"),
        most=checkin.MOST_COMPANIONS,
        default=0,
        description=N_("People without a ticket of their own who come along, and are let in with one tap."),
    )
    is_personality = BooleanField(
        N_("The protocol desk waits for this person"),
        description=N_("Then they stand on the list of expected guests, there and on the phones at the entrance."),
    )


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/answers", methods=["GET", "POST"])
def answers(slug: str, attendee_id: int) -> Answer:
    """Changes what somebody answered and agreed to; nothing is compulsory here."""
    attendee = queries.question.get_person(g.event.id, attendee_id)
    asks = person_form.sheet(g.event, is_eased=True).for_types([attendee.ticket_type_id])
    if not auth.may_here(Right.SEE_SENSITIVE):
        asks = asks.without_sensitive()
    given = queries.question.answers_of([attendee_id]).get(attendee_id, {})
    guardian = queries.question.latest_consents(attendee_id).get(ConsentPurpose.GUARDIAN)
    has_agreed = guardian is not None and guardian.answer is ConsentAnswer.YES
    form = person_form.asking(AnswersForm, asks)(
        data={**person_form.present(attendee, given), "guardian_consent": has_agreed}
    )
    person_form.prepare([form])
    form.consent_way.choices = [(way.value, words.word(way)) for way in (ConsentWay.SPOKEN, ConsentWay.PAPER)]

    def change() -> None:
        way = ConsentWay(form.consent_way.data)
        person = person_form.read_person(
            asks, form, ticket_type_id=attendee.ticket_type_id, way=way, account_id=frame.me()
        )
        if form.errors:
            return
        if has_agreed and person.age_band in MINORS and not form.guardian_consent.data:
            person = person_form.without_guardian(person, way, frame.me())
        services.attendee.change_answers(
            attendee_id,
            person,
            untouched=person_form.untouched(asks),
            questions=[one.id for one in asks.own],
            by_account_id=frame.me(),
        )

    registration_id = attendee.registration_id
    if frame.attempt(form, change):
        return frame.done(_("Saved."), "organizer.registration.show", registration_id=registration_id)
    return frame.page(
        "registration_answers.html",
        form,
        name=attendee.name,
        registration_id=registration_id,
        types=[attendee.ticket_type],
        **person_form.facts(asks),
    )


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/door", methods=["GET", "POST"])
def door(slug: str, attendee_id: int) -> Answer:
    """What the door sees of somebody."""
    person = queries.registration.get_attendee_in(g.event.id, attendee_id)
    registration_id = person.registration_id
    form = DoorForm(obj=person)
    asked = request.args.get("companions", "")
    if request.method == "GET" and asked.isascii() and asked.isdigit() and len(asked) < 3:
        form.companions.data = int(asked)  # offered by the invitation: those who have a place and no name
    needs = person.needs if auth.may_here(Right.SEE_SENSITIVE) else None
    if request.method == "GET" and needs and "needs" in request.args:
        form.door_note.data = names.clean(needs)[:MAX_NOTE]  # to be shortened, and kept only when it is saved

    def change() -> None:
        facts = DoorFacts(
            note=form.door_note.data,
            companions=form.companions.data or 0,
            is_personality=form.is_personality.data,
        )
        services.personality.describe(g.event.id, attendee_id, facts, by_account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), "organizer.registration.show", registration_id=registration_id)
    return frame.page(
        "registration_door.html",
        form,
        name=person.name,
        attendee_id=attendee_id,
        registration_id=registration_id,
        needs=needs,
    )


@bp.route("/<slug>/registrations/group", methods=["GET", "POST"])
def group(slug: str) -> Answer:
    """Registers a group under one contact: a class with its teacher."""
    form = GroupForm(language=g.event.languages[0])
    types = queries.registration.list_ticket_types(g.event.id)
    form.ticket_type_id.choices = [(str(row.id), str(row.name)) for row in types]
    form.language.choices = [(code, language.NAMES[code]) for code in g.event.languages]
    ages = questions.CHOICES[Question.AGE_BAND].items()
    form.age_band.choices = [("", "—"), *((age.value, _(label)) for age, label in ages)]
    made: list[int] = []

    def change() -> None:
        people = _people(form)
        booking = Booking(
            form_id=form.form_id.data or links.random_secret(),
            language=form.language.data,
            people=people,
            email=services.contact.read_email(form.email.data),
            phone=services.contact.read_phone(form.phone.data),
            channel=Channel.ASSISTED,
            ticket_type_id=int(form.ticket_type_id.data),
            group_name=form.group_name.data,
        )
        try:
            made.append(services.registration.register(g.event.id, booking, by_account_id=frame.me()).id)
        except Refused as refused:
            if refused.code in ("nobody_named", "party_too_large"):
                refused.field = "people"
            raise

    if frame.attempt(form, change):
        is_asked = form.age_band.data in MINORS and not form.has_papers.data
        endpoint = "organizer.person.papers" if is_asked else "organizer.registration.show"
        return redirect(url_for(endpoint, slug=slug, registration_id=made[0]), 303)
    return frame.page("registration_group.html", form, places=queries.seats.for_newcomers(g.event))


def _people(form: Any) -> list[Person]:
    """The leader, if there is one, and everybody who has a line."""
    lines = [names.clean(line) for line in (form.people.data or "").split("\n")]
    found = [line for line in lines if line]
    if not found:
        raise Refused("nobody_named", field="people")
    if any(len(line) > names.MAX_LENGTH for line in found):
        raise Refused("name_too_long", field="people", max=names.MAX_LENGTH)
    age = AgeBand(form.age_band.data) if form.age_band.data else None
    consents = [_paper()] if age in MINORS and form.has_papers.data else []
    organization = form.group_name.data
    leader = [Person(name=form.leader.data, organization=organization)] if form.leader.data else []
    return [
        *leader,
        *(Person(name=name, organization=organization, age_band=age, consents=consents) for name in found),
    ]


def _paper() -> Given:
    return Given(
        ConsentPurpose.GUARDIAN,
        ConsentAnswer.YES,
        _(questions.GUARDIAN_CONSENT),
        language.current(),
        ConsentWay.PAPER,
        frame.me(),
    )


@bp.route(f"/<slug>/registrations/<{ID}:registration_id>/papers", methods=["GET", "POST"])
def papers(slug: str, registration_id: int) -> Answer:
    """For whom of those under 18 the written authorisation is there."""
    registration = queries.registration.get_in(g.event.id, registration_id)
    minors = [one for one in registration.attendees if one.age_band in MINORS]
    there = queries.question.list_authorised([one.id for one in minors])
    form = PapersForm(data={"there": [str(one) for one in there]})
    form.there.choices = [(str(one.id), one.name) for one in minors]

    def change() -> None:
        services.consent.note_papers(registration_id, {int(one) for one in form.there.data or ()}, _paper())

    if frame.attempt(form, change):
        number = len(form.there.data or ())
        message = ngettext("%(num)s authorisation is there.", "%(num)s authorisations are there.", number)
        return frame.done(message, "organizer.registration.show", registration_id=registration_id)
    return frame.page("registration_papers.html", form, registration_id=registration_id)
