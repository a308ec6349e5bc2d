"""A mail server for tests: keeps what it gets, and answers each recipient as it is told."""

import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Post:
    """What arrived, and what to answer. ``answers`` maps a recipient to the reply to RCPT, such as ``450 Later``."""

    port: int
    answers: dict[str, str] = field(default_factory=dict)
    after_data: str = "250 OK"
    arrived: list[tuple[str, EmailMessage]] = field(default_factory=list)
    on_data: Any = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.arrived]

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
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
        return self.after_data


@contextmanager
def open_office(*, takes_utf8: bool = True) -> Iterator[Post]:
    """The server, on a free port of this machine. ``takes_utf8``: whether addresses may have any letters (RFC 6531)."""
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port, enable_SMTPUTF8=takes_utf8)
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
