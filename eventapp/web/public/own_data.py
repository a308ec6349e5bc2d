"""What is stored about a registration: seen, taken along, erased; and the contact. Links get forwarded, so all but the
look needs a second proof."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.errors import NotFound, Refused
from eventapp.rules import phones, refusals
from eventapp.rules.proof import Proof, Way
from eventapp.web import personal, reader
from eventapp.web.public import own, own_words

if TYPE_CHECKING:
    from eventapp.models.registration import Registration

bp = Blueprint("own_data", __name__)


@dataclass
class State:
    """How a page with a proof stands: what is wrong, and whether a code was mailed just now."""

    problem: str | None = None
    is_code_sent: bool = False


def _open(secret: str) -> "Registration":
    registration = queries.registration.get_by_secret(secret)
    reader.prefer([registration.language])
    if registration.erased_at is not None:
        raise NotFound("registration")
    return registration


def _attempt(registration_id: int, ways: list[Way], change: Callable[[], None]) -> State | None:
    """Mails a code, or takes the proof and makes the change. None: it is done."""
    try:
        if not ways:
            raise Refused("proof_none")
        if "send_code" in request.form:
            services.proof.send_code(registration_id)
            return State(is_code_sent=True)
        services.proof.check(registration_id, _given(ways))
        change()
    except Refused as refused:
        return State(problem=refusals.sentence(refused))
    return None


def _given(ways: list[Way]) -> Proof:
    """What was typed: a code if there is one, else the other proof that is asked for."""
    if Way.CODE in ways and (request.form.get("proof_code", "").strip() or Way.PHONE not in ways):
        return Proof(Way.CODE, answer=request.form.get("proof_code", ""))
    return Proof(Way.PHONE, request.form.get("proof_name", ""), request.form.get("proof_phone", ""))


def _ways(registration: "Registration") -> list[Way]:
    return services.proof.ways(registration)


def _page(template: str, secret: str, state: State, **facts: object) -> Response | tuple[str, int]:
    registration = _open(secret)
    content = render_template(
        f"public/{template}",
        event=queries.event.get(registration.event_id),
        registration=registration,
        secret=secret,
        state=state,
        ways=_ways(registration),
        masked_phone=phones.masked(registration.phone) if registration.phone else None,
        typed=request.form,
        **facts,
    )
    return (content, 422) if state.problem else personal.answer(content)


@bp.route("/r/<secret>/data", methods=["GET", "POST"])
def show(secret: str) -> Response | tuple[str, int]:
    """All that is stored, in words; sent with a proof, it is a file to keep."""
    registration = _open(secret)
    state: State | None = State()
    if request.method == "POST":
        state = _attempt(registration.id, _ways(registration), lambda: None)
    stored = queries.own_data.get(_open(secret))
    if state is None:
        content = json.dumps(own_words.as_json(stored), ensure_ascii=False, indent=2).encode()
        response = personal.download(content, "application/json", filename="my-data.json")
        response.headers["Cache-Control"] = "no-store"
        return response
    return _page("own_data.html", secret, state, told=own_words.in_words(stored))


@bp.route("/r/<secret>/erase", methods=["GET", "POST"])
def erase(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """Erases one person, or everybody, after a proof."""
    registration = _open(secret)
    registration_id = registration.id
    ids = [one.id for one in registration.attendees if one.erased_at is None]
    state: State | None = State()
    if request.method == "POST":
        chosen = request.form.get("who", "")
        wanted = next((one for one in ids if str(one) == chosen), None)

        def change() -> None:
            if wanted is None:
                services.erasure.erase_all(registration_id)
            else:
                services.erasure.erase(wanted)

        if "send_code" not in request.form and chosen != "all" and wanted is None:
            state = State(problem=refusals.sentence(Refused("erase_nobody")))
        else:
            state = _attempt(registration_id, _ways(registration), change)
        if state is None:
            return redirect(url_for("public.registration.show", secret=secret, done="erased"), 303)
    return _page("own_erase.html", secret, state or State())


@bp.route("/r/<secret>/contact", methods=["GET", "POST"])
def contact(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """Changes how the contact is reached. What is on file serves as a proof, so changing it takes one."""
    registration = _open(secret)
    registration_id, phone = registration.id, registration.phone
    state: State | None = State()
    if request.method == "POST":
        new_email = request.form.get("email", registration.email or "")[:300]
        typed = request.form.get("phone", "")[:60]

        def change() -> None:
            new_phone = None if "no_phone" in request.form else typed.strip() or phone
            services.contact.set_contact(registration_id, new_email, new_phone, by_account_id=None)

        if not _ways(registration):
            state = _without_proof(change)
        else:
            state = _attempt(registration_id, _ways(registration), change)
        if state is None:
            return own.done(secret, "contact")
    return _page("own_contact.html", secret, state or State())


def _without_proof(change: Callable[[], None]) -> State | None:
    try:
        change()
    except Refused as refused:
        return State(problem=refusals.sentence(refused))
    return None
