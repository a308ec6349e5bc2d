"""``eventapp event``: an event from the command line."""

import click

from eventapp import config, services
from eventapp.cli import edge
from eventapp.language import LANGUAGES, LocalizedText
from eventapp.models.event import Event
from eventapp.rules import event as rules
from eventapp.services.event import Dates, NewEvent
from eventapp.web.forms import instant


@click.group("event")
def group() -> None:
    """Events from the command line; the organizer's desk does the rest."""


@group.command()
@click.argument("slug")
@click.option("--title", required=True, help="The title, for every language until another is written.")
@click.option("--starts", help="Day, or day and time, such as 2026-12-18T09:00, in the time zone.")
@click.option("--timezone", default="UTC", show_default=True, help="Time zone of the event, such as Africa/Bamako.")
@click.option("--capacity", type=click.IntRange(0), help="How many seats there are; no limit unless given.")
@click.option("--json", "is_json", is_flag=True, help="Print the event for a program.")
@edge.with_database
def add(slug: str, title: str, starts: str | None, timezone: str, capacity: int | None, is_json: bool) -> None:
    """Adds an event as a draft. SLUG is its part of the address: /e/SLUG/."""
    rules.check_zone(timezone)
    starts_at = instant(starts, timezone) if starts else None
    new = NewEvent(
        slug=rules.check_slug(slug),
        title=LocalizedText(dict.fromkeys(LANGUAGES, title)),
        timezone=timezone,
        starts_at=starts_at,
        capacity=capacity,
    )
    event = services.event.create(new)
    if starts and len(starts) == len("2026-12-18"):  # a day alone: the time of day is not known yet
        event = services.event.set_dates(
            event.id,
            Dates(languages=new.languages, timezone=timezone, starts_at=starts_at, time_is_known=False),
        )
    _tell(event, "was added as a draft", is_json)


@group.command()
@click.argument("slug")
@click.option("--json", "is_json", is_flag=True, help="Print the event for a program.")
@edge.with_database
def publish(slug: str, is_json: bool) -> None:
    """Makes an event public and releases its programme. Doing it twice changes nothing."""
    _tell(services.event.publish(edge.event(slug).id), "is public", is_json)


def _tell(event: Event, what: str, is_json: bool) -> None:
    url = f"{config.current().public_url}/e/{event.slug}/"
    if is_json:
        edge.as_json({"slug": event.slug, "state": event.state, "url": url})
    else:
        click.echo(f"The event {event.slug} {what}: {url}")
