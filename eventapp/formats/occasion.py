"""What an event is called, when and where it is: in a line each, in the reader's words."""

from eventapp import language
from eventapp.language import LocalizedText, local
from eventapp.language import gettext as _
from eventapp.models.event import Event


def pick(event: Event, text: LocalizedText) -> str:
    """A text of an event for the reader."""
    return text.pick(event.languages).value


def when(event: Event) -> str:
    """When an event is."""
    if event.starts_at is None:
        return _("Date to be announced")
    starts = local(event.starts_at, event.timezone)
    day = language.day(starts)
    if not event.time_is_known:
        return ", ".join((day, _("time to be confirmed")))
    if event.ends_at is None:
        return language.moment(starts)
    ends = local(event.ends_at, event.timezone)
    if ends.date() == starts.date():
        return ", ".join((day, _("%(start)s to %(end)s", start=language.time(starts), end=language.time(ends))))
    return f"{language.moment(starts)} – {language.moment(ends)}"


def place(event: Event) -> str:
    """Venue and city, as far as they are known."""
    return ", ".join(filter(None, (pick(event, event.venue), pick(event, event.city))))


def demo_notice(event: Event) -> str:
    """What paper and calendars say of a demonstration, since they have no banner; empty for any other event."""
    return _("Demo data: partly made up") if event.is_demo else ""
