"""Erasing one person for whom somebody asked the team, with a receipt."""

from flask import Blueprint, g, redirect, render_template, url_for

from eventapp import queries, services
from eventapp.errors import NotFound
from eventapp.language import N_, speaking
from eventapp.language import gettext as _
from eventapp.services.erasure import AskedBy, AskedHow
from eventapp.web.forms import ChoiceField, StaffForm
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID, Answer

bp = Blueprint("erasure", __name__)

BY = {
    AskedBy.PERSON: N_("The person themselves"),
    AskedBy.GUARDIAN: N_("Their parent or guardian"),
    AskedBy.CONTACT: N_("Whoever registered them"),
}
HOW = {
    AskedHow.IN_PERSON: N_("In person"),
    AskedHow.BY_TELEPHONE: N_("By telephone"),
    AskedHow.IN_WRITING: N_("In writing"),
}


class ErasureForm(StaffForm):
    """What was said: who asked, and how."""

    asked_by = ChoiceField(N_("Who asked for it?"))
    asked_how = ChoiceField(N_("How?"))


@bp.route(f"/<slug>/attendees/<{ID}:attendee_id>/erase", methods=["GET", "POST"])
def erase(slug: str, attendee_id: int) -> Answer:
    """Asks what was said, then erases."""
    attendee = queries.registration.get_attendee_in(g.event.id, attendee_id)
    name, registration_id = attendee.name, attendee.registration_id
    form = ErasureForm()
    form.asked_by.choices = [(value.value, _(words)) for value, words in BY.items()]
    form.asked_how.choices = [(value.value, _(words)) for value, words in HOW.items()]

    def change() -> None:
        services.erasure.erase(
            attendee_id,
            by_account_id=frame.me(),
            asked_by=AskedBy(form.asked_by.data),
            asked_how=AskedHow(form.asked_how.data),
        )

    if frame.attempt(form, change):
        return redirect(url_for(".receipt", slug=slug, erased_id=attendee_id), 303)
    return frame.page("erasure_ask.html", form, name=name, registration_id=registration_id)


@bp.get(f"/<slug>/attendees/<{ID}:erased_id>/erased")
def receipt(slug: str, erased_id: int) -> str:
    """The receipt, in the person's language and without anything personal."""
    attendee = queries.registration.get_attendee_in(g.event.id, erased_id)
    note = queries.own_data.find_erasure(g.event.id, erased_id)
    if attendee.erased_at is None or note is None:
        raise NotFound(erased_id)
    registration = queries.registration.get(attendee.registration_id)
    asked_by, asked_how = note.details.get("asked_by"), note.details.get("asked_how")
    with speaking(registration.language):
        paper = render_template(
            "organizer/erasure_paper.html",
            paper_language=registration.language,
            number=f"{g.event.id}-{attendee.id}-{note.id}",
            erased_at=attendee.erased_at,
            asked_by=_(BY[AskedBy(asked_by)]) if asked_by else None,
            asked_how=_(HOW[AskedHow(asked_how)]) if asked_how else None,
            is_all=registration.erased_at is not None,
        )
    return render_template("organizer/erasure_receipt.html", paper=paper, registration_id=registration.id)
