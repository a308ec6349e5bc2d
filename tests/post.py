"""A mail server for tests: keeps what it gets, and answers each recipient as it is told."""

import asyncio
import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


@dataclass
class Post:
    """What arrived, and what to answer. ``answers`` maps a recipient to the reply to RCPT, such as ``450 Later``."""

    port: int
    answers: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 OK"
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    on_data: Any = None
    stalls_for: set[str] = field(default_factory=set)
    """Recipients of whom the server says nothing at all."""
    stalls_after_data: bool = False
    """Whether it keeps what it gets, and never says so."""
    scheme: str = "smtp"
    logins: list[tuple[str, str]] = field(default_factory=list)
    connections: list[Any] = field(default_factory=list)
    loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.arrived]

    def hang_up(self) -> None:
        """Ends all connections, as servers do with those that rest."""

        async def end() -> None:
            while self.connections:
                self.connections.pop().close()
            await asyncio.sleep(0)

        if self.loop is not None:
            asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.loop = asyncio.get_running_loop()
        if server.transport not in self.connections:
            self.connections.append(server.transport)
        if address in self.stalls_for:
            await asyncio.sleep(60)  # the client goes before that, and this ends with it
        answer = self.answers.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.arrived += [(recipient, message) for recipient in envelope.rcpt_tos]
        if self.on_data is not None:
            self.on_data()
        if self.stalls_after_data:
            await asyncio.sleep(60)
        return self.after_data


@contextmanager
def open_office(
    *, takes_utf8: bool = True, scheme: str = "smtp", certificate: Path | None = None, password: str | None = None
) -> Iterator[Post]:
    """The server, on a free port of this machine.

    ``takes_utf8``: whether addresses may have any letters (RFC 6531). With a certificate (and its key in the same file)
    it speaks TLS: from the first byte for ``smtps``, else once it is asked to (STARTTLS), and it insists. With a
    password it takes messages of ``forum`` only.
    """
    post = Post(free_port(), scheme=scheme)
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)

    def authenticate(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        post.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=post.logins[-1] == ("forum", password), handled=False)

    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=post.port,
        enable_SMTPUTF8=takes_utf8,
        ssl_context=tls if scheme == "smtps" else None,
        tls_context=tls if scheme == "smtp" else None,
        require_starttls=tls is not None and scheme == "smtp",
        authenticator=authenticate,
        auth_required=password is not None and scheme == "smtp",
        auth_require_tls=scheme == "smtp",
    )
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
