"""``eventapp db``: the schema of the database."""

import click
from sqlalchemy.exc import SQLAlchemyError

from eventapp import services
from eventapp.cli import edge


@click.group("db")
def group() -> None:
    """The schema of the database."""


@group.command()
def upgrade() -> None:
    """Brings the schema up to date, and the keys by which names are found; changes nothing if they are."""
    with edge.build().app_context():
        try:
            revision = services.schema.upgrade()
            renewed = services.name_key.renew()
        except SQLAlchemyError as error:
            raise edge.fail(f"The database does not answer: {str(error.__cause__ or error).splitlines()[0]}") from error
    click.echo(f"The schema is up to date (revision {revision}).")
    if renewed:
        click.echo(f"{renewed} names are found by newer rules.")
