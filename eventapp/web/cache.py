"""Public pages, kept in memory under the version of what they show.

The version comes from the database and is trusted for one second; so a change is seen within a second by every
process, and between two looks a page costs no query at all.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, current_app, g, request

from eventapp import clock, language, queries
from eventapp.errors import NotFound
from eventapp.queries.event import PublicState
from eventapp.rules.access import Right
from eventapp.web import auth, headers, reader

TRUST_SECONDS = 1.0
MAX_PAGES = 2_000
MAX_AGE_SECONDS = 60
"""Pages say what is on now, so none is older than this."""

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """A rendered page, ready to send."""

    body: bytes
    packed: bytes
    etag: str
    inline_style: str | None
    mimetype: str


def _memory() -> dict[object, object]:
    memory: dict[object, object] = current_app.extensions.setdefault("eventapp.pages", {})
    return memory


def _looked_up(key: object, look: Callable[[], T | None]) -> T | None:
    """The result of a look at the database that is trusted for a second. A miss is not kept."""
    memory = _memory()
    kept = memory.get(key)
    if isinstance(kept, tuple) and kept[0] > time.monotonic():
        found: T = kept[1]
        return found
    value = look()
    if value is not None:
        memory[key] = (time.monotonic() + TRUST_SECONDS, value)
    return value


def state_of(slug: str) -> PublicState:
    """The state of an event that guests may see. Raises NotFound for a draft, unless its own staff is looking."""
    state = _looked_up(("state", slug), lambda: queries.event.find_public_state(slug))
    if state is None:
        raise NotFound(slug)
    reader.prefer(list(state.languages))
    if not state.is_public:
        _admit_to_draft(slug)
    return state


def _admit_to_draft(slug: str) -> None:
    if auth.signed_in() is None:
        raise NotFound(slug)
    try:
        auth.admit(Right.SEE_DESK)
    finally:
        g.private_page = True


def page(slug: str, render: Callable[[], str], mimetype: str = "text/html") -> Response:
    """The public page at this address, from memory while nothing that it shows has changed."""
    state = state_of(slug)
    if not state.is_public:
        return Response(render(), mimetype=mimetype)
    return _kept(state, render, mimetype)


def site_page(render: Callable[[], str]) -> Response:
    """A page about all events, from memory while none of them has changed."""
    return _kept(_looked_up("site", queries.event.total_version), render, "text/html")


def _kept(version: object, render: Callable[[], str], mimetype: str) -> Response:
    memory = _memory()
    minute = int(clock.now().timestamp() // MAX_AGE_SECONDS)
    key = (request.path, language.current(), version, minute)
    cacheable = not request.query_string or request.query_string == b"lang=" + language.current().encode()
    kept = memory.get(key) if cacheable else None
    if not isinstance(kept, Page):
        text = render().encode()
        kept = Page(
            body=text,
            packed=headers.compressed(text, padded=False),
            etag=hashlib.sha256(text).hexdigest()[:20],
            inline_style=g.get("inline_style"),
            mimetype=mimetype,
        )
        if cacheable:
            if len(memory) > MAX_PAGES:
                memory.clear()
            memory[key] = kept
    return _answer(kept)


def _answer(page: Page) -> Response:
    g.inline_style = page.inline_style
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(page.packed if packed else page.body, mimetype=page.mimetype)
    response.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(page.etag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    if request.if_none_match:
        response.make_conditional(request)
    return response
