"""What goes wrong, told to people as a page and to programs as problem details (RFC 9457)."""

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from eventapp.errors import NotAllowed, NotFound, Refused
from eventapp.language import gettext as _
from eventapp.rules import refusals

logger = logging.getLogger(__name__)


def init_app(app: Flask, busy: tuple[type[Exception], ...]) -> None:
    app.register_error_handler(NotFound, lambda error: answer(404))
    app.register_error_handler(NotAllowed, lambda error: answer(403))
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, lambda error: answer(400, _form_expired()))
    for error in busy:
        app.register_error_handler(error, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _bug)


def _form_expired() -> str:
    return _(
        "This page was open for too long or in another window. Please go back, load it again and send it once more."
    )


def _refused(error: Refused) -> tuple[Response | str, int]:
    return answer(409, refusals.sentence(error), code=error.code)


def _http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return answer(error.code)


def _busy(error: Exception) -> Response:
    """The database cannot be had: more people at once than it takes, or it is gone for a moment."""
    logger.error("The database cannot be had: %s", error)
    words = _("We cannot get to our register just now. Please send this again shortly; sent twice, it counts once.")
    response = make_response(answer(503, words))
    response.headers["Retry-After"] = "5"
    return response


def _bug(error: Exception) -> tuple[Response | str, int]:
    logger.error("Unexpected error", exc_info=error)
    return answer(500)


def titles() -> dict[int, str]:
    """The headline for each status that has its own."""
    return {
        400: _("This request could not be read"),
        401: _("Please sign in"),
        403: _("This is not yours to open"),
        404: _("There is nothing at this address"),
        405: _("This address is not used like that"),
        409: _("This cannot be done now"),
        410: _("This is no longer here"),
        413: _("This is too large"),
        429: _("Too many requests"),
        500: _("Something went wrong on our side"),
        503: _("One moment, please"),
    }


def answer(status: int, detail: str = "", *, code: str | None = None) -> tuple[Response | str, int]:
    """A status as a page, or as problem details under ``/api/``."""
    title = titles().get(status) or titles()[400 if status < 500 else 500]
    if request.path.startswith("/api/"):
        return problem(status, title, detail, code=code), status
    return render_template("errors/problem.html", status=status, title=title, detail=detail), status


def problem(status: int, title: str, detail: str = "", *, code: str | None = None, **more: object) -> Response:
    """Problem details as JSON (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "status": status, "title": title}
    if detail:
        body["detail"] = detail
    if code:
        body["code"] = code
    response = jsonify({**body, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response
