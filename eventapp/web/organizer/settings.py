"""What an event says about itself, when it is, who may register, and its colour."""

from flask import Blueprint, g
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ColorInput, ListWidget

from eventapp import clock, queries, services
from eventapp.errors import Refused
from eventapp.language import LANGUAGES, N_, NAMES
from eventapp.language import gettext as _
from eventapp.rules import colour as colours
from eventapp.rules import event as rules
from eventapp.rules import no_show, overbooking, questions
from eventapp.rules.vocabulary import Asked, FullHouse, Question
from eventapp.services.event import Dates, RegistrationSettings, Texts, WaitingSettings
from eventapp.web.forms import ChoiceField, CountField, InstantField, LineField, LocalizedField, StaffForm
from eventapp.web.organizer import frame, move, words
from eventapp.web.organizer.frame import Answer

bp = Blueprint("settings", __name__)

MARKDOWN = N_("A blank line begins a paragraph, **two stars** make bold, and [words](https://…) a link.")


class TextsForm(StaffForm):
    """What the event's page says."""

    title = LocalizedField(N_("Title"), required=True)
    theme = LocalizedField(N_("Theme"), description=N_("One sentence under the title."))
    description = LocalizedField(N_("Description"), lines=7, max_length=10_000, description=MARKDOWN)
    venue = LocalizedField(N_("Venue"), description=N_("Name of the place, as people know it."))
    city = LocalizedField(N_("City and country"))
    contact_email = LineField(
        N_("Contact"), max_length=254, description=N_("An e-mail address for questions. Everyone sees it.")
    )
    privacy = LocalizedField(
        N_("Privacy notice"),
        lines=5,
        max_length=10_000,
        description=N_("Left empty, the standard notice is shown. It says what is asked, why, and for how long."),
    )


class DatesForm(StaffForm):
    """When the event is, and in which languages it speaks."""

    timezone = ChoiceField(
        N_("Time zone"),
        description=N_("The city on whose clocks all times are read. Times that are written keep their time of day."),
    )
    starts_at = InstantField(N_("Start"), description=N_("May stay empty until it is known."))
    ends_at = InstantField(N_("End"))
    time_is_known = BooleanField(
        N_("The time of day is certain"), description=N_("If it is not, pages show the day and “time to be confirmed”.")
    )
    languages = SelectMultipleField(
        N_("Languages of the event"), widget=ListWidget(), option_widget=CheckboxInput(), validate_choice=False
    )
    first_language = ChoiceField(
        N_("First language"), description=N_("Its texts stand in where a text of the other language is missing.")
    )


class RegistrationForm(StaffForm):
    """Who may register, when, and what they are asked."""

    capacity = CountField(
        N_("Seats"), description=N_("Left empty, there is no limit. New seats go to those who wait first.")
    )
    max_party = CountField(N_("People on one registration, at most"), least=1, most=100)
    full_house = ChoiceField(
        N_("When all seats are taken, people without a ticket at the entrance"),
        description=N_("Set it beforehand: the phones decide by it without a network."),
    )
    opens_at = InstantField(N_("Registration opens"), description=N_("Left empty: as soon as the event is published."))
    closes_at = InstantField(N_("Registration closes"), description=N_("Left empty: at the end of the event."))
    organization = ChoiceField(questions.LABELS[Question.ORGANIZATION])
    organization_type = ChoiceField(questions.LABELS[Question.ORGANIZATION_TYPE])
    function = ChoiceField(questions.LABELS[Question.FUNCTION])
    sex = ChoiceField(questions.LABELS[Question.SEX])
    age_band = ChoiceField(questions.LABELS[Question.AGE_BAND])
    region = ChoiceField(questions.LABELS[Question.REGION])
    languages = ChoiceField(questions.LABELS[Question.LANGUAGES])
    needs = ChoiceField(questions.LABELS[Question.NEEDS])
    photo_consent = ChoiceField(questions.LABELS[Question.PHOTO_CONSENT])
    contact_consent = ChoiceField(questions.LABELS[Question.CONTACT_CONSENT])


class WaitingForm(StaffForm):
    """What happens with places when there are none left, and with those of people who do not come."""

    waiting_list = BooleanField(N_("When all seats are taken, people can join a waiting list"))
    offer_hours = CountField(
        N_("Hours in which a free place is kept for whoever is next"),
        least=1,
        most=336,
        description=N_(
            "No offer ends at night, between 19:00 and 10:00. Left empty, whoever is next has the place at once, "
            "without being asked."
        ),
    )
    reconfirm_days = CountField(
        N_("Days before the start at which people are asked whether they still come"),
        least=1,
        most=60,
        description=N_("By mail with one tap; whoever has no address is put on the list of those to call."),
    )
    release_days = CountField(
        N_("Days before the start at which places without an answer are taken back"),
        least=1,
        most=59,
        description=N_(
            "Left empty, nobody loses a place. Otherwise the registration form says so, and only who was really asked "
            "can lose it."
        ),
    )
    unclaimed_minutes = CountField(
        N_("Minutes after the start at which places of people who are not there open to those at the door"),
        least=1,
        most=1440,
        description=N_("Left empty, never. The tickets stay good: whoever comes late is let in."),
    )


