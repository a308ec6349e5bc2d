"""Messages to many people: written, looked at once more, scheduled or sent, stopped."""

import re
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventapp import clock, config, queries, services
from eventapp.errors import Refused
from eventapp.language import N_, ngettext
from eventapp.language import gettext as _
from eventapp.rules import links, message, refusals
from eventapp.rules import mailing as rules
from eventapp.rules.mailing import Leaves
from eventapp.rules.vocabulary import (
    MAILED,
    Audience,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
    EventState,
    MailingState,
)
from eventapp.services.mailing import MailingFacts
from eventapp.web.organizer import frame, mailing_form, words
from eventapp.web.organizer.frame import ID, Answer
from eventapp.web.organizer.mailing_form import MailingForm

if TYPE_CHECKING:
    from eventapp.models.mailing import Mailing

bp = Blueprint("mailing", __name__)

FORM_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

PAGE = 30

CHANNELS = {
    DeliveryChannel.EMAIL: N_("by e-mail"),
    DeliveryChannel.SMS: N_("by SMS"),
    DeliveryChannel.HAND: N_("by the team, from their telephones"),
}

KINDS = {
    DeliveryKind.ANNOUNCEMENT: N_("Write an announcement"),
    DeliveryKind.REMINDER: N_("Write a reminder"),
    DeliveryKind.THANK_YOU: N_("Write a thank-you"),
}
"""What can be begun; for a reminder and a thank-you there are standard words."""


@dataclass(frozen=True)
class Listed:
    """A mailing with when it leaves, and how many of its messages stand where."""

    row: "Mailing"
    title: str
    leaves_at: datetime | None
    rule: str
    reached: dict[DeliveryState, int]

    @property
    def written(self) -> int:
        """How many messages there are."""
        return sum(self.reached.values())

    @property
    def waiting(self) -> int:
        """How many of them have not left."""
        return self.reached.get(DeliveryState.QUEUED, 0)

    @property
    def is_leaving(self) -> bool:
        """Whether something of it is still to leave by itself."""
        return self.row.state is MailingState.SENDING or (self.row.state is MailingState.SENT and self.waiting > 0)

    @property
    def is_held(self) -> bool:
        """Whether it waits for somebody: its time passed without it."""
        return self.row.state is MailingState.SCHEDULED and self.row.send_at is None and self.leaves_at is not None


@bp.get("/<slug>/mailings")
def index(slug: str) -> str:
    """All of them by stage; of those that left, thirty to a page."""
    total = queries.mailing.count_left(g.event.id)
    last = max(1, ceil(total / PAGE))
    page = frame.page_number(last)
    waiting = _listed(queries.mailing.list_open(g.event.id))
    left = _listed(queries.mailing.list_left(g.event.id, offset=(page - 1) * PAGE, limit=PAGE))
    used = {(one.row.kind, one.row.days, one.row.minute) for one in (*waiting, *left)}
    return render_template(
        "organizer/mailing_list.html",
        scheduled=[one for one in waiting if one.row.state is MailingState.SCHEDULED],
        drafts=[one for one in waiting if one.row.state is MailingState.DRAFT],
        leaving=[one for one in left if one.is_leaving],
        left=[one for one in left if not one.is_leaving],
        kinds=KINDS,
        usual=[(key, mailing_form.rule_words(*rule), rule[0]) for key, rule in rules.USUAL.items() if rule not in used],
        form_id=links.random_secret(),
        is_public=g.event.state is EventState.PUBLISHED,
        page=page,
        last=last,
    )


def _listed(rows: "list[Mailing]") -> list[Listed]:
    reached = queries.mailing.reached([row.id for row in rows])
    dates = queries.mailing.dates(g.event)
    return [
        Listed(
            row=row,
            title=row.subject.pick(g.event.languages).value,
            leaves_at=_leaves_at(row, dates),
            rule=mailing_form.rule_words(row.kind, row.days, row.minute or 0) if row.days is not None else "",
            reached=reached[row.id],
        )
        for row in rows
    ]


def _leaves_at(row: "Mailing", dates: rules.Dates) -> datetime | None:
    if row.state is MailingState.SCHEDULED and row.send_at is None and row.days is None:
        return row.created_at  # a time that passed without it, and is not kept
    return row.send_at or rules.leaves_at(row.kind, Leaves(row.send_at, row.days, row.minute), dates)


def _kind() -> DeliveryKind:
    asked = request.args.get("kind")
    return next((kind for kind in MAILED if kind == asked), DeliveryKind.ANNOUNCEMENT)


def _audience() -> Audience:
    asked = request.args.get("to")
    return next((audience for audience in Audience if audience == asked), Audience.GUESTS)


