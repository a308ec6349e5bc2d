"""Settings: read strictly, so that a typing mistake is heard of before it does harm."""

import re
import stat
from dataclasses import fields
from pathlib import Path

import pytest

from eventapp import config
from eventapp.errors import BadSetting

KEY = "a key for tests only, which is long enough"


def read(tmp_path, **environ):
    """Settings from these variables; names without a prefix of their own get ours."""
    given = {"INSTANCE": str(tmp_path), **environ}
    own = ("HOST", "PORT", "HOME")
    named = {n if n in own or n.startswith(config.PREFIX) else config.PREFIX + n: v for n, v in given.items()}
    return config.read(named)


def test_without_variables_everything_has_a_default(tmp_path):
    settings = read(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/eventapp.db"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.mail_url is None
    assert settings.trusted_proxies == 0
    assert len(settings.secret_key) >= 32


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://localhost/x", "EVENTAPP_DATABASE_URL must begin with sqlite:/// or postgresql://."),
        ("DATABASE_URL", "postgresql://host:port/x", "EVENTAPP_DATABASE_URL must look like sqlite:///FILE or "),
        ("SECRET_KEY", "short", "EVENTAPP_SECRET_KEY must have at least 32 characters."),
        ("PUBLIC_URL", "events.example.org", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "https://example.org/events", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "ftp://example.org", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "https://example.org/?a=1", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "https://example.org:port", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "https://me:secret@example.org", "EVENTAPP_PUBLIC_URL must be scheme and host without a path"),
        ("PUBLIC_URL", "https://[::1", "EVENTAPP_PUBLIC_URL "),
        ("MAIL_URL", "mail.example.org", "EVENTAPP_MAIL_URL must begin with smtp://, smtps://, file: or console:."),
        ("MAIL_URL", "smtp://", "EVENTAPP_MAIL_URL must name a host"),
        ("MAIL_URL", "smtp://mail.example.org:x", "EVENTAPP_MAIL_URL must name a host"),
        ("MAIL_URL", "file:", "EVENTAPP_MAIL_URL must name a folder"),
        ("MAIL_FROM", "somebody", "EVENTAPP_MAIL_FROM must be an e-mail address"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org", "EVENTAPP_MAIL_FROM must be an e-mail address"),
        ("MAIL_FROM", "a@b@c <", "EVENTAPP_MAIL_FROM must be an e-mail address"),
        ("SMS_URL", "api.example.org", "EVENTAPP_SMS_URL must begin with https:// and name a host"),
        ("SMS_URL", "http://api.example.org/{text}{to}", "EVENTAPP_SMS_URL must begin with https://"),
        ("SMS_URL", "https://{to}.example.org/{text}", "EVENTAPP_SMS_URL must be written as an address"),
        ("SMS_URL", "https://example.org/é{text}{to}", "EVENTAPP_SMS_URL must be written as an address"),
        ("SMS_URL", "https://me@example.org/{text}{to}", "EVENTAPP_SMS_URL must have both a user name and a password"),
        (
            "SMS_URL",
            "https://example.org/{message}",
            "EVENTAPP_SMS_URL holds {message}; there are only {to}, {number}, ",
        ),
        (
            "SMS_URL",
            "https://example.org/{to}",
            "EVENTAPP_SMS_URL and EVENTAPP_SMS_BODY must hold {text}, and {to} or ",
        ),
        ("SMS_BODY", "to={to}&text={text}", "EVENTAPP_SMS_BODY is for nothing without EVENTAPP_SMS_URL."),
        ("SMS_BODY", "hello", "EVENTAPP_SMS_BODY must look like to={to}&text={text}, or be JSON"),
        ("SMS_BODY", '{"to": {to}}', "EVENTAPP_SMS_BODY begins like JSON and is none"),
        ("SMS_BODY", '[{"to": ["{phone}"]}]', "EVENTAPP_SMS_BODY holds {phone}; there are only"),
        ("SMS_HEADERS", "apiKey: x", "EVENTAPP_SMS_HEADERS must be JSON such as"),
        ("SMS_HEADERS", '{"a": 1}', "EVENTAPP_SMS_HEADERS must be JSON such as"),
        ("SMS_HEADERS", '{"a": "x\\r\\nb: y"}', "EVENTAPP_SMS_HEADERS has a header 'a' that cannot be sent."),
        ("SMS_TOKEN_URL", "ftp://example.org", "EVENTAPP_SMS_TOKEN_URL must begin with https://"),
        ("SMS_SENT", "(", "EVENTAPP_SMS_SENT must be a regular expression"),
        ("TRUSTED_PROXIES", "-1", "EVENTAPP_TRUSTED_PROXIES must be a whole number, 0 or more."),
        ("TRUSTED_PROXIES", "yes", "EVENTAPP_TRUSTED_PROXIES must be a whole number, 0 or more."),
        ("DATABSE_URL", "sqlite:///x", "There is no setting EVENTAPP_DATABSE_URL. Known are: EVENTAPP_DATABASE_URL, "),
    ],
)
def test_setting_that_cannot_be_used_is_one_sentence(tmp_path, name, value, sentence):
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, **{name: value})
    assert str(refused.value).startswith(sentence)


