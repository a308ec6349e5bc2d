"""What speakers say about themselves: public text, needs on stage, photographs of them, language, ticked tasks."""

from collections.abc import Callable

from flask import Blueprint, request

from eventapp import services
from eventapp.errors import Refused
from eventapp.language import N_, LocalizedText
from eventapp.rules import profile, refusals
from eventapp.rules.vocabulary import PhotoConsent
from eventapp.services.speaker_material import OwnTexts
from eventapp.web.forms import GuestForm, LocalizedField, ParagraphsField, show_refusal
from eventapp.web.speaker import own, programme
from eventapp.web.speaker.own import ID, Answer
from eventapp.web.speaker.programme import Refusal

bp = Blueprint("material", __name__)


class OwnTextForm(GuestForm):
    """What the public reads about a speaker; the name is the organizer's to change."""

    function = LocalizedField(N_("Function"), description=N_("For example: judge, singer, head of a school."))
    organization = LocalizedField(N_("Organization"))
    biography = LocalizedField(
        N_("Biography"), lines=6, max_length=5_000, description=N_("A few sentences. An empty line begins a new part.")
    )
    links = LocalizedField(
        N_("Web addresses"), lines=3, max_length=2_000, description=N_("Your website or pages about you, one a line.")
    )


@bp.route("/<secret>/text", methods=["GET", "POST"])
def text(secret: str) -> Answer:
    """My text in every language of the event; shown as guests will see it before it is saved."""
    mine = own.get(secret)
    form = OwnTextForm(obj=mine.speaker)
    shown: list[tuple[str, OwnTexts]] = []
    if form.validate_on_submit():
        try:
            typed = _typed(form)
            if "preview" not in request.form:
                services.speaker_material.set_texts(mine.event.id, mine.speaker.id, typed)
                return own.done("programme.show", secret, "saved")
            shown = [(code, _in_language(typed, code, mine.event.languages)) for code in mine.event.languages]
        except Refused as refused:
            show_refusal(form, refused)
            mine = own.get(secret)
    return own.page("material_text", mine, secret, status=422 if form.errors else 200, form=form, preview=shown)


def _typed(form: OwnTextForm) -> OwnTexts:
    return OwnTexts(
        function=form.function.data,
        organization=form.organization.data,
        biography=form.biography.data,
        links=profile.read_links(form.links.data),
    )


def _in_language(texts: OwnTexts, language: str, languages: list[str]) -> OwnTexts:
    """What a guest who reads this language sees: of each text the one in it, else the one that stands in."""

    def seen(text: LocalizedText) -> LocalizedText:
        value, its_language = text.pick(languages, language)
        return LocalizedText({its_language: value})

    return OwnTexts(
        function=seen(texts.function),
        organization=seen(texts.organization),
        biography=seen(texts.biography),
        links=seen(texts.links),
    )


class NeedsForm(GuestForm):
    """What somebody needs on stage."""

    needs = ParagraphsField(max_length=2_000)


@bp.post("/<secret>/needs")
def needs(secret: str) -> Answer:
    """What I need on stage; "nothing" is an answer too."""
    mine = own.get(secret)
    form = NeedsForm()
    if not form.validate():
        sentence = " ".join(map(str, form.needs.errors))
        return programme.page(mine, secret, Refusal("needs", sentence, form.needs.data or ""))
    said = "" if "nothing" in request.form else form.needs.data
    services.speaker_material.set_stage_needs(mine.event.id, mine.speaker.id, said)
    return own.done("programme.show", secret, "saved")


@bp.post("/<secret>/consent")
def consent(secret: str) -> Answer:
    """Whether photographs may show me."""

    def change(event_id: int, speaker_id: int) -> None:
        try:
            answer = PhotoConsent(request.form.get("consent", ""))
        except ValueError as error:
            raise Refused("answer_required") from error
        services.speaker_material.set_photo_consent(event_id, speaker_id, answer)

    return _changed(secret, "consent", change)


@bp.post("/<secret>/language")
def language(secret: str) -> Answer:
    """In which language I am written to."""

    def change(event_id: int, speaker_id: int) -> None:
        services.speaker_material.set_language(event_id, speaker_id, request.form.get("language", ""))

    return _changed(secret, "language", change)


@bp.post(f"/<secret>/tasks/<{ID}:task_id>")
def tick(secret: str, task_id: int) -> Answer:
    """A task is done, or not yet after all."""
    mine = own.get(secret)
    is_done = request.form.get("done") == "yes"
    services.speaker_material.tick(mine.event.id, mine.speaker.id, task_id, is_done=is_done)
    return own.done("programme.show", secret, "saved", part="tasks")


def _changed(secret: str, form: str, change: Callable[[int, int], None]) -> Answer:
    mine = own.get(secret)
    try:
        change(mine.event.id, mine.speaker.id)
    except Refused as refused:
        return programme.page(own.get(secret), secret, Refusal(form, refusals.sentence(refused)))
    return own.done("programme.show", secret, "saved")
