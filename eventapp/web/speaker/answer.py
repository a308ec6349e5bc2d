"""A speaker's answer, in one tap. Only a POST answers: messengers open the links they are sent, to show a preview."""

from flask import Blueprint, request

from eventapp import services
from eventapp.errors import Refused
from eventapp.rules import refusals
from eventapp.web.forms import GuestForm, ParagraphsField
from eventapp.web.speaker import own, programme
from eventapp.web.speaker.own import Answer
from eventapp.web.speaker.programme import Refusal

bp = Blueprint("answer", __name__)


class ReasonForm(GuestForm):
    """Why somebody does not come; it may stay empty."""

    reason = ParagraphsField(max_length=1000)


@bp.post("/<secret>/answer")
def give(secret: str) -> Answer:
    """I come, or I do not, for a reason or none."""
    mine = own.get(secret)
    speaker, event = mine
    form = ReasonForm()
    comes = request.form.get("answer") == "yes"
    if not comes and not form.validate():
        sentence = " ".join(map(str, form.reason.errors))
        return programme.page(mine, secret, Refusal("answer", sentence, form.reason.data or ""))
    event_id, speaker_id = event.id, speaker.id
    try:
        if comes:
            services.speaker_answer.confirm(event_id, speaker_id)
        elif request.form.get("answer") == "no":
            services.speaker_answer.decline(event_id, speaker_id, form.reason.data)
        else:
            raise Refused("choice_invalid")
    except Refused as refused:
        refusal = Refusal("answer", refusals.sentence(refused), form.reason.data or "")
        return programme.page(own.get(secret), secret, refusal)
    return own.done("programme.show", secret, "coming" if comes else "not-coming")
