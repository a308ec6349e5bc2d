"""The people whom a performer brings, each with a ticket and hours of their own."""

from flask import Blueprint, request

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.language import N_
from eventapp.rules import names, refusals
from eventapp.services.crew import CrewFacts
from eventapp.web.forms import FormIdField, GuestForm, InstantField, LineField, show_refusal
from eventapp.web.speaker import own
from eventapp.web.speaker.own import ID, Answer, Own

bp = Blueprint("crew", __name__)


class CrewForm(GuestForm):
    """Somebody of a crew; every box may stay empty."""

    form_id = FormIdField()
    name = LineField(N_("Name"), max_length=names.MAX_LENGTH, description=N_("It may stay empty."))
    starts_at = InstantField(N_("From"))
    ends_at = InstantField(N_("To"))

    def facts(self) -> CrewFacts:
        return CrewFacts(self.name.data, self.starts_at.data, self.ends_at.data)


@bp.route("/<secret>/crew", methods=["GET", "POST"])
def index(secret: str) -> Answer:
    """Who comes with me, and one more."""
    mine = own.get(secret)
    if not mine.speaker.crew_limit and not queries.speaker_answer.list_crew(mine.speaker.id):
        raise NotFound("crew")
    form = _form(mine)
    if request.method == "POST" and form.validate():
        try:
            services.crew.add(mine.event.id, mine.speaker.id, form.facts(), form_id=form.form_id.data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done("crew.index", secret, "added")
    return _page(secret, form)


def _form(mine: Own, **more: object) -> CrewForm:
    form = CrewForm(**more)
    form.starts_at.zone = form.ends_at.zone = mine.event.timezone
    return form


def _page(secret: str, form: CrewForm, *, member_id: int | None = None) -> Answer:
    """The page; ``form`` is the one that was sent, for somebody who is there already (``member_id``) or a new one."""
    mine = own.get(secret)
    crew = queries.speaker_answer.list_crew(mine.speaker.id)
    forms = {one.member.id: _form(mine, formdata=None, prefix=f"c{one.member.id}", obj=one.member) for one in crew}
    for one in crew:
        forms[one.member.id].name.data = one.attendee.name
    if member_id is not None:
        forms[member_id], form = form, _form(mine, formdata=None)
    is_wrong = bool(form.errors or form.form_errors or (member_id and forms[member_id].errors))
    return own.page(
        "crew_list",
        mine,
        secret,
        status=422 if is_wrong else 200,
        form=form,
        forms=forms,
        crew=crew,
        is_full=sum(one.has_place for one in crew) >= mine.speaker.crew_limit,
        place=queries.speaker_answer.find_place(mine.speaker),
        wrong_id=member_id,
    )


@bp.post(f"/<secret>/crew/<{ID}:member_id>")
def change(secret: str, member_id: int) -> Answer:
    """Another name, or other hours."""
    mine = own.get(secret)
    queries.speaker_answer.get_crew_member(mine.speaker.id, member_id)
    form = _form(mine, prefix=f"c{member_id}")
    if form.validate():
        try:
            services.crew.change(mine.event.id, mine.speaker.id, member_id, form.facts())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return own.done("crew.index", secret, "saved")
    return _page(secret, form, member_id=member_id)


@bp.post(f"/<secret>/crew/<{ID}:member_id>/remove")
def remove(secret: str, member_id: int) -> Answer:
    """Somebody does not come after all."""
    mine = own.get(secret)
    try:
        services.crew.remove(mine.event.id, mine.speaker.id, member_id)
    except Refused as refused:
        form = _form(mine, formdata=None)
        form.form_errors.append(refusals.sentence(refused))
        return _page(secret, form)
    return own.done("crew.index", secret, "removed")
