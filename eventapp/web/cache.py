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
    """A rendered page, ready to send, plain and compressed."""

    body: bytes
    packed: bytes
    etag: str
    headers: list[tuple[str, str]]


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
    query = request.query_string
    cacheable = not query or query == b"lang=" + language.current().encode()
    kept = memory.get(key) if cacheable else None
    if not isinstance(kept, Page):
        kept = _page(render(), mimetype)
        if cacheable:
            if len(memory) > MAX_PAGES:
                memory.clear()
            memory[key] = kept
    return _answer(kept)


def _page(text: str, mimetype: str) -> Page:
    body = text.encode()
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Page(
        body=body,
        packed=headers.compressed(body, padded=False),
        etag=etag,
        headers=[
            ("Content-Type", f"{mimetype}; charset=utf-8"),
            ("ETag", etag),
            ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding, Accept-Language, Cookie"),
            *headers.security(g.get("inline_style")),
        ],
    )


def _answer(page: Page) -> Response:
    """The answer, with few steps: this is what a crowd asks for."""
    g.is_finished = True
    if request.environ.get("HTTP_IF_NONE_MATCH") and request.if_none_match.contains_weak(page.etag[3:-1]):
        return Response(status=304, headers=page.headers)
    if "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
        return Response(page.body, headers=page.headers)
    response = Response(page.packed, headers=page.headers)
    response.headers.add("Content-Encoding", "gzip")
    return response
