"""An SMS service for tests: a real HTTP server that keeps what it is asked, and answers as it is told."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass
class Service:
    """What arrived, and what to answer: a status and a body. ``on_send`` is called before the answer goes out."""

    port: int = 0
    status: int = 200
    answer: str = '{"messages": [{"id": "sms-1"}]}'
    location: str = ""
    token: str = "first token"
    token_lasts: int = 3600
    asked: list[Asked] = field(default_factory=list)
    tokens_given: int = 0
    on_send: Callable[[], Any] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def open_service() -> Iterator[Service]:
    """The service, on a free port of this machine. ``/token`` gives tokens, any other address takes messages."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length).decode())
            if self.path == "/token":
                service.tokens_given += 1
                status, answer = 200, json.dumps({"access_token": service.token, "expires_in": service.token_lasts})
            else:
                service.asked.append(asked)
                status, answer = service.status, service.answer
                if service.on_send is not None:
                    service.on_send()
            self.send_response(status)
            if service.location:
                self.send_header("Location", service.location)
            self.end_headers()
            self.wfile.write(answer.encode())

        do_GET = do_POST = _answer  # noqa: N815  http.server's names

        def log_message(self, *_facts: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
