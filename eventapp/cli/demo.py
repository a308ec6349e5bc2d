"""``eventapp demo``: demonstration data, and where to go with it."""

from typing import Any

import click

from eventapp import config, services
from eventapp.cli import edge
from eventapp.services.demo import DEFAULT_ATTENDEES, MAX_ATTENDEES, Seeded


@click.command("demo")
@click.option(
    "--attendees",
    type=click.IntRange(0, MAX_ATTENDEES),
    help=f"How many attendees the demo forum should have at least (default: {DEFAULT_ATTENDEES}).",
)
@click.option("--json", "is_json", is_flag=True, help="Print addresses and counts for a program.")
def command(attendees: int | None, is_json: bool) -> None:
    """Adds demonstration data and prints where to go. Run twice, it gives the same; it never resets anything."""
    app = edge.build()
    with app.app_context():
        services.schema.upgrade()
    with app.app_context():
        seeded = services.demo.seed(attendees)
        pair_secret = services.device.add_demo_phone(seeded.forum_id)
        found = addresses(seeded, pair_secret)
        if is_json:
            edge.as_json(found)
        else:
            click.echo(guide(found))


def addresses(seeded: Seeded, pair_secret: str) -> dict[str, Any]:
    """Where to go, as an object for programs."""
    base = config.current().public_url
    return {
        "events": [
            {"slug": seeded.archive_slug, "url": f"{base}/e/{seeded.archive_slug}/"},
            {
                "slug": seeded.forum_slug,
                "url": f"{base}/e/{seeded.forum_slug}/",
                "register_url": f"{base}/e/{seeded.forum_slug}/register",
            },
        ],
        "sign_in": {name: f"{base}/sign-in/{token}" for name, token in seeded.sign_in_tokens.items()},
        "speaker_url": f"{base}/s/{seeded.speaker_secret}",
        "registration_url": f"{base}/r/{seeded.registration_secret}",
        "pair_url": f"{base}/checkin/pair/{pair_secret}",
        "counts": seeded.counts,
    }


def guide(found: dict[str, Any]) -> str:
    """Where to go, in words."""
    archive, forum = found["events"]
    sign_in = found["sign_in"]
    counts = found["counts"]
    return f"""
Demo data is ready: {counts["attendees"]} attendees, {counts["sessions"]} sessions, {counts["speakers"]} speakers.

  As a guest
    the events            {config.current().public_url}/
    Connect 223           {archive["url"]}
    register              {forum["register_url"]}
    a registration        {found["registration_url"]}
  As a speaker            {found["speaker_url"]}
  At the entrance
    prepare this phone    {found["pair_url"]}
    or sign in            {sign_in["checkin"]}
  As an organizer         {sign_in["organizer"]}
    administrator         {sign_in["administrator"]}
    reader of figures     {sign_in["viewer"]}

Sign-in links work once, within a day. `eventapp demo` prints fresh ones.
"""
