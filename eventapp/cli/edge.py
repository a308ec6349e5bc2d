"""What all commands share: the application's context, and errors as one sentence."""

import functools
import json
import sys
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from sqlalchemy.exc import OperationalError

from eventapp import create_app, queries
from eventapp.errors import BadSetting, EventappError, NotFound, Refused
from eventapp.models.event import Event
from eventapp.rules import refusals

P = ParamSpec("P")
R = TypeVar("R")


def fail(sentence: str) -> click.ClickException:
    """An error that ends the command: one sentence on standard error, exit status 1."""
    return click.ClickException(sentence)


def build() -> Flask:
    """The application, or the sentence that says which setting is wrong."""
    try:
        return create_app()
    except BadSetting as error:
        raise fail(str(error)) from error
    except ModuleNotFoundError as error:
        if error.name == "psycopg":
            raise fail("PostgreSQL needs a package more: run `pip install 'eventapp[postgresql]'`.") from error
        raise


def build_ready() -> Flask:
    """The application with a database that is up to date, or the sentence that says what is wrong."""
    app = build()
    with app.app_context():
        problem = queries.schema.find_problem()
    if problem:
        raise fail(problem)
    return app


def with_database(function: Callable[P, R]) -> Callable[P, R]:
    """Runs a command inside one application context, with a database that is up to date."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with build_ready().app_context():
            try:
                return function(*args, **kwargs)
            except Refused as refused:
                raise fail(refusals.sentence(refused)) from refused
            except NotFound as missing:
                raise fail(f"There is no {missing}.") from missing
            except EventappError as error:
                raise fail(str(error)) from error
            except OperationalError as error:
                raise fail(f"The database does not answer: {str(error.orig).splitlines()[0]}") from error

    return run


def event(slug: str) -> Event:
    """The event of an address, or the sentence that there is none."""
    found = queries.event.find_by_slug(slug)
    if found is None:
        raise fail(f"There is no event {slug}.")
    return found


def as_json(data: Any) -> None:
    """Prints data for a program."""
    json.dump(data, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")
