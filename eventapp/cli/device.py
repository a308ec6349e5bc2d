"""``eventapp device``: phones at the door."""

import click

from eventapp import config, queries, services
from eventapp.cli import edge


@click.group("device")
def group() -> None:
    """Phones at the door."""


@group.command()
@click.argument("event")
@click.argument("name")
@click.option("--checkpoint", help="The entrance: its number or its name in any language (default: the venue's).")
@click.option("--json", "is_json", is_flag=True, help="Print token, link and entrance for a program.")
@edge.with_database
def add(event: str, name: str, checkpoint: str | None, is_json: bool) -> None:
    """Prepares a phone NAME for EVENT: prints a token for programs, and a link that prepares a phone when opened."""
    event_id = edge.event(event).id
    chosen = None
    if checkpoint is not None:
        found = queries.checkpoint.find_by_name(event_id, checkpoint)
        if found is None:
            known = ", ".join(f"{c.id} ({c.name})" for c in queries.checkpoint.list_of_event(event_id))
            raise edge.fail(f"The event {event} has no entrance {checkpoint}. There is: {known}.")
        chosen = found.id
    phone = services.device.add(event_id, name, checkpoint_id=chosen)
    token = services.device.open_sign_in(phone.device_id)
    pair_url = f"{config.current().public_url}/checkin/pair/{phone.pair_secret}"
    if is_json:
        edge.as_json(
            {"device": phone.device_id, "checkpoint": phone.checkpoint_id, "token": token, "pair_url": pair_url}
        )
    else:
        click.echo(
            f"The phone {name} is ready.\n\n  for a program, its token  {token}\n  for a phone, open         {pair_url}"
        )
