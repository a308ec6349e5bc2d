"""The application for phones that live in a time of their own: each request says when it arrives (X-Now).

EVENTAPP_... python -m granian --interface wsgi ... tests.flows.served:app
"""

import threading
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from eventapp import clock, config, create_app
from eventapp.db import db

_request = threading.local()


def _now() -> datetime:
    return getattr(_request, "at", None) or datetime.now(UTC)


clock.now = _now
_inner = create_app(config.read())

with _inner.app_context():
    if db.engine.dialect.name == "sqlite":

        @event.listens_for(db.engine, "connect")
        def _connect(connection: Any, _record: object) -> None:
            # Nothing here has to outlive a power cut, only the end of a process.
            connection.execute("pragma synchronous=off")


def app(environ: dict[str, Any], start_response: Any) -> Any:
    """The application, at the time that the request says."""
    said = environ.get("HTTP_X_NOW")
    _request.at = datetime.fromisoformat(said) if said else None
    return _inner(environ, start_response)