@bp.route("/<slug>/mailings/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    """Begins one: of which kind and to whom stands in the address."""
    kind, audience = _kind(), _audience()
    form = mailing_form.prepare(MailingForm(data=mailing_form.fresh(kind)), kind, audience)
    made: list[Mailing] = []

    def change() -> None:
        facts = form.facts(kind, audience)
        new = services.mailing.draft(
            g.event.id, kind, audience, facts, form_id=form.form_id.data or "", account_id=frame.me()
        )
        made.append(new)

    if frame.attempt(form, change):
        return frame.done(_("The draft is kept. Nothing has left yet."), ".check", mailing_id=made[0].id)
    return _page(form, None, kind, audience)


@bp.post("/<slug>/mailings/usual")
def add_usual(slug: str) -> BaseResponse:
    """Begins one by a usual rule with standard words, to be looked at and scheduled."""
    rule = rules.USUAL.get(request.form.get("rule", ""))
    form_id = request.form.get("form_id", "")
    if rule is None or not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", form_id):
        return frame.done(refusals.sentence(Refused("choice_invalid")), ".index")
    kind, days, minute = rule
    chosen = {"came": True} if kind is DeliveryKind.THANK_YOU else {}
    facts = MailingFacts(chosen=chosen, leaves=Leaves(days=days, minute=minute), survey_url=g.event.survey_url)
    try:
        new = services.mailing.draft(g.event.id, kind, Audience.GUESTS, facts, form_id=form_id, account_id=frame.me())
    except Refused as refused:
        return frame.done(refusals.sentence(refused), ".index")
    return frame.done(_("The draft is kept. Nothing has left yet."), ".check", mailing_id=new.id)


@bp.route(f"/<slug>/mailings/<{ID}:mailing_id>/edit", methods=["GET", "POST"])
def edit(slug: str, mailing_id: int) -> Answer:
    """Changes one of which nothing has left."""
    row = queries.mailing.get(g.event.id, mailing_id)
    form = mailing_form.prepare(MailingForm(data=mailing_form.present(row)), row.kind, row.audience)

    def change() -> None:
        facts = form.facts(row.kind, row.audience)
        services.mailing.change(g.event.id, mailing_id, facts, account_id=frame.me())

    if frame.attempt(form, change):
        return frame.done(_("The draft is kept. Nothing has left yet."), ".check", mailing_id=mailing_id)
    row = queries.mailing.get(g.event.id, mailing_id)
    if row.state not in queries.mailing.OPEN and not form.errors:
        return frame.done(refusals.sentence(Refused("mailing_left")), ".show", mailing_id=mailing_id)
    return _page(form, row, row.kind, row.audience)


def _page(form: MailingForm, row: "Mailing | None", kind: DeliveryKind, audience: Audience) -> Answer:
    return frame.page(
        "mailing_form.html",
        form,
        row=row,
        kind=kind,
        audience=audience,
        audiences=list(Audience),
        heading=_(KINDS[kind]) if row is None else _("Change"),
        has_standard=kind is not DeliveryKind.ANNOUNCEMENT,
        placeholders=", ".join(map(message.shown, message.allowed(kind))),
    )


@bp.get(f"/<slug>/mailings/<{ID}:mailing_id>")
def show(slug: str, mailing_id: int) -> str:
    """One of them: what it says, to whom, and what became of its messages."""
    row = queries.mailing.get(g.event.id, mailing_id)
    return render_template(
        "organizer/mailing_show.html",
        one=_listed([row])[0],
        whom=mailing_form.to_whom(row),
        stopped_by=queries.account.get(row.stopped_by_id) if row.stopped_by_id is not None else None,
        is_mail_held=config.current().mail_url is None,
        form_id=links.random_secret(),
    )


@bp.route(f"/<slug>/mailings/<{ID}:mailing_id>/check", methods=["GET", "POST"])
def check(slug: str, mailing_id: int) -> Answer:
    """Shows how many would get what, and what one of them would read; then schedules or sends it."""
    row = queries.mailing.get(g.event.id, mailing_id)
    if request.method == "POST":
        try:
            return _let_go(row)
        except Refused as refused:
            return _looked_at(queries.mailing.get(g.event.id, mailing_id), refusals.sentence(refused)), 409
    if row.state not in queries.mailing.OPEN:
        return frame.done(refusals.sentence(Refused("mailing_left")), ".show", mailing_id=mailing_id)
    return _looked_at(row, None)


def _let_go(row: "Mailing") -> BaseResponse:
    seen = request.form.get("seen")
    if request.form.get("do") == "schedule":
        services.mailing.schedule(g.event.id, row.id, seen=seen, account_id=frame.me())
        return frame.done(_("It is scheduled."), ".show", mailing_id=row.id)
    expected = request.form.get("expected", "")
    if not re.fullmatch(r"[0-9]{1,9}", expected, re.ASCII):
        raise Refused("choice_invalid")
    services.mailing.send_now(g.event.id, row.id, expected=int(expected), seen=seen, account_id=frame.me())
    return frame.done(_("It is on its way."), ".show", mailing_id=row.id)


def _looked_at(row: "Mailing", problem: str | None) -> str:
    event, now = g.event, clock.now()
    one = _listed([row])[0]
    at = max(now, one.leaves_at) if one.leaves_at is not None else now
    found = services.mailing_preview.dry_run(row, event, at)
    return render_template(
        "organizer/mailing_check.html",
        one=one,
        whom=mailing_form.to_whom(row),
        found=found,
        channels=CHANNELS,
        names=services.mailing_preview.list_names(row, event, at),
        previews=services.mailing_preview.list_previews(row, event, at),
        form_id=links.random_secret(),
        seen=services.mailing.fingerprint(row),
        problem=problem,
        why_not_now=_why_not(row, now),
        why_not_then=_why_not(row, at) if one.leaves_at is None or one.leaves_at > now else _passed(),
        has_time=row.days is not None or row.send_at is not None,
        is_public=event.state is EventState.PUBLISHED,
        came_is_unknown=rules.of(row.audience, row.chosen).came is not None
        and (event.starts_at is None or now < event.starts_at),
    )


def _why_not(row: "Mailing", at: datetime) -> str:
    """Why it cannot leave at a moment; empty if it can."""
    try:
        services.mailing.check(row, g.event, at)
    except Refused as refused:
        return refusals.sentence(refused)
    return ""


def _passed() -> str:
    return _("The time that is set is over. Choose another one, or send it now.")


@bp.post(f"/<slug>/mailings/<{ID}:mailing_id>/try")
def try_out(slug: str, mailing_id: int) -> BaseResponse:
    """Sends it to whoever asks, so that they see how it arrives."""
    queries.mailing.get(g.event.id, mailing_id)
    form_id, code = request.form.get("form_id", ""), request.form.get("language", "")
    try:
        if not FORM_ID.fullmatch(form_id):
            raise Refused("choice_invalid")
        said = _(
            "A test is on its way to %(address)s.",
            address=services.mailing_preview.try_out(
                g.event.id, mailing_id, code, account_id=frame.me(), form_id=form_id
            ),
        )
    except Refused as refused:
        said = refusals.sentence(refused)
    return frame.done(said, ".check", mailing_id=mailing_id)


@bp.route(f"/<slug>/mailings/<{ID}:mailing_id>/stop", methods=["GET", "POST"])
def stop(slug: str, mailing_id: int) -> Answer:
    """Asks, with the numbers, then keeps from leaving what has not left."""
    one = _listed([queries.mailing.get(g.event.id, mailing_id)])[0]
    if one.row.state is MailingState.SCHEDULED:
        consequences = [_("Nothing has left. It becomes a draft again, and can be scheduled once more.")]
    else:
        consequences = [
            ngettext(
                "%(num)s message has not left and is dropped.", "%(num)s messages have not left and are dropped.",
                one.waiting,
            ),
            ngettext(
                "%(num)s message has left already.", "%(num)s messages have left already.",
                one.reached.get(DeliveryState.SENT, 0),
            ),
            _("What a mail server, or somebody of the team, has before them just now still leaves."),
        ]  # fmt: skip
    return frame.confirm(
        lambda: services.mailing.stop(g.event.id, mailing_id, account_id=frame.me()),
        question=_("Stop “%(name)s”?", name=one.title or words.word(one.row.kind)),
        consequences=consequences,
        button=_("Stop it"),
        back=url_for(".show", slug=slug, mailing_id=mailing_id),
        message=_("It is stopped."),
    )


@bp.post(f"/<slug>/mailings/<{ID}:mailing_id>/copy")
def copy(slug: str, mailing_id: int) -> BaseResponse:
    """Begins another one that says the same to the same people."""
    queries.mailing.get(g.event.id, mailing_id)
    form_id = request.form.get("form_id", "")
    if not FORM_ID.fullmatch(form_id):
        return frame.done(refusals.sentence(Refused("choice_invalid")), ".show", mailing_id=mailing_id)
    new = services.mailing.copy(g.event.id, mailing_id, form_id=form_id, account_id=frame.me())
    return frame.done(_("This is the copy. Nothing has left yet."), ".edit", mailing_id=new.id)


@bp.route(f"/<slug>/mailings/<{ID}:mailing_id>/discard", methods=["GET", "POST"])
def discard(slug: str, mailing_id: int) -> Answer:
    """Asks, then throws a draft away."""
    row = queries.mailing.get(g.event.id, mailing_id)
    return frame.confirm(
        lambda: services.mailing.discard(g.event.id, mailing_id, account_id=frame.me()),
        question=_("Throw “%(name)s” away?", name=_listed([row])[0].title or words.word(row.kind)),
        consequences=[_("Nobody has got anything of it. It cannot be taken back.")],
        button=_("Throw it away"),
        back=url_for(".index", slug=slug),
        message=_("Thrown away."),
    )
