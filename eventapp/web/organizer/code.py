"""Invitation codes: one made up by hand or many drawn at once, how far they are used, and withdrawing them."""

import io
import re
from enum import StrEnum
from math import ceil

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, language, queries, services
from eventapp.formats import table
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.queries.invitation_code import Standing
from eventapp.rules import code as rules
from eventapp.rules.vocabulary import TypeAccess
from eventapp.services.invitation_code import CodeFacts
from eventapp.web.forms import ChoiceField, CountField, FormIdField, InstantField, LineField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("code", __name__)

PAGE = 100
"""Codes on one page of the list."""


class Uses(StrEnum):
    """For how many people a code is good, as the form asks."""

    ONE = "one"
    SOME = "some"
    ALL = "all"


class _CodeForm(StaffForm):
    """What a code is good for."""

    form_id = FormIdField()
    ticket_type_id = ChoiceField(N_("Category"))
    uses = ChoiceField(N_("Good for"), default=Uses.ONE.value)
    max_people = CountField(
        N_("How many people"), least=1, most=100_000, description=N_("If it is good for several people.")
    )
    expires_at = InstantField(N_("Good until"), description=N_("Left empty: as long as people can register."))
    note = LineField(N_("Note"), max_length=200, description=N_("For the team: for whom it is. May stay empty."))


class OneForm(_CodeForm):
    """One code, made up by hand."""

    code = LineField(
        N_("Code"),
        max_length=40,
        description=N_("Six letters and digits or more. Capitals, blanks and hyphens make no difference, nor O and 0."),
    )


class DrawForm(_CodeForm):
    """Many codes, drawn at random."""

    number = CountField(N_("How many codes"), least=1, most=rules.MAX_DRAWN, default=10)


@bp.get("/<slug>/codes")
def index(slug: str) -> str:
    """The codes of this event, the latest first; of one category, or those that were drawn together."""
    type_id, drawn = _chosen("type"), _chosen("drawn")
    total = queries.invitation_code.count(g.event.id, type_id=type_id, drawn_with_id=drawn)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    return render_template(
        "organizer/code_list.html",
        rows=queries.invitation_code.list_standings(
            g.event.id, type_id=type_id, drawn_with_id=drawn, offset=(page - 1) * PAGE, limit=PAGE
        ),
        types=queries.registration.list_ticket_types(g.event.id),
        may_add=bool(_types_with_code()),
        type_id=type_id,
        drawn=drawn,
        total=total,
        page=page,
        last=last,
        written=rules.written,
        state=_state,
    )


def _chosen(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _state(row: Standing) -> tuple[str, str]:
    """How a code stands: a class and a word."""
    if row.code.revoked_at is not None:
        return "cancelled", _("withdrawn")
    if row.code.expires_at is not None and row.code.expires_at <= clock.now():
        return "cancelled", _("too old")
    if row.code.max_people is not None and row.people >= row.code.max_people:
        return "", _("used up")
    return "confirmed", _("good")


def _types_with_code() -> list[tuple[str, str]]:
    types = queries.registration.list_ticket_types(g.event.id)
    return [(str(one.id), str(one.name)) for one in types if one.access is TypeAccess.CODE]


@bp.route("/<slug>/codes/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """One that somebody made up, such as the name of a newspaper."""
    form = OneForm()
    _prepare(form)

    def change() -> None:
        services.invitation_code.add(
            g.event.id, form.code.data or "", _facts(form), account_id=frame.me(), form_id=form.form_id.data
        )

    if frame.attempt(form, change):
        return frame.done(_("Added."), ".index")
    return frame.page("code_form.html", form, title=_("Write a code"), button=_("Add"))


@bp.route("/<slug>/codes/draw", methods=["GET", "POST"])
def draw(slug: str) -> Answer:
    """Many at once, to be given out one by one."""
    form = DrawForm()
    _prepare(form)
    drawn: list[int] = []

    def change() -> None:
        first = services.invitation_code.draw(
            g.event.id, form.number.data or 0, _facts(form), account_id=frame.me(), form_id=form.form_id.data
        )
        drawn.append(first.id)

    if frame.attempt(form, change):
        return redirect(url_for(".index", slug=slug, drawn=drawn[0]), 303)
    return frame.page("code_form.html", form, title=_("Draw codes"), button=_("Draw"))


def _prepare(form: _CodeForm) -> None:
    form.ticket_type_id.choices = _types_with_code()
    form.uses.choices = [
        (Uses.ONE.value, _("one person")),
        (Uses.SOME.value, _("several people")),
        (Uses.ALL.value, _("as many as come")),
    ]
    form.expires_at.zone = g.event.timezone


def _facts(form: _CodeForm) -> CodeFacts:
    most = {Uses.ONE: 1, Uses.SOME: form.max_people.data or 1, Uses.ALL: None}
    return CodeFacts(
        ticket_type_id=int(form.ticket_type_id.data),
        max_people=most[Uses(form.uses.data)],
        expires_at=form.expires_at.data,
        note=form.note.data or "",
    )


@bp.get("/<slug>/codes.csv")
def file(slug: str) -> Response:
    """The codes of the list as a table, each with the link that fills it in."""
    rows = queries.invitation_code.list_standings(g.event.id, type_id=_chosen("type"), drawn_with_id=_chosen("drawn"))
    columns = [_("Code"), _("Link"), _("Category"), _("Good until"), _("Good for"), _("Used"), _("Note"), _("State")]
    out = io.BytesIO()
    table.write(out, "csv", columns, (_line(row) for row in reversed(rows)))
    headers = {"Content-Disposition": f'attachment; filename="{g.event.slug}-codes.csv"'}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


def _line(row: Standing) -> table.Row:
    address = url_for("public.registration.new", slug=g.event.slug, code=row.code.code)
    until = row.code.expires_at
    return (
        rules.written(row.code.code),
        f"{config.current().public_url}{address}",
        row.ticket_type.name.pick(g.event.languages).value,
        language.local(until, g.event.timezone) if until else None,
        row.code.max_people,
        row.people,
        row.code.note,
        _state(row)[1],
    )


@bp.post(f"/<slug>/codes/<{ID}:code_id>/withdraw")
def revoke(slug: str, code_id: int) -> BaseResponse:
    """The code registers nobody any more."""
    services.invitation_code.revoke(g.event.id, code_id, account_id=frame.me())
    return frame.done(_("The code is withdrawn. Who registered with it keeps their place."), ".index")


@bp.post(f"/<slug>/codes/<{ID}:code_id>/restore")
def restore(slug: str, code_id: int) -> BaseResponse:
    """It does again."""
    return frame.tried(
        lambda: services.invitation_code.restore(g.event.id, code_id, account_id=frame.me()),
        _("The code is good again."),
        ".index",
    )
