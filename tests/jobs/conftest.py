"""A mail server, and the application with it in its settings."""

import pytest

from tests.jobs.sending import configure
from tests.post import open_office


@pytest.fixture
def post():
    with open_office() as office:
        yield office


@pytest.fixture
def installed(app, post, monkeypatch, tmp_path, time):
    """The application with the mail server in its settings, and an instance of its own."""
    configure(app, monkeypatch, mail_url=post.url, instance=tmp_path)
    return app
