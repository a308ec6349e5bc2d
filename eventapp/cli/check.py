"""``eventapp check``: what is wrong with this installation, one line each."""

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import click
from sqlalchemy.exc import SQLAlchemyError

from eventapp import clock, config, mail, queries, sms
from eventapp.cli import edge
from eventapp.errors import NoServer, Unreachable
from eventapp.language import ngettext
from eventapp.rules.vocabulary import DeliveryChannel

MIN_FREE_BYTES = 200 * 1024 * 1024
LATE = timedelta(minutes=15)
"""Mail that is due for longer than this means that no worker runs."""


class Finding(NamedTuple):
    """One line: what was looked at, whether it is well, and what was seen."""

    subject: str
    is_well: bool
    seen: str


@click.command("check")
@click.option("--json", "is_json", is_flag=True, help="Print the findings for a program.")
def command(is_json: bool) -> None:
    """Looks at settings, schema, data, mail, SMS and disk.

    Prints a line for each, and ends with 1 if something is wrong.
    """
    with edge.build().app_context():
        findings = list(look())
    if is_json:
        edge.as_json([{"check": f.subject, "ok": f.is_well, "seen": f.seen} for f in findings])
    else:
        for finding in findings:
            click.echo(f"{'ok   ' if finding.is_well else 'WRONG'}  {finding.subject:<9} {finding.seen}")
    if not all(finding.is_well for finding in findings):
        raise SystemExit(1)


def look() -> Iterator[Finding]:
    """All findings. Without a usable schema the data is not looked at."""
    yield settings()
    problem = queries.schema.find_problem()
    yield Finding("schema", problem is None, problem or f"revision {queries.schema.current()}")
    if problem is None:
        for subject, looker in DATA:
            try:
                yield looker()
            except SQLAlchemyError as error:
                yield Finding(subject, False, str(error.__cause__ or error).splitlines()[0])
    yield disk()


def settings() -> Finding:
    """The settings could be read; the secret key is this user's alone."""
    found = config.current()
    key = found.instance / "secret_key"
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
        return Finding("settings", False, f"{key} can be read by others: run `chmod 600 {key}`.")
    kind = "SQLite" if found.is_sqlite else "PostgreSQL"
    return Finding("settings", True, f"{kind}, {found.public_url}")


def file() -> Finding:
    """The database file is whole (SQLite)."""
    damage = queries.invariants.find_damage()
    return Finding("database", damage is None, damage or "whole")


def orphans() -> Finding:
    """No row refers to one that does not exist."""
    orphans, empty = queries.invariants.count_orphans(), queries.invariants.count_empty_registrations()
    if orphans or empty:
        return Finding("rows", False, f"{orphans} rows refer to missing ones, {empty} registrations name nobody")
    return Finding("rows", True, "each refers to rows that exist")


def seats() -> Finding:
    """No event has more people than seats."""
    oversold = queries.invariants.list_oversold()
    if oversold:
        seen = ", ".join(f"{one.slug} {one.what}: {one.taken} of {one.capacity}" for one in oversold)
        return Finding("seats", False, f"more are taken than there are ({seen}); were seats taken away afterwards?")
    return Finding("seats", True, "none is taken twice")


def tickets() -> Finding:
    """Each confirmed person has exactly one valid ticket, with the serial that the door knows."""
    wrong, serials = queries.invariants.count_without_one_ticket(), queries.invariants.count_wrong_serials()
    if wrong or serials:
        return Finding("tickets", False, f"{wrong} confirmed people without exactly one, {serials} with a wrong serial")
    return Finding("tickets", True, "one for each confirmed person")


def outgoing_mail() -> Finding:
    """Mail can leave, and does."""
    url = config.current().mail_url
    backlog = queries.delivery.backlog()
    waiting = ngettext("%(num)s message waits", "%(num)s messages wait", backlog.waiting)
    seen = f"{waiting}, {backlog.failed} did not arrive"
    if url is None:
        return Finding("mail", True, f"held, since EVENTAPP_MAIL_URL is not set; {seen}")
    try:
        mail.try_out(url)
    except Unreachable as error:
        return Finding("mail", False, f"{error}; {seen}")
    if backlog.oldest_due_at is not None and clock.now() - backlog.oldest_due_at > LATE:
        return Finding(
            "mail", False, f"{seen}, the oldest since {backlog.oldest_due_at:%Y-%m-%d %H:%M}: is a worker on?"
        )
    return Finding("mail", True, seen)


def outgoing_sms() -> Finding:
    """SMS can leave, and do; nothing is sent to find out."""
    gateway = sms.gateway(config.current())
    backlog = queries.delivery.backlog(DeliveryChannel.SMS)
    seen = f"{ngettext('%(num)s message waits', '%(num)s messages wait', backlog.waiting)}, {backlog.failed} given up"
    if gateway is None:
        return Finding("sms", True, f"off, since EVENTAPP_SMS_URL is not set; {seen}")
    trouble = queries.delivery.find_trouble(DeliveryChannel.SMS, f"{gateway.host}: ")
    try:
        gateway.try_out()
    except NoServer as error:
        trouble = str(error)
    if trouble is not None:
        return Finding("sms", False, f"{trouble}; {seen}")
    if backlog.oldest_due_at is not None and clock.now() - backlog.oldest_due_at > LATE:
        return Finding(
            "sms", False, f"{seen}, the oldest since {backlog.oldest_due_at:%Y-%m-%d %H:%M}: is a worker on?"
        )
    return Finding("sms", True, seen)


def disk() -> Finding:
    """There is room where the data lies."""
    instance = config.current().instance
    free = shutil.disk_usage(instance).free
    return Finding("disk", free >= MIN_FREE_BYTES, f"{free // 1024**2:,} MB free in {instance}")


DATA: list[tuple[str, Callable[[], Finding]]] = [
    ("database", file),
    ("rows", orphans),
    ("seats", seats),
    ("tickets", tickets),
    ("mail", outgoing_mail),
    ("sms", outgoing_sms),
]