class ColourForm(StaffForm):
    """The colour of buttons, links and the woven band."""

    accent = StringField(
        N_("Colour"), widget=ColorInput(), description=N_("A strong, dark colour: white words on it must be readable.")
    )


@bp.route("/<slug>/texts", methods=["GET", "POST"])
def texts(slug: str) -> Answer:
    """Title, theme, description, place, contact, privacy notice."""
    form = TextsForm(obj=g.event)

    def change() -> None:
        given = Texts(
            title=form.title.data,
            theme=form.theme.data,
            description=form.description.data,
            venue=form.venue.data,
            city=form.city.data,
            privacy=form.privacy.data,
            contact_email=form.contact_email.data,
        )
        services.event.set_texts(g.event.id, given, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".texts")
    return frame.page("settings_texts.html", form, moved=move.waiting(g.event))


@bp.route("/<slug>/dates", methods=["GET", "POST"])
def dates(slug: str) -> Answer:
    """Days, zone, languages."""
    event = g.event
    form = DatesForm(obj=event, first_language=event.languages[0])
    form.timezone.choices = words.zones(event.timezone)
    form.languages.choices = [(code, NAMES[code]) for code in LANGUAGES]
    form.first_language.choices = [(code, NAMES[code]) for code in LANGUAGES]
    zone = form.timezone.data if form.timezone.data in rules.zones() else event.timezone
    form.starts_at.zone = form.ends_at.zone = zone

    def change() -> None:
        chosen = [code for code in LANGUAGES if code in (form.languages.data or [])]
        first = form.first_language.data
        given = Dates(
            languages=sorted(chosen, key=lambda code: code != first),
            timezone=form.timezone.data,
            starts_at=form.starts_at.data,
            ends_at=form.ends_at.data,
            time_is_known=form.time_is_known.data,
        )
        services.event.set_dates(event.id, given, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".dates")
    held = queries.mailing.count_held(event)
    return frame.page("settings_dates.html", form, moved=move.waiting(g.event), held=held)


@bp.route("/<slug>/places", methods=["GET", "POST"])
def registration(slug: str) -> Answer:
    """Seats, window, questions."""
    event = g.event
    asked = questions.asked(event.asked)
    form = RegistrationForm(
        capacity=event.capacity,
        max_party=event.max_party,
        full_house=event.full_house.value,
        opens_at=event.registration_opens_at,
        closes_at=event.registration_closes_at,
        **{question.value: asked.get(question, Asked.OFF) for question in Question},
    )
    for question in Question:
        form[question.value].choices = [(need.value, words.word(need)) for need in questions.may_be(question)]
    form.full_house.choices = words.choices(FullHouse)
    form.opens_at.zone = form.closes_at.zone = event.timezone

    def change() -> None:
        given = RegistrationSettings(
            capacity=form.capacity.data,
            max_party=form.max_party.data or 1,
            full_house=FullHouse(form.full_house.data),
            opens_at=form.opens_at.data,
            closes_at=form.closes_at.data,
            asked={question: Asked(form[question.value].data) for question in Question},
        )
        services.event.set_registration(event.id, given, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".registration")
    past = queries.past_event.list_attendance(event, clock.now())
    return frame.page(
        "settings_registration.html",
        form,
        questions=[form[question.value] for question in Question],
        past=past,
        suggestion=overbooking.suggest(event.capacity or 0, [one.past for one in past]),
    )


@bp.route("/<slug>/places/waiting", methods=["GET", "POST"])
def waiting(slug: str) -> Answer:
    """The waiting list, and places of people who do not come."""
    event = g.event
    form = WaitingForm(obj=event)

    def change() -> None:
        given = WaitingSettings(
            waiting_list=form.waiting_list.data,
            offer_hours=form.offer_hours.data,
            reconfirm_days=form.reconfirm_days.data,
            release_days=form.release_days.data,
            unclaimed_minutes=form.unclaimed_minutes.data,
        )
        services.event.set_waiting(event.id, given, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".waiting")
    released_at = no_show.released_at(event.starts_at, event.release_days, event.timezone)
    return frame.page("settings_waiting.html", form, released_at=released_at)


@bp.route("/<slug>/colour", methods=["GET", "POST"])
def colour(slug: str) -> Answer:
    """The colour of the event's pages."""
    form = ColourForm(obj=g.event)

    def change() -> None:
        services.event.set_accent(g.event.id, form.accent.data or "", account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("Saved."), ".colour")
    try:
        palette = colours.palette(form.accent.data or "")
    except Refused:
        palette = colours.palette(g.event.accent)
    return frame.page("settings_colour.html", form, palette=palette)
