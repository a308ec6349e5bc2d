"""The command ``eventapp``: one module for each group of commands."""

import click

from eventapp.cli import account, check, db, event, export, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Event registration and management, from the announcement to the report."""


for command in (serve.command, worker.command, check.command, db.group, event.group, account.group, export.group):
    main.add_command(command)
