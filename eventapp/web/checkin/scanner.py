"""The scanner: a page of files alone, kept by the browser, that admits people without a network.

It holds nothing about anybody: what it shows comes from what the phone has stored, and by the API. The modules lie in
``static/checkin``; its worker is told here which files there are.
"""

import json
from functools import cache

from flask import Blueprint, Response, render_template, request, url_for

from eventapp import config, language
from eventapp.language import N_
from eventapp.language import gettext as _
from eventapp.web import headers, static
from eventapp.web.checkin import walk_in

bp = Blueprint("scanner", __name__)

FOLDER = "checkin/"
NOT_LOADED = ("LICENSE",)
"""Files beside the modules that no browser asks for."""

WORDS = (
    N_("A newer ticket exists."),
    N_("A sign is wrong or missing: eight signs, such as %(code)s."),
    N_("Against the answer; the organizer sees it."),
    N_("Already given"),
    N_("All seats are taken: nobody else is registered."),
    N_("All seats are taken: to the help desk, which decides."),
    N_("All seats are taken; people are let in all the same, and the organizer sees it."),
    N_("Already in"),
    N_("Another entrance"),
    N_("Another event"),
    N_("Another person, or to the help desk"),
    N_("Another reason"),
    N_("Another program uses the camera: close it, or type the code."),
    N_("Arrived + %(n)s"),
    N_("Arrived"),
    N_("Ask by which entrance they came"),
    N_("Ask for the newer one, or to the help desk"),
    N_("At %(time)s, %(door)s."),
    N_("At %(time)s."),
    N_("By 30 minutes"),
    N_("By one hour"),
    N_("Cancelled"),
    N_("Closes: %(when)s."),
    N_("Direction"),
    N_("Entrance"),
    N_("Companions without a ticket, in all"),
    N_("Companions: %(n)s"),
    N_("Entry to check"),
    N_("Fetching the list…"),
    N_("Give"),
    N_("Give anyway"),
    N_("Given"),
    N_("Given all the same"),
    N_("Handed back"),
    N_("Free places: %(n)s."),
    N_("Goodbye"),
    N_("In contact"),
    N_("Invited, has not answered yet."),
    N_("It holds for all phones at this entrance. The organizer sees who did it."),
    N_("Keep “%(name)s” open?"),
    N_("Known to the team"),
    N_("Let in + %(n)s"),
    N_("Let in without registering"),
    N_("Let in"),
    N_("Let in all the same"),
    N_("Let in anyway"),
    N_("Let in those who are ticked"),
    N_("Mistake on the list"),
    N_("No seat in this session, but in: %(names)s."),
    N_("No seat in this session."),
    N_("No, back"),
    N_("More came"),
    N_("Nobody is found by this name. Try another part of it, or the code."),
    N_("No code was found in this photograph."),
    N_("No network yet: the list is not complete."),
    N_("No network: the phone decides by itself."),
    N_("No place yet"),
    N_("Not decided yet."),
    N_("Noted. Nothing is taken off the count."),
    N_("Old ticket"),
    N_("On the waiting list."),
    N_("Open at any time."),
    N_("Open now"),
    N_("Open since %(when)s."),
    N_("Open this entrance early, or longer"),
    N_("Open “%(name)s” now?"),
    N_("Opens: %(when)s."),
    N_("Paper ticket"),
    N_("Please say in a few words why."),
    N_("Please wait, or let in anyway"),
    N_("Please write the name, as it should stand on the ticket."),
    N_("Read it again"),
    N_("Read it again, or to the help desk"),
    N_("Read the code again"),
    N_("Set at %(when)s at the desk."),
    N_("Set at %(when)s by %(phone)s."),
    N_("Stay open"),
    N_("Stay open longer"),
    N_("Take back"),
    N_("Register and let in"),
    N_("Take this back"),
    N_("Taken back"),
    N_("Taking back"),
    N_("The browser does not let this page use the camera: allow it in the browser’s settings, or type the code."),
    N_("The camera cannot be used: type the code."),
    N_("The help desk agrees: register"),
    N_("The place was given back or cancelled on %(day)s."),
    N_("The scanner cannot start here (%(reason)s). Use the page without it."),
    N_("The ticket is genuine, but not on the list yet."),
    N_("This browser cannot read codes by camera: type the code."),
    N_("This could not be kept on the phone: %(reason)s. Write the code down."),
    N_("This device has no camera: type the code, or use a reader."),
    N_("This entrance is closed since: %(when)s."),
    N_("This entrance was closed at the desk: only the desk opens it again."),
    N_("This entry does not count any more."),
    N_("This is no ticket of this event."),
    N_("This phone is not prepared any more."),
    N_("This phone was ended by the organizer. What it had noted is sent first."),
    N_("This ticket does not open this entrance."),
    N_("This ticket is for another event."),
    N_("This time is over already."),
    N_("To the help desk"),
    N_("To the help desk, or let in anyway"),
    N_("To the protocol desk"),
    N_("Too early"),
    N_("Too late"),
    N_("Turn this phone"),
    N_("Unknown"),
    N_("Until"),
    N_("Was not given"),
    N_("Was not inside"),
    N_("Was offered a place, has not taken it yet."),
    N_("Way in"),
    N_("Way out"),
    N_("Welcome"),
    N_("Welcome back"),
    N_("Why? The organizer sees it."),
    N_("Yes, open now"),
    N_("Yes, stay open"),
    N_("entered"),
    N_("given"),
    N_("no photographs"),
    N_("still expected"),
    N_("%(came)s of %(all)s companions came"),
    N_("%(came)s of %(all)s of this registration came"),
    N_("%(n)s found"),
    N_("%(n)s to send"),
    N_("%(room)s: %(session)s, %(time)s"),
    N_("%(room)s: no session with an entrance"),
    N_("%(room)s: the session that runs there"),
    N_("%(there)s of %(all)s are there."),
)
"""All that the modules say; a test compares this with what stands in them."""


@bp.get("/scanner")
def show() -> str:
    """The page. Whether this phone is prepared shows when it asks for its list."""
    headers.allow_wasm()
    words = {text: said for text in WORDS if (said := _(text)) != text}
    return render_template(
        "checkin/scanner_show.html",
        told={"version": static.tree_digest(), "words": words},
        sexes=walk_in.sexes(),
        ages=walk_in.ages(),
    )


@bp.get("/sw.js")
def worker() -> Response:
    """The worker that keeps the page and its files, with their list in front of it."""
    response = Response(_worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _worker() -> str:
    shell = {
        "version": static.tree_digest(),
        "page": url_for("checkin.scanner.show"),
        "languages": language.LANGUAGES,
        "files": _files(),
    }
    return f"const SHELL = {json.dumps(shell)};\n{_code()}"


@cache
def _code() -> str:
    return (config.resource_dir("static") / "checkin" / "sw.js").read_text()


@cache
def _files() -> list[str]:
    names = [name for name in static.names() if name.startswith(FOLDER) and not name.endswith(NOT_LOADED)]
    return [static.address(name) for name in ("css/scanner.css", *names) if name != f"{FOLDER}sw.js"]
