"""What the pages behind a speaker's link share: whose they are, what was just done, and what was refused."""

from typing import TYPE_CHECKING, NamedTuple

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import queries
from eventapp.errors import NotFound
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web import personal, reader

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.speaker import Speaker

Answer = Response | BaseResponse | tuple[str, int]

ID = "int(max=2147483647)"
"""An id in an address: no larger than a database can compare."""

DONE = {
    "coming": N_("Thank you, we count on you. Your ticket is ready."),
    "not-coming": N_("Thank you for telling us. You can change your answer here."),
    "saved": N_("Saved."),
    "seen": N_("Thank you. What changes from now on is shown here."),
    "added": N_("Added."),
    "removed": N_("Removed."),
    "photo": N_("The photograph is saved. This is how it is shown."),
    "slides": N_("The file has arrived."),
}
"""What a page says after a change, by the word in its address."""


class Own(NamedTuple):
    """The speaker whose link was opened, and the event they speak at."""

    speaker: "Speaker"
    event: "Event"


def get(secret: str) -> Own:
    """Whose link it is; speaks the event's language to a reader who said nothing about theirs. Raises NotFound."""
    speaker = queries.speaker.get_by_secret(secret)
    event = queries.event.get(speaker.event_id)
    reader.prefer([speaker.language] if speaker.language else event.languages)
    return Own(speaker, event)


def page(template: str, own: Own, secret: str, *, status: int = 200, **facts: object) -> Answer:
    """A page of the speaker's."""
    told = DONE.get(request.args.get("done", ""))
    content = render_template(
        f"speaker/{template}.html",
        event=own.event,
        speaker=own.speaker,
        secret=secret,
        just_done=_(told) if told else None,
        **facts,
    )
    return personal.answer(content) if status == 200 else (content, status)


def done(endpoint: str, secret: str, what: str, *, part: str | None = None) -> BaseResponse:
    """The page after a change, at one of its parts, so that loading it again changes nothing."""
    return redirect(url_for(f"speaker.{endpoint}", secret=secret, done=what, _anchor=part), 303)


def missing(_error: NotFound) -> tuple[str, int]:
    """Helps a speaker whose link is cut off or was replaced."""
    return render_template("speaker/programme_missing.html"), 404
