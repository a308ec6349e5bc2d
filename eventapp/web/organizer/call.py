"""People to call: what those must hear of who have no e-mail address."""

from dataclasses import dataclass
from math import ceil

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response as BaseResponse

from eventapp import config, queries, services
from eventapp.formats import by_hand, reminder
from eventapp.formats.by_hand import News
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.queries.delivery import ByHand
from eventapp.rules import no_show
from eventapp.rules.vocabulary import DeliveryKind
from eventapp.web.organizer import frame
from eventapp.web.organizer.frame import ID

bp = Blueprint("call", __name__)

PAGE = 50
"""People on one page of the list."""


@dataclass(frozen=True)
class Call:
    """Somebody to be told something: why, how, and in which words."""

    found: ByHand
    names: list[str]
    reason: str
    is_outdated: bool
    phone: str | None
    text: str
    whatsapp: str | None
    known: list[str]
    """What helps to find somebody who gave no number."""


@bp.get("/<slug>/to-call")
def index(slug: str) -> str:
    """Whom the team still has to tell something, who waits longest first."""
    total = queries.delivery.count_by_hand(g.event.id)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    found = queries.delivery.list_to_tell(g.event.id, offset=(page - 1) * PAGE, limit=PAGE)
    return render_template(
        "organizer/call_list.html", rows=[_call(one) for one in found], total=total, page=page, last=last
    )


def _call(found: ByHand) -> Call:
    news = _news(found)
    phone = _phone(found)
    text = by_hand.write(news, found.delivery.language)
    people = found.registration.attendees if found.registration is not None else []
    return Call(
        found=found,
        names=_names(found),
        reason=by_hand.reason(news),
        is_outdated=by_hand.is_outdated(found.delivery.kind, {one.status for one in people}),
        phone=phone,
        text=text,
        whatsapp=reminder.whatsapp(phone, text) if phone else None,
        known=[] if phone else _known(found),
    )


def _news(found: ByHand) -> News:
    delivery = found.delivery
    secret = services.registration.secret(found.registration) if found.registration is not None else None
    public_url = config.current().public_url
    until = None
    if delivery.kind is DeliveryKind.RECONFIRM:
        until = no_show.released_at(g.event.starts_at, g.event.release_days, g.event.timezone)
    return News(
        kind=delivery.kind,
        title=g.event.title,
        languages=g.event.languages,
        timezone=g.event.timezone,
        personal_link=f"{public_url}/r/{secret}" if secret else f"{public_url}/e/{g.event.slug}/",
        until=until,
        session=LocalizedText(found.session.title) if found.session is not None else None,
    )


def _names(found: ByHand) -> list[str]:
    if found.registration is not None:
        return [one.name for one in found.registration.attendees]
    if found.invitation is not None:
        return [name for name in (found.invitation.name, found.invitation.organization) if name]
    return []


def _phone(found: ByHand) -> str | None:
    """The number that counts now; it may have been corrected since."""
    if found.registration is not None:
        return found.registration.phone
    return found.delivery.address or None


def _known(found: ByHand) -> list[str]:
    if found.registration is None:
        return []
    known = {found.registration.group_name: None}
    for one in found.registration.attendees:
        known |= dict.fromkeys((one.function, one.organization, one.region))
    return [word for word in known if word]


@bp.post(f"/<slug>/to-call/<{ID}:delivery_id>/told")
def told(slug: str, delivery_id: int) -> BaseResponse:
    """Somebody of the team has told them."""
    services.delivery.note_told(delivery_id, g.event.id, by_account_id=frame.me())
    return frame.done(_("Noted."), ".index")


@bp.post(f"/<slug>/to-call/<{ID}:registration_id>/comes")
def comes(slug: str, registration_id: int) -> BaseResponse:
    """Asked whether they still come, they said yes."""
    queries.registration.get_in(g.event.id, registration_id)
    services.no_show.confirm(registration_id, by_account_id=frame.me())
    return frame.done(_("Noted: they come."), ".index")
