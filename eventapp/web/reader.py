"""The reader's language: ``?lang=``, then a cookie, then ``Accept-Language``, then the event's first language."""

from functools import lru_cache

from flask import Flask, Response, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from eventapp import language

COOKIE = "lang"
COOKIE_SECONDS = 400 * 24 * 3600


def init_app(app: Flask) -> None:
    app.before_request(_choose)
    app.after_request(_remember)


def _choose() -> None:
    if ask(request.args.get("lang")):
        return
    if "HTTP_COOKIE" in request.environ:
        kept = request.cookies.get(COOKIE)
        if kept in language.LANGUAGES:
            language.choose(kept)
            return
    best = _best(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    g.language_open = best is None
    language.choose(best or language.LANGUAGES[0])


@lru_cache(maxsize=512)
def _best(accepted: str) -> str | None:
    """The language of ours that a browser likes best; browsers say the same few things again and again."""
    return parse_accept_header(accepted, LanguageAccept).best_match(language.LANGUAGES) if accepted else None


def ask(code: str | None) -> bool:
    """Speaks the language that the reader asked for, and remembers it; False if it is none of ours."""
    if code not in language.LANGUAGES:
        return False
    g.language_asked, g.language_open = code, False
    language.choose(code)
    return True


def prefer(languages: list[str]) -> None:
    """Speaks the first of these languages to a reader who said nothing about theirs."""
    if g.get("language_open") and languages:
        language.choose(languages[0])


def _remember(response: Response) -> Response:
    if "language_asked" in g:
        response.set_cookie(
            COOKIE, g.language_asked, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure, httponly=True
        )
    return response
