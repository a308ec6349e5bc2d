"""Sends a finished message: by SMTP, into a folder, or to the console."""

import ipaddress
import smtplib
import ssl
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

from eventapp.errors import Bounced, NoServer, Unknown, Unreachable
from eventapp.language import N_

TIMEOUT_SECONDS = 30
"""How long each answer of a mail server is waited for, but the last."""

LAST_ANSWER_SECONDS = 150
"""How long the answer to the whole message is waited for. RFC 5321 (4.5.3.2.6) asks for ten minutes, since whoever goes
sooner may send twice; others wait behind this one, so it is less. With the rest it is shorter than the lease."""

ODD_LETTERS = N_("The mail server takes no addresses with such letters (SMTPUTF8).")
MAX_ID = 200
_TOO_LARGE = 552
"""RFC 5321 4.2.3: exceeded storage allocation; with the size told beforehand, this message is too large (RFC 1870)."""


class Sender(Protocol):
    """Takes a finished message, and returns what the other side calls it, as far as it says so.

    ``begin`` is called once all is agreed and before the first byte of the message leaves: if what it does fails,
    nothing left. Raises Unreachable, Unknown, NoServer or Bounced, and what ``begin`` raises.
    """

    def __call__(self, message: EmailMessage, recipient: str, begin: Callable[[], None] = ...) -> str | None: ...


def leaves_the_machine(url: str) -> bool:
    """Whether messages go to a mail server, rather than into a folder or to the console."""
    return urlsplit(url).scheme in ("smtp", "smtps")


@contextmanager
def connect(url: str) -> Iterator[Sender]:
    """A way for several messages; a lost connection is opened anew for the next one.

    ``smtp://`` speaks TLS when the server offers it (STARTTLS, RFC 3207) and insists on it when there is a password,
    except on this machine itself; ``smtps://`` speaks it from the first byte. ``file:FOLDER`` writes one .eml file per
    message.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        yield _to_console
    elif parts.scheme == "file":
        yield _to_folder(Path(unquote(parts.netloc + parts.path)))
    else:
        with _smtp(parts) as sender:
            yield sender


def try_out(url: str) -> None:
    """Opens and closes a connection, as `connect` would. Raises NoServer."""
    if leaves_the_machine(url):
        _close(_open(urlsplit(url)))


def _at_once() -> None:
    """What is to be done before a message leaves: nothing."""


def _to_console(message: EmailMessage, recipient: str, begin: Callable[[], None] = _at_once) -> None:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    begin()
    sys.stdout.write(f"--- mail to {recipient}\n{headers}\n\n{text}\n")
    sys.stdout.flush()


def _to_folder(folder: Path) -> Sender:
    def send(message: EmailMessage, recipient: str, begin: Callable[[], None] = _at_once) -> None:
        begin()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stem = str(message["Message-ID"]).strip("<>").split("@")[0]
            draft = folder / f"{stem}.tmp"
            draft.write_bytes(message.as_bytes(policy=SMTP))
            draft.rename(folder / f"{stem}.eml")
        except OSError as error:
            raise NoServer(f"{folder}: {error.strerror}") from error

    return send


@contextmanager
def _smtp(parts: SplitResult) -> Iterator[Sender]:
    server: smtplib.SMTP | None = None

    def send(message: EmailMessage, recipient: str, begin: Callable[[], None] = _at_once) -> str:
        nonlocal server
        try:
            if server is not None and not _is_open(server):
                server = None
            server = server or _open(parts)
            return _hand_over(server, message, recipient, begin)
        except BaseException:
            # What the server still expects is not known, so the next message gets a connection of its own.
            if server is not None and not _is_ready(server):
                server = None
            raise

    try:
        yield send
    finally:
        if server is not None:
            _close(server)


def _is_open(server: smtplib.SMTP) -> bool:
    """Whether a connection that rested is still there: servers end them after a time, or after so many messages."""
    try:
        return server.noop()[0] == 250
    except (OSError, smtplib.SMTPException):
        server.close()
        return False


def _is_ready(server: smtplib.SMTP) -> bool:
    """Whether the server can be told to forget the message that was begun."""
    if server.sock is not None:
        with suppress(OSError, smtplib.SMTPException):
            server.sock.settimeout(TIMEOUT_SECONDS)
            if server.rset()[0] == 250:
                return True
        server.close()
    return False


def _hand_over(server: smtplib.SMTP, message: EmailMessage, recipient: str, begin: Callable[[], None]) -> str:
    """One message by an open connection (RFC 5321 3.3); returns what the server says of it, cut to 200 signs."""
    sender = message["From"].addresses[0].addr_spec
    is_ascii = sender.isascii() and recipient.isascii()
    content = message.as_bytes(policy=cast("EmailPolicy", message.policy).clone(utf8=not is_ascii, linesep="\r\n"))
    try:
        server.ehlo_or_helo_if_needed()
        options = [f"size={len(content)}"] if server.does_esmtp and server.has_extn("size") else []
        if not is_ascii:
            if not server.has_extn("smtputf8"):
                raise Bounced(ODD_LETTERS)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        code, said = server.mail(sender, options)
        if code != 250:
            # It is our own address or account that the server does not like: no fault of this recipient.
            raise (Bounced if code == _TOO_LARGE else Unreachable)(_line(code, said))
        code, said = server.rcpt(recipient)
        if code not in (250, 251):
            raise _refusal(code, said)
        begin()
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(str(error)) from error
    try:
        if server.sock is not None:
            server.sock.settimeout(LAST_ANSWER_SECONDS)
        code, said = server.data(content)
        if server.sock is not None:
            server.sock.settimeout(TIMEOUT_SECONDS)
    except smtplib.SMTPDataError as error:  # not even begun (RFC 5321 3.3): no answer 354
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unknown(str(error)) from error
    if code == -1:
        raise Unknown(_text(said))
    if code != 250:
        raise _refusal(code, said)
    return " ".join(_text(said).split())[:MAX_ID]


def _refusal(code: int, said: bytes | str) -> Exception:
    return (Bounced if 500 <= code < 600 else Unreachable)(_line(code, said))


def _line(code: int, said: bytes | str) -> str:
    return f"{code} {' '.join(_text(said).split())}".strip()


def _open(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    server: smtplib.SMTP | None = None
    try:
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
            server.ehlo()
            if not _is_here(host):
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                    server.ehlo()
                elif parts.password:
                    raise NoServer(f"{host} offers no TLS, so the password was not sent")
        if parts.username and parts.password:
            user, password = unquote(parts.username), unquote(parts.password)
            if not (user + password).isascii():
                raise NoServer(f"{host}: a user or password with other letters than ASCII cannot be sent")
            server.login(user, password)
    except (OSError, smtplib.SMTPException) as error:
        if server is not None:
            server.close()
        said = (
            f"{error.smtp_code} {_text(error.smtp_error)}"
            if isinstance(error, smtplib.SMTPResponseException)
            else error
        )
        raise NoServer(f"{host}: {said}") from error
    except NoServer:
        if server is not None:
            server.close()
        raise
    return server


def _is_here(host: str) -> bool:
    """Whether the server is on this machine: nobody listens in, and its certificate can rarely be checked."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _close(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
