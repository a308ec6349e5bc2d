"""Public pages, kept in memory under the version of what they show.

The version comes from the database and is trusted for one second; so a change is seen within a second by every
process, and between two looks a page costs no query at all.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, current_app, g, request
from werkzeug.http import dump_options_header

from eventapp import clock, language, queries
from eventapp.errors import NotFound
from eventapp.queries.event import PublicState
from eventapp.rules.access import Right
from eventapp.web import auth, headers, reader

TRUST_SECONDS = 1.0
MAX_BYTES = 16 * 1024 * 1024
"""How much a process keeps; what is oldest makes room."""

MAX_AGE_SECONDS = 60
"""Pages say what is on now, so none is older than this."""

T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """A rendered page or file, ready to send: plain, and compressed unless it is so by itself."""

    body: bytes
    packed: bytes | None
    etag: str
    headers: list[tuple[str, str]]

    @property
    def size(self) -> int:
        """Roughly what it takes, in bytes."""
        return len(self.body) + len(self.packed or b"") + 2_000


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


def page(
    slug: str,
    render: Callable[[], str],
    mimetype: str = "text/html",
    *,
    choices: Collection[str] = (),
    is_timeless: bool = False,
) -> Response:
    """The public page at this address, from memory while nothing that it shows has changed.

    ``choices`` names what may stand in its query besides the language: each choice is a page of its own. One that
    does not exist says so while it is rendered (`do_not_keep`), so that made-up addresses leave nothing in memory.
    ``is_timeless``: it says nothing that depends on when it is read, so that its age does not matter.
    """
    state = state_of(slug)
    if not state.is_public:
        return Response(render(), mimetype=mimetype)
    return _kept(state, render, mimetype, choices, is_timeless=is_timeless)


_making = threading.Lock()
"""One file at a time: a crowd that asks for one that is not there yet waits for the first to be made."""


def file(
    slug: str, make: Callable[[], bytes], mimetype: str, filename: str, *, choices: Collection[str] = ()
) -> Response:
    """The public file at this address, such as a PDF: made once for each state of the event, language and choice.

    ``filename`` is what it is saved as. ``choices`` names what it depends on in its query besides the language; the
    rest of a query is ignored, so that no made-up address has anything made anew. A choice that does not exist has to
    raise NotFound in ``make``.
    """
    state = state_of(slug)
    named = ("Content-Disposition", dump_options_header("inline", {"filename": filename}))
    if not state.is_public:
        response = Response(make(), mimetype=mimetype)
        response.headers.add(*named)
        return response
    memory = _memory()
    chosen = tuple((name, request.args[name]) for name in sorted(choices) if name in request.args)
    key = (request.path, language.current(), state, chosen)
    kept = memory.get(key)
    if not isinstance(kept, Page):
        with _making:
            kept = memory.get(key)
            if not isinstance(kept, Page):
                kept = memory[key] = _ready(make(), None, mimetype, named)
                _make_room(memory)
    return _answer(kept)


def do_not_keep() -> None:
    """Says that the page which is being rendered answers an address that nobody will ask for again."""
    g.passing_page = True


def site_page(render: Callable[[], str]) -> Response:
    """A page about all events, from memory while none of them has changed."""
    return _kept(_looked_up("site", queries.event.total_version), render, "text/html")


def _kept(
    version: object,
    render: Callable[[], str],
    mimetype: str,
    choices: Collection[str] = (),
    *,
    is_timeless: bool = False,
) -> Response:
    memory = _memory()
    minute = 0 if is_timeless else int(clock.now().timestamp() // MAX_AGE_SECONDS)
    chosen = _chosen(choices)
    key = (request.path, language.current(), version, minute, chosen)
    kept = memory.get(key) if chosen is not None else None
    if not isinstance(kept, Page):
        kept = _page(render(), mimetype)
        if chosen is not None and "passing_page" not in g:
            memory[key] = kept
            _make_room(memory)
    return _answer(kept)


def _chosen(choices: Collection[str]) -> tuple[tuple[str, str], ...] | None:
    """What the query chooses, in a fixed order; None when it says anything else, and the page is not to be kept."""
    query = request.query_string
    if not query or query == b"lang=" + language.current().encode():
        return ()
    given = list(request.args.items(multi=True))
    names = {name for name, _ in given}
    if len(names) < len(given) or not names <= {"lang", *choices}:
        return None
    if request.args.get("lang", language.current()) != language.current():
        return None
    return tuple(sorted((name, value) for name, value in given if name != "lang"))


def _make_room(memory: dict[object, object]) -> None:
    """Forgets the oldest pages, until the rest is small enough."""
    pages = [(key, page) for key, page in list(memory.items()) if isinstance(page, Page)]
    total = sum(page.size for _, page in pages)
    for key, page in pages:
        if total <= MAX_BYTES:
            return
        memory.pop(key, None)
        total -= page.size


def _page(text: str, mimetype: str) -> Page:
    body = text.encode()
    return _ready(body, headers.compressed(body, padded=False), f"{mimetype}; charset=utf-8")


def _ready(body: bytes, packed: bytes | None, content_type: str, *more: tuple[str, str]) -> Page:
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Page(
        body=body,
        packed=packed,
        etag=etag,
        headers=[
            ("Content-Type", content_type),
            ("ETag", etag),
            ("Cache-Control", "no-cache"),
            ("Vary", "Accept-Encoding, Accept-Language, Cookie"),
            *more,
            *headers.security(g.get("inline_style")),
        ],
    )


def _answer(page: Page) -> Response:
    """The answer, with few steps: this is what a crowd asks for."""
    g.is_finished = True
    if request.environ.get("HTTP_IF_NONE_MATCH") and request.if_none_match.contains_weak(page.etag[3:-1]):
        return Response(status=304, headers=page.headers)
    if page.packed is None or "gzip" not in request.environ.get("HTTP_ACCEPT_ENCODING", ""):
        return Response(page.body, headers=page.headers)
    response = Response(page.packed, headers=page.headers)
    response.headers.add("Content-Encoding", "gzip")
    return response
