"""No more announcements: from the link in a message, by one tap, or by the mail program itself (RFC 8058)."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries, services
from eventapp.errors import NotFound
from eventapp.web import personal, reader

bp = Blueprint("unsubscribing", __name__)


@bp.route("/u/<secret>", methods=["GET", "POST"])
def show(secret: str) -> Response | BaseResponse | tuple[str, int]:
    """Asks; sent, it is done, and can be taken back. A mail program that sends it by itself is told so in a page,
    since such programs follow no redirection."""
    registration_id = services.unsubscribing.registration_id_of(secret)
    registration = queries.registration.get(registration_id)
    if registration.erased_at is not None:
        raise NotFound("registration")
    reader.prefer([registration.language])
    if request.method == "POST":
        is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
        services.unsubscribing.set_unsubscribed(registration_id, is_one_click or "again" not in request.form)
        if not is_one_click:
            return redirect(url_for(".show", secret=secret), 303)
        registration = queries.registration.get(registration_id)
    page = render_template(
        "public/unsubscribing_show.html",
        event=queries.event.get(registration.event_id),
        is_unsubscribed=registration.unsubscribed_at is not None,
    )
    return personal.answer(page)
