"""A lost ticket: asked for here, sent by the way on file, and the same answer for everybody."""

import time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import services
from eventapp.errors import Refused
from eventapp.rules import refusals

bp = Blueprint("lost", __name__)

ANSWER_SECONDS = 0.2
"""How long an answer takes, found or not: long enough for a message to be queued, so that its time says nothing."""


@bp.route("/lost", methods=["GET", "POST"])
def show() -> BaseResponse | str | tuple[str, int]:
    """The form; sent, it says the same whether there is such a registration or not."""
    if request.method != "POST":
        return render_template("public/lost_show.html", typed={}, wrong={}, is_done="done" in request.args)
    began = time.monotonic()
    try:
        services.lost_ticket.ask(request.form.get("contact", "")[:300], request.form.get("name", "")[:300])
    except Refused as refused:
        wrong = {refused.field or "contact": refusals.sentence(refused)}
        return render_template("public/lost_show.html", typed=request.form, wrong=wrong, is_done=False), 422
    time.sleep(max(0.0, began + ANSWER_SECONDS - time.monotonic()))
    return redirect(url_for(".show", done="1"), 303)
