"""``eventapp user``: accounts of people who organize."""

import sys

import click

from eventapp import config, queries, services
from eventapp.cli import edge
from eventapp.errors import NotFound


@click.group("user")
def group() -> None:
    """Accounts of people who organize; guests and speakers need none."""


@group.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
@click.option("--admin", is_flag=True, help="May do everything in every event.")
@click.option("--json", "is_json", is_flag=True, help="Print the account for a program.")
@edge.with_database
def add(email: str, name: str, password_stdin: bool, admin: bool, is_json: bool) -> None:
    """Adds an account. Without a password it signs in by link (see `user link`)."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    account = services.account.add(email, name=name, password=password, is_admin=admin)
    if is_json:
        edge.as_json({"email": account.email, "name": account.name, "is_admin": account.is_admin})
    else:
        click.echo(f"The account {account.email} was added.")


@group.command()
@click.argument("email")
@click.option("--json", "is_json", is_flag=True, help="Print the link for a program.")
@edge.with_database
def link(email: str, is_json: bool) -> None:
    """Prints a link that signs this account in once, within a day."""
    try:
        account = queries.account.get_by_email(email)
    except NotFound as missing:
        raise edge.fail(f"There is no account {email}.") from missing
    url = f"{config.current().public_url}/sign-in/{services.account.make_link(account.id)}"
    if is_json:
        edge.as_json({"email": account.email, "url": url})
    else:
        click.echo(url)