def test_examples_of_sms_services_in_the_manual_can_be_read(tmp_path):
    manual = (config.PACKAGE.parent / "docs" / "settings.md").read_text()
    examples = re.findall(r"(?:^    EVENTAPP_SMS_.*\n)+", manual, re.M)
    assert len(examples) == 4
    for example in examples:
        given = dict(line.strip().split("=", 1) for line in example.splitlines())
        settings = read(tmp_path, **given)
        assert settings.sms_url == given["EVENTAPP_SMS_URL"]


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_port_that_cannot_be_used_is_one_sentence(tmp_path, port):
    with pytest.raises(BadSetting, match=r"^PORT must be a number from 1 to 65535\.$"):
        read(tmp_path, PORT=port)


def test_empty_variable_counts_as_absent(tmp_path):
    assert read(tmp_path, MAIL_URL="", PORT="").mail_url is None


def test_other_programs_variables_are_not_ours(tmp_path):
    assert config.read({"EVENTAPP_INSTANCE": str(tmp_path), "MAIL_URL": "nonsense"}).mail_url is None


@pytest.mark.parametrize(
    ("given", "public_url"),
    [
        ({"PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"HOST": "::"}, "http://[::1]:8000"),
        ({"HOST": "192.168.1.5", "PORT": "80"}, "http://192.168.1.5:80"),
        ({"PORT": "9000", "PUBLIC_URL": "https://events.example.org/"}, "https://events.example.org"),
    ],
)
def test_public_address_follows_where_the_server_listens(tmp_path, given, public_url):
    assert read(tmp_path, **given).public_url == public_url


def test_postgresql_address_names_its_driver(tmp_path):
    settings = read(tmp_path, DATABASE_URL="postgresql://me:secret@db/events")
    assert settings.database_url == "postgresql+psycopg://me:secret@db/events"
    assert not settings.is_sqlite


def test_https_follows_from_the_public_address(tmp_path):
    assert read(tmp_path, PUBLIC_URL="https://events.example.org").is_https
    assert not read(tmp_path).is_https


def test_secret_key_is_made_once_and_kept_from_others(tmp_path):
    first = read(tmp_path).secret_key
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_kept_secret_key_that_is_too_short_is_refused(tmp_path):
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(BadSetting, match=r"^The secret key in .* must have at least 32 characters\.$"):
        read(tmp_path)


def test_folder_that_cannot_be_used_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match=r"^The folder .* cannot be used: Not a directory\.$"):
        read(tmp_path / "file" / "instance")


def test_given_secret_key_writes_no_file(tmp_path):
    read(tmp_path, SECRET_KEY=KEY)
    assert list(tmp_path.iterdir()) == []


def test_folders_are_in_the_checkout():
    root = Path(config.PACKAGE).parent
    assert config.default_instance() == root / "instance"
    assert config.resource_dir("templates") == root / "templates"


def test_manual_has_a_paragraph_on_each_setting_and_on_nothing_else():
    manual = (Path(config.PACKAGE).parent / "docs" / "settings.md").read_text()
    headings = [line.removeprefix("## ") for line in manual.splitlines() if line.startswith("## ")]
    assert headings == [config.PREFIX + field.name.upper() for field in fields(config.Settings)]
    for default in ("no-reply@localhost.localdomain", config.DEFAULT_HOST, config.DEFAULT_PORT):
        assert default in manual
