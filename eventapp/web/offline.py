"""The worker (static/js/sw.js) that keeps guests' pages for times without a network: which pages, with which files.

Neither is listed by hand a second time: pages are endpoints, whose addresses the routes know, and files are those that
the templates of guests and speakers name.
"""

import json
import re
from functools import cache

from flask import Blueprint, Flask, Response, current_app, request

from eventapp import config, language
from eventapp.language import gettext as _
from eventapp.web import static

bp = Blueprint("offline", __name__)

KEPT = frozenset(
    {
        "public.event.show",
        "public.programme.show",
        "public.programme.session",
        "public.now.show",
        "public.speaker.index",
        "public.speaker.show",
        "public.registration.show",
        "public.own_ticket.index",
        "public.agenda.choose",
        "public.agenda.show",
        "public.ticket.show",
        "speaker.programme.show",
    }
)
"""The pages that a browser keeps once it has shown them. An answer with ``no-store`` is never kept."""

_BARE = re.compile(r"^ *//.*\n|^\s+| // .*$", re.MULTILINE)
"""Indentation and comments: every phone looks for a new worker once a day, and need not fetch our reasons."""

TEMPLATES = ("base.html", "public/*.html", "speaker/*.html")


def init_app(app: Flask) -> None:
    app.jinja_env.globals["is_kept_offline"] = is_kept


def is_kept() -> bool:
    """Whether the page that is being made is one of those."""
    return request.endpoint in KEPT


@bp.get("/sw.js")
def worker() -> Response:
    """The worker, with what it has to know in front of it."""
    response = Response(_worker(current_app._get_current_object()), mimetype="text/javascript")  # type: ignore[attr-defined]
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _worker(app: Flask) -> str:
    shell = {
        "version": static.tree_digest(),
        "files": [static.address(name) for name in _files()],
        "pages": "|".join(_pages(app)),
        "words": {code: _sentence(code) for code in language.LANGUAGES},
    }
    code = (config.resource_dir("static") / "js" / "sw.js").read_text()
    return f"const SHELL = {json.dumps(shell, ensure_ascii=False)};\n{_BARE.sub('', code)}"


def _files() -> list[str]:
    folder = config.resource_dir("templates")
    sources = (path.read_text() for pattern in TEMPLATES for path in folder.glob(pattern))
    return sorted({name for source in sources for name in re.findall(r"static\('([^']+)'\)", source)})


def _pages(app: Flask) -> list[str]:
    """Patterns of the addresses: no part of one holds a dot, behind which files begin (a ticket's picture)."""
    rules = sorted({rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in KEPT})
    return [re.sub(r"<[^>]+>", "[^/.]+", rule) for rule in rules]


def _sentence(code: str) -> str:
    with language.speaking(code):
        return _("No network: this is as of %(time)s.", time="{}")
