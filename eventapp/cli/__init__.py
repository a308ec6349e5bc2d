"""The command ``eventapp``: one module for each group of commands."""

import click

from eventapp.cli import account, attendees, check, db, demo, device, event, export, importing, programme, serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Event registration and management, from the announcement to the report."""


export.group.add_command(programme.export_programme)
importing.group.add_command(programme.import_programme)
importing.group.add_command(attendees.import_attendees)
for command in (
    serve.command,
    worker.command,
    demo.command,
    db.group,
    event.group,
    account.group,
    device.group,
    export.group,
    importing.group,
    check.command,
):
    main.add_command(command)
