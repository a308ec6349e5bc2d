"""Sends a finished message: by SMTP, into a folder, or to the console."""

import smtplib
import ssl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30


class Unreachable(Exception):
    """The message did not leave, and may be tried again later."""


class Bounced(Exception):
    """The other side refused this message for good (a 5xx answer, RFC 5321 4.2.1)."""


class Sender(Protocol):
    """Takes a finished message. Raises Unreachable or Bounced."""

    def __call__(self, message: EmailMessage, recipient: str) -> None: ...


@contextmanager
def connect(url: str) -> Iterator[Sender]:
    """A connection for several messages.

    ``smtp://`` speaks TLS when the server offers it (STARTTLS, RFC 3207) and insists on it when there is a password;
    ``smtps://`` speaks it from the first byte. ``file:FOLDER`` writes one .eml file per message.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        yield _to_console
    elif parts.scheme == "file":
        yield _to_folder(Path(unquote(parts.netloc + parts.path)))
    else:
        with _smtp(url) as sender:
            yield sender


def _to_console(message: EmailMessage, recipient: str) -> None:
    sys.stdout.write(f"--- mail to {recipient}\n{message.as_string()}\n")


def _to_folder(folder: Path) -> Sender:
    folder.mkdir(parents=True, exist_ok=True)

    def send(message: EmailMessage, recipient: str) -> None:
        stem = str(message["Message-ID"]).strip("<>").split("@")[0]
        draft = folder / f"{stem}.tmp"
        draft.write_bytes(message.as_bytes(policy=SMTP))
        draft.rename(folder / f"{time.strftime('%Y%m%d')}-{stem}.eml")

    return send


@contextmanager
def _smtp(url: str) -> Iterator[Sender]:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if parts.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"{host}: {error}") from error
    with server:
        try:
            if parts.scheme == "smtp":
                server.ehlo()
                if server.has_extn("starttls"):
                    server.starttls(context=context)
                    server.ehlo()
                elif parts.password:
                    raise Unreachable(f"{host} offers no TLS, so the password was not sent")
            if parts.username and parts.password:
                server.login(unquote(parts.username), unquote(parts.password))
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"{host}: {error}") from error

        def send(message: EmailMessage, recipient: str) -> None:
            try:
                server.send_message(message, to_addrs=[recipient])
            except smtplib.SMTPRecipientsRefused as error:
                code, text = next(iter(error.recipients.values()))
                _raise(code, text, error)
            except smtplib.SMTPResponseException as error:
                _raise(error.smtp_code, error.smtp_error, error)
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(str(error)) from error

        yield send


def _raise(code: int, text: bytes | str, error: Exception) -> None:
    said = f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    raise (Bounced(said) if 500 <= code < 600 else Unreachable(said)) from error
