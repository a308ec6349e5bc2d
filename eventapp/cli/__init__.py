"""The command ``eventapp``: one module for each group of commands."""

import click

from eventapp.cli import db, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Event registration and management, from the announcement to the report."""


for command in (serve.command, worker.command, db.group):
    main.add_command(command)
