"""Sends an SMS by a service on the web, as the settings describe it: where to, in which form, and what it answers."""

import base64
import http.client
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, quote_plus, unquote, urlsplit

from eventapp.config import Settings
from eventapp.errors import Bounced, NoServer, Unknown, Unreachable

TIMEOUT_SECONDS = 30
MOST_SECONDS = 60
"""How long an answer may take in all, however slowly it comes."""

MAX_ANSWER = 64 * 1024
MAX_SAID = 200
MAX_ID = 200
TOKEN_MARGIN_SECONDS = 60

_ABOUT_US = frozenset({401, 402, 403, 404, 405, 407, 415})
"""Answers that are about our account, our credit or the settings, not about this message: it is tried again."""

_LATER = frozenset({408, 425, 429, 503})
_BLANK = re.compile(r"\{(\w+)\}")
_NUMBER = re.compile(r"\+?\d[\d .-]{5,}\d")
_AGENT = "eventapp"


@dataclass(kw_only=True)
class Gateway:
    """An SMS service. Keeps the token that it was given for as long as it is good."""

    url: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    token_url: str | None = None
    id_path: str | None = None
    sent: re.Pattern[str] | None = None
    _token: str = field(default="", repr=False)
    _token_until: float = 0.0

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def send(self, to: str, text: str, message_id: str) -> str | None:
        """Hands over one SMS to a number (E.164); returns what the service calls it, if that was asked for.

        ``message_id`` is the same on a retry. Raises Unreachable, Unknown, NoServer or Bounced, in words that hold
        neither numbers nor secrets.
        """
        blanks = {"to": to, "number": to.removeprefix("+"), "text": text, "id": message_id}
        url = urlsplit(_filled(self.url, blanks, _in_address))
        body, kind = _body(self.body, blanks)
        status, answer = self._ask(url, body, kind)
        if status == 401 and self.token_url is not None:
            self._token_until = 0.0  # ended before its time
            status, answer = self._ask(url, body, kind)
        said = self._said(status, answer)
        if status in _ABOUT_US or 300 <= status < 400:
            raise NoServer(said)
        if status in _LATER:
            raise Unreachable(said)
        if status >= 500:
            raise Unknown(said)
        if not 200 <= status < 300:
            raise Bounced(said)
        if self.sent is not None and not self.sent.search(answer):
            raise Unreachable(said)
        return _found(answer, self.id_path)

    def try_out(self) -> None:
        """Opens and closes a connection, and fetches a token where one is needed; sends nothing. Raises NoServer."""
        try:
            connection = _connection(urlsplit(self.url))
            connection.connect()
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise NoServer(f"{self.host}: {error}") from error
        self._authorization()

    def _ask(self, url: SplitResult, body: bytes | None, kind: str | None) -> tuple[int, str]:
        headers = {"User-Agent": _AGENT, "Accept": "*/*", **({"Content-Type": kind} if kind else {}), **self.headers}
        authorization = self._authorization()
        if authorization:
            headers["Authorization"] = authorization
        try:
            return _exchange(url, body, headers)
        except (ConnectionRefusedError, socket.gaierror, ssl.SSLError) as error:
            raise NoServer(f"{self.host}: {error}") from error
        except (OSError, http.client.HTTPException) as error:
            # It may have taken the message before the connection broke.
            raise Unknown(f"{self.host}: {error or type(error).__name__}") from error

    def _authorization(self) -> str:
        if self.token_url is None:
            return _basic(urlsplit(self.url))
        if time.monotonic() >= self._token_until:
            self._fetch_token(urlsplit(self.token_url))
        return f"Bearer {self._token}"

    def _fetch_token(self, url: SplitResult) -> None:
        """The client credentials grant of OAuth 2 (RFC 6749, 4.4)."""
        headers = {
            "User-Agent": _AGENT,
            "Accept": "application/json",
            "Authorization": _basic(url),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            status, answer = _exchange(url, b"grant_type=client_credentials", headers)
        except (OSError, http.client.HTTPException) as error:
            raise NoServer(f"{url.hostname}: {error}") from error
        token = _found(answer, "access_token", most=MAX_ANSWER)
        if status != 200 or not token or not re.fullmatch(r"[\x21-\x7e]+", token):
            raise NoServer(f"{url.hostname}: {status}, no token was given")
        lasts = _found(answer, "expires_in") or ""
        seconds = int(lasts) if lasts.isdecimal() else 0
        self._token, self._token_until = token, time.monotonic() + max(1, seconds - TOKEN_MARGIN_SECONDS)

    def _said(self, status: int, answer: str) -> str:
        """What the service said, for the team and the log: without numbers, and without anything that is secret."""
        said = " ".join(re.sub(r"<[^<>]*>", " ", answer).split())[: MAX_SAID * 2]
        for secret in sorted(self._secrets(), key=len, reverse=True):
            said = said.replace(secret, "***")
        said = _NUMBER.sub("(number)", said)[:MAX_SAID]
        return f"{self.host}: {status} {said}".rstrip()

    def _secrets(self) -> set[str]:
        parts = [urlsplit(url) for url in (self.url, self.token_url) if url]
        hidden = {unquote(part) for url in parts for part in (url.username, url.password) if part}
        hidden |= {unquote(pair.partition("=")[2]) for url in parts for pair in url.query.split("&")}
        hidden |= {self._token, *self.headers.values()}
        return {secret for secret in hidden if len(secret) >= 4 and "{" not in secret}


def gateway(settings: Settings) -> Gateway | None:
    """The service that the settings describe; None: there is none."""
    if settings.sms_url is None:
        return None
    return Gateway(
        url=settings.sms_url,
        body=settings.sms_body,
        headers=settings.sms_headers or {},
        token_url=settings.sms_token_url,
        id_path=settings.sms_id,
        sent=settings.sms_sent,
    )


def _filled(template: str, blanks: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """A template with its blanks filled in; what is filled in is never filled again."""
    return _BLANK.sub(lambda found: escape(blanks[found[1]]), template)


def _in_address(value: str) -> str:
    return quote(value, safe="")


def _body(template: str | None, blanks: Mapping[str, str]) -> tuple[bytes | None, str | None]:
    """The body of a request and its type; none for a service that takes all in its address (GET)."""
    if template is None:
        return None, None
    if template.startswith(("{", "[")):
        filled = json.dumps(_filled_json(json.loads(template), blanks), ensure_ascii=False)
        return filled.encode(), "application/json"
    return _filled(template, blanks, quote_plus).encode("ascii"), "application/x-www-form-urlencoded"


def _filled_json(value: Any, blanks: Mapping[str, str]) -> Any:
    """Filled in after it was read, so that no text can end its quotes."""
    if isinstance(value, dict):
        return {name: _filled_json(one, blanks) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled_json(one, blanks) for one in value]
    return _filled(value, blanks, str) if isinstance(value, str) else value


def _basic(url: SplitResult) -> str:
    """The user name and password of an address, as a header (RFC 7617)."""
    if url.username is None or url.password is None:
        return ""
    pair = f"{unquote(url.username)}:{unquote(url.password)}"
    return f"Basic {base64.b64encode(pair.encode()).decode('ascii')}"


def _connection(url: SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, url.port, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_SECONDS)


def _exchange(url: SplitResult, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, str]:
    """One request and its answer. Goes nowhere else: a redirect is an answer like others."""
    end = time.monotonic() + MOST_SECONDS
    connection = _connection(url)
    try:
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("GET" if body is None else "POST", target, body=body, headers=dict(headers))
        response = connection.getresponse()
        answer = b""
        while len(answer) < MAX_ANSWER and (chunk := response.read1(MAX_ANSWER - len(answer))):
            answer += chunk
            if time.monotonic() > end:
                raise TimeoutError("the answer took too long")
        return response.status, answer.decode("utf-8", "replace")
    finally:
        connection.close()


def _found(answer: str, path: str | None, most: int = MAX_ID) -> str | None:
    """What stands in a JSON answer at a path such as ``messages.0.id``; None if nothing does."""
    if path is None:
        return None
    try:
        value = json.loads(answer)
        for part in path.split("."):
            value = value[int(part)] if isinstance(value, list) else value[part]
    except (ValueError, LookupError, TypeError):
        return None
    return str(value)[:most] if isinstance(value, str | int) else None
