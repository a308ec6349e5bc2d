"""A file of scans that a phone saved, handed in at the desk from any browser."""

from typing import Annotated

import msgspec
from flask import Blueprint, g, render_template
from msgspec import Meta
from wtforms import FileField

from eventapp import queries, services
from eventapp.errors import Refused
from eventapp.language import N_
from eventapp.rules import hand_in as rules
from eventapp.rules import refusals
from eventapp.web import scan_json
from eventapp.web.forms import StaffForm, show_refusal
from eventapp.web.organizer import frame, upload
from eventapp.web.organizer.frame import Answer

bp = Blueprint("hand_in", __name__)

MOST_SHOWN = 100
"""Scans that could not be kept which the page names; the others are counted."""


class FileForm(StaffForm):
    """A file that a phone saved."""

    file = FileField(N_("File"), description=N_("“scans-….json”, as the phone saved it."))


class FileBody(msgspec.Struct):
    """The file: which phone, its scans as text, and the proof that it wrote them. See `rules.hand_in`."""

    format: str
    phone: scan_json.Row
    scans: str
    proof: Annotated[str, Meta(max_length=100)]


_file = msgspec.json.Decoder(FileBody)
_scans = msgspec.json.Decoder(list[msgspec.Raw])


@bp.route("/<slug>/phones/hand-in", methods=["GET", "POST"])
def take(slug: str) -> Answer:
    """Asks for a file, keeps each scan in it that can be read, and says what became of them."""
    form = FileForm()
    if not form.validate_on_submit():
        return frame.page("hand_in.html", form)
    try:
        body, raws = _read(upload.content(form.file))
        services.hand_in.check(g.event.id, body.phone, body.scans, body.proof)
    except Refused as refused:
        refused.field = refused.field or "file"
        show_refusal(form, refused)
        return frame.page("hand_in.html", form)
    readable, problems = scan_json.parted(raws)
    answers = services.hand_in.take(g.event.id, body.phone, list(readable.values()), by_account_id=frame.me())
    wrong = [(problem.index, problem.id, f"{problem.field}: {problem.detail}") for problem in problems]
    wrong += [
        (index, new.id, refusals.sentence(answer))
        for (index, new), answer in zip(readable.items(), answers, strict=True)
        if isinstance(answer, Refused)
    ]
    phone = queries.device.get(g.event.id, body.phone)
    return render_template(
        "organizer/hand_in_done.html",
        phone=phone,
        is_set_aside=not queries.account.get_sender(g.event.id, phone.id).counts,
        kept=len(raws) - len(wrong),
        wrong=sorted(wrong, key=lambda line: line[0])[:MOST_SHOWN],
        wrong_count=len(wrong),
    )


def _read(content: bytes) -> tuple[FileBody, list[msgspec.Raw]]:
    """The file and the scans in it. Raises Refused("scans_unreadable")."""
    try:
        body = scan_json.read(_file, content)
        raws = scan_json.read(_scans, scan_json.mended(body.scans.encode("utf-8", "replace")))
    except scan_json.BadBody as bad:
        raise Refused("scans_unreadable") from bad
    if body.format != rules.FORMAT or len(raws) > rules.MAX_SCANS:
        raise Refused("scans_unreadable")
    return body, raws
