"""Commands, run on the tests' application."""

import pytest
from click.testing import CliRunner

from eventapp import cli
from eventapp.cli import edge


@pytest.fixture
def run(app, monkeypatch):
    """Runs a command on the tests' application; returns click's result."""
    monkeypatch.setattr(edge, "create_app", lambda: app)

    def command(*arguments, given=None):
        result = CliRunner().invoke(cli.main, list(arguments), input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return command
