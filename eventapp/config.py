"""Every setting: name, default, meaning; read from the environment and parsed strictly.

``docs/settings.md`` says the same for people; a test compares the two.
"""

import json
import os
import re
import secrets
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from eventapp.errors import BadSetting

PREFIX = "EVENTAPP_"
DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", "8000"
"""Where ``eventapp serve`` listens, unless the variables HOST and PORT or its options say otherwise."""

PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """``templates`` and ``static`` lie beside the package in a checkout, inside it in an installed wheel."""
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def default_instance() -> Path:
    """``instance/`` beside the package in a checkout, ``<prefix>/var/eventapp-instance`` for an installed wheel."""
    beside = PACKAGE.parent / "pyproject.toml"
    return PACKAGE.parent / "instance" if beside.is_file() else Path(sys.prefix) / "var" / "eventapp-instance"


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser().resolve()


def _count(value: str) -> int:
    if not value.isdecimal():
        raise ValueError("must be a whole number, 0 or more")
    return int(value)


def _database_url(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    try:
        make_url(value)
    except (ArgumentError, ValueError) as error:
        raise ValueError("must look like sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME") from error
    return value.replace("postgresql://", "postgresql+psycopg://", 1)


def _split(url: str) -> SplitResult | None:
    """The parts of an address with a host and a usable port, if any."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _public_url(value: str) -> str:
    parts = _split(value)
    if (
        parts is None
        or parts.scheme not in ("http", "https")
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        raise ValueError("must be scheme and host without a path, such as https://events.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _mail_url(value: str) -> str:
    scheme, _, rest = value.partition(":")
    if scheme not in ("smtp", "smtps", "file", "console"):
        raise ValueError("must begin with smtp://, smtps://, file: or console:")
    if scheme in ("smtp", "smtps") and _split(value) is None:
        raise ValueError("must name a host, such as smtp://mail.example.org:587")
    if scheme == "file" and not rest.strip("/"):
        raise ValueError("must name a folder, such as file:/var/spool/eventapp")
    return value


def _mail_from(value: str) -> str:
    name, address = parseaddr(value)
    try:
        if "@" not in address or any(sign in value for sign in "\r\n"):
            raise ValueError
        Address(name, addr_spec=address)
    except (ValueError, MessageError) as error:
        raise ValueError("must be an e-mail address, with or without a name before it") from error
    return value


SMS_BLANKS = ("to", "number", "text", "id")
"""What may stand in braces in the settings for an SMS service: the number with its + and without, the text, our id."""

_BLANK = re.compile(r"\{(\w+)\}")
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def _check_blanks(text: str) -> None:
    unknown = [name for name in _BLANK.findall(text) if name not in SMS_BLANKS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in SMS_BLANKS)
        raise ValueError(f"holds {{{unknown[0]}}}; there are only {known}")


def _https_url(value: str) -> str:
    parts = _split(value)
    if parts is None or not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS)):
        raise ValueError("must begin with https:// and name a host; http:// is for a service on this machine alone")
    if "{" in parts.netloc or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("must be written as an address, with other signs than plain letters as %41")
    if (parts.username is None) is not (parts.password is None):
        raise ValueError("must have both a user name and a password before the @, or none")
    return value


def _sms_url(value: str) -> str:
    _check_blanks(_https_url(value))
    return value


def _sms_body(value: str) -> str:
    if value.startswith(("{", "[")):
        try:
            body = json.loads(value)
        except ValueError as error:
            raise ValueError("begins like JSON and is none; each blank such as {text} stands inside quotes") from error
        _check_blanks(" ".join(_texts(body)))
        return value
    _check_blanks(value)
    if not value.isascii() or any("=" not in pair for pair in value.split("&")):
        raise ValueError('must look like to={to}&text={text}, or be JSON such as {"to": "{to}", "text": "{text}"}')
    return value


def _texts(body: Any) -> list[str]:
    """All texts in a JSON value."""
    if isinstance(body, dict):
        return [text for value in body.values() for text in _texts(value)]
    if isinstance(body, list):
        return [text for value in body for text in _texts(value)]
    return [body] if isinstance(body, str) else []


def _sms_headers(value: str) -> dict[str, str]:
    try:
        headers = json.loads(value)
    except ValueError:
        headers = None
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise ValueError('must be JSON such as {"apiKey": "secret", "Accept": "application/json"}')
    for name, text in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]+", name) or not (text.isascii() and text.isprintable()):
            raise ValueError(f"has a header {name!r} that cannot be sent")
    return headers


def _pattern(value: str) -> re.Pattern[str]:
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(f"must be a regular expression ({error})") from error


def _secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("must have at least 32 characters")
    return value


def _setting(meaning: str, parse: Callable[[str], Any], default: Any = None) -> Any:
    return field(default=default, metadata={"meaning": meaning, "parse": parse})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of this installation. Each field ``x`` is read from the variable ``EVENTAPP_X``."""

    instance: Path = _setting("folder for the local database, the secret key and mail files", _path)
    database_url: str = _setting(
        "where the data is: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME", _database_url
    )
    secret_key: str = _setting("the secret that signs forms and personal links; at least 32 characters", _secret_key)
    public_url: str = _setting("scheme and host under which people reach this server", _public_url)
    mail_url: str | None = _setting("how mail leaves: smtp://, smtps://, file:FOLDER or console:", _mail_url)
    mail_from: str = _setting("sender of all mail", _mail_from, "eventapp <no-reply@localhost.localdomain>")
    sms_url: str | None = _setting("address of a service that sends SMS; without it none is sent", _sms_url)
    sms_body: str | None = _setting("what is sent to it: a form or JSON with {to} and {text}", _sms_body)
    sms_headers: dict[str, str] | None = _setting("headers that it wants, as JSON", _sms_headers)
    sms_token_url: str | None = _setting("where a token for it is fetched, with client id and secret", _https_url)
    sms_id: str | None = _setting("where its own id of a message stands in its answer, such as messages.0.id", _text)
    sms_sent: re.Pattern[str] | None = _setting("what its answer holds when it took a message", _pattern)
    trusted_proxies: int = _setting("how many proxies before this server may say who the client is", _count, 0)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite:")

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https:")


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks all settings.

    Raises BadSetting for a value that cannot be used and for a variable with our prefix that means nothing,
    so that a typing mistake is heard of at once.
    """
    environ = os.environ if environ is None else environ
    known = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise BadSetting(f"There is no setting {name}. Known are: {', '.join(sorted(known))}.")
        if not text.strip():
            continue
        try:
            values[known[name].name] = known[name].metadata["parse"](text.strip())
        except ValueError as error:
            raise BadSetting(f"{name} {error}.") from error
    values.setdefault("instance", default_instance())
    values.setdefault("database_url", f"sqlite:///{values['instance'] / 'eventapp.db'}")
    if "public_url" not in values:
        host, port = environ.get("HOST", "").strip(), environ.get("PORT", "").strip()
        if port and not (port.isdecimal() and 1 <= int(port) <= 65535):
            raise BadSetting("PORT must be a number from 1 to 65535.")
        values["public_url"] = local_url(host or DEFAULT_HOST, port or DEFAULT_PORT)
    _check_sms(values)
    if "secret_key" not in values:
        values["secret_key"] = _kept_secret_key(values["instance"])
    return Settings(**values)


def _check_sms(values: Mapping[str, Any]) -> None:
    """An SMS needs a number and a text, and the other settings are for nothing without an address."""
    given = [f"{PREFIX}{name.upper()}" for name in sorted(values) if name.startswith("sms_")]
    if not given:
        return
    if "sms_url" not in values:
        raise BadSetting(f"{given[0]} is for nothing without {PREFIX}SMS_URL.")
    blanks = set(_BLANK.findall(f"{values['sms_url']} {values.get('sms_body', '')}"))
    if "text" not in blanks or not blanks & {"to", "number"}:
        raise BadSetting(
            f"{PREFIX}SMS_URL and {PREFIX}SMS_BODY must hold {{text}}, and {{to}} or {{number}}, between them."
        )


def local_url(host: str, port: str) -> str:
    """The address of a server that listens on this machine; one that listens everywhere is reached here too."""
    host = {"0.0.0.0": DEFAULT_HOST, "::": "::1"}.get(host, host)  # noqa: S104  compared, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _kept_secret_key(instance: Path) -> str:
    """The key of ``instance/secret_key``, made on first use. Two processes that make it at once agree on one."""
    path = instance / "secret_key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        try:
            return _secret_key(path.read_text("ascii").strip())
        except FileNotFoundError:
            draft = instance / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as out:
                out.write(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)  # fails if another process was first: its key is then the key
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            return path.read_text("ascii").strip()
    except ValueError as error:
        raise BadSetting(f"The secret key in {path} {error}.") from error
    except OSError as error:
        raise BadSetting(f"The folder {instance} cannot be used: {error.strerror}.") from error


def current() -> Settings:
    """The settings of the running application."""
    settings = current_app.extensions["eventapp.settings"]
    assert isinstance(settings, Settings)  # noqa: S101  a type for the reader and mypy; create_app puts it there
    return settings
