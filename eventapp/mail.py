"""Sends a finished message: by SMTP, into a folder, or to the console."""

import ipaddress
import smtplib
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import NoReturn, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from eventapp.language import N_

TIMEOUT_SECONDS = 30
ODD_LETTERS = N_("The mail server takes no addresses with such letters (SMTPUTF8).")
_TOO_LARGE = 552
"""RFC 5321 4.2.3: exceeded storage allocation; with the size told beforehand, this message is too large (RFC 1870)."""


class Unreachable(Exception):
    """The message did not leave, and may be tried again later."""


class NoServer(Unreachable):
    """The mail server itself cannot be used now, so no other message would leave either."""


class Bounced(Exception):
    """The other side refused this message for good (a 5xx answer, RFC 5321 4.2.1)."""


class Sender(Protocol):
    """Takes a finished message. Raises Unreachable, NoServer or Bounced."""

    def __call__(self, message: EmailMessage, recipient: str) -> None: ...


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


def _to_console(message: EmailMessage, recipient: str) -> None:
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    headers = "\n".join(f"{name}: {value}" for name, value in message.items())
    sys.stdout.write(f"--- mail to {recipient}\n{headers}\n\n{text}\n")
    sys.stdout.flush()


def _to_folder(folder: Path) -> Sender:
    def send(message: EmailMessage, recipient: str) -> None:
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

    def send(message: EmailMessage, recipient: str) -> None:
        nonlocal server
        server = server or _open(parts)
        try:
            server.send_message(message, to_addrs=[recipient])
        except (OSError, smtplib.SMTPException) as error:
            if server.sock is None or isinstance(error, smtplib.SMTPServerDisconnected):
                _close(server)
                server = None
            _explain(error)

    try:
        yield send
    finally:
        if server is not None:
            _close(server)


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
            server.login(unquote(parts.username), unquote(parts.password))
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


def _explain(error: OSError | smtplib.SMTPException) -> NoReturn:
    """Turns what went wrong while a message was sent into Bounced, Unreachable or NoServer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        said = f"{code} {_text(text)}"
        raise (Bounced(said) if 500 <= code < 600 else Unreachable(said)) from error
    if isinstance(error, smtplib.SMTPSenderRefused):
        # It is our own address or account that the server does not like: no fault of this recipient.
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise (Bounced(said) if error.smtp_code == _TOO_LARGE else Unreachable(said)) from error
    if isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise (Bounced(said) if 500 <= error.smtp_code < 600 else Unreachable(said)) from error
    if isinstance(error, smtplib.SMTPNotSupportedError):
        raise Bounced(ODD_LETTERS) from error
    raise Unreachable(str(error)) from error


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
