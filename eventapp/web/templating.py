"""What templates can say: translated texts, dates in the event's zone, names, and addresses of files."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Flask, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from eventapp import clock, config, language, queries
from eventapp.formats import markdown
from eventapp.language import LocalizedText
from eventapp.language import gettext as _
from eventapp.rules import colour, mail_answer, phones, ticket
from eventapp.rules.vocabulary import SpeakerRole
from eventapp.web import headers, static

if TYPE_CHECKING:
    from eventapp.models.event import Event
    from eventapp.models.notice import Notice


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: language.catalogue(language.current()).gettext(message),
        lambda one, many, n: language.catalogue(language.current()).ngettext(one, many, n),
        newstyle=True,
    )
    env.filters.update(
        text=text,
        localized=LocalizedText,
        plain=plain,
        markdown=rich,
        day=lambda when, zone: language.day(language.local(when, zone)),
        short_day=lambda when, zone: language.short_day(language.local(when, zone)),
        time=lambda when, zone: language.time(language.local(when, zone)),
        moment=lambda when, zone: language.moment(language.local(when, zone)),
        short_moment=lambda when, zone: language.short_moment(language.local(when, zone)),
        iso=lambda when, zone: when.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"),
        date=language.day,
        short_date=language.short_day,
        zone_city=lambda zone: zone.rsplit("/", 1)[-1].replace("_", " "),
        language=language.name_of,
        number=language.number,
        phone=phones.shown,
        spoken=ticket.spoken,
        initials=initials,
        reason=_reason,
    )
    env.globals.update(
        static=static.address,
        icon=static.icon(),
        accent_style=accent_style,
        other_languages=other_languages,
        current_notices=current_notices,
        language_name=language.NAMES.__getitem__,
        made_up_mark=made_up_mark,
        role_words=role_words,
        languages=language.LANGUAGES,
    )

    @app.context_processor
    def facts() -> dict[str, Any]:
        return {"lang": language.current(), "now": clock.now(), "public_url": config.current().public_url}


def _reason(said: str) -> str:
    """Why a message did not arrive, in words; what a server said that we do not know stays as it is."""
    meaning = mail_answer.read(said)
    return language.gettext(meaning.sentence if meaning is not None else said)


def _languages(context: Context) -> list[str]:
    event = context.get("event")
    return list(event.languages) if event is not None else []


@pass_context
def text(context: Context, value: LocalizedText) -> Markup:
    """A localized text for the reader; one in another language than the page says so with ``lang``."""
    direct = value.get(language.current())
    if direct:  # nearly always, and hundreds of times on a page
        return _escaped(direct)
    return shown(value, _languages(context))


def shown(value: LocalizedText, languages: Sequence[str]) -> Markup:
    """What `text` gives, where there is no template: ``languages`` are the event's."""
    direct = value.get(language.current())
    if direct:
        return _escaped(direct)
    chosen = value.pick(languages)
    if not chosen.value:
        return Markup()
    marked = f'<span lang="{escape(chosen.language)}" dir="auto">{_escaped(chosen.value)}</span>'
    return Markup(marked)  # noqa: S704  both parts are escaped


def made_up_mark() -> Markup:
    """Says that something is made up."""
    return Markup(' <span class="soft">{}</span>').format(_("(placeholder)"))


def role_words() -> dict[SpeakerRole, str]:
    """What somebody does in a session, where it is not simply to speak."""
    return {
        SpeakerRole.MODERATOR: _("moderation"),
        SpeakerRole.PERFORMER: _("performance"),
        SpeakerRole.HOST: _("host"),
    }


def _escaped(value: str) -> Markup:
    # An apostrophe is harmless in text and in double-quoted attributes, and so common in French that it counts.
    if "'" not in value:
        return escape(value)
    return Markup(str(escape(value)).replace("&#39;", "'"))  # noqa: S704  escaped, but for the apostrophes


@pass_context
def plain(context: Context, value: LocalizedText) -> str:
    """A localized text for a place that takes no markup: a title, an attribute."""
    return value.pick(_languages(context)).value


@pass_context
def rich(context: Context, value: LocalizedText, level: int = 3) -> Markup:
    """A localized text written in Markdown; ``level`` is that of its headings on this page."""
    chosen = value.pick(_languages(context))
    body = Markup(markdown.html(chosen.value, level))  # noqa: S704  cleaned by formats.markdown
    if chosen.language == language.current():
        return body
    return Markup('<div lang="{}" dir="auto">{}</div>').format(chosen.language, body)


def initials(name: str) -> str:
    """One or two letters that stand for a photograph."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


@lru_cache(maxsize=256)
def _accent_css(accent: str, *, is_dark: bool) -> str:
    p = colour.palette(accent)
    dark = f":root{{--accent:{p.dark_accent};--accent-ink:{p.dark_accent_ink};--tint:{p.dark_tint}}}"
    if is_dark:
        return dark
    light = f":root{{--accent:{p.accent};--accent-ink:{p.accent_ink};--tint:{p.tint}}}"
    return f"{light}@media (prefers-color-scheme:dark){{{dark}}}"


def accent_style(accent: str, more: str = "", *, is_dark: bool = False) -> Markup:
    """The page's one ``<style>``: the event's colours, let through the policy by their digest.

    ``more`` is CSS of this page alone, made by the program and of nothing that anybody typed. ``is_dark``: the page is
    dark whatever the reader prefers.
    """
    css = _accent_css(accent, is_dark=is_dark) + more
    headers.allow_inline_style(css)
    return Markup("<style>{}</style>").format(Markup(css))  # noqa: S704  made of hex colours and numbers


def current_notices(event: "Event") -> list["Notice"]:
    """What the organizer of an event tells everybody just now; one query, on whatever page it stands."""
    return queries.notice.list_current(event.id, clock.now())


def other_languages() -> list[tuple[str, str, str]]:
    """(language, its own name, address of this page in it) for each language but the reader's."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return [
        (code, language.NAMES[code], "?" + urlencode([*kept, ("lang", code)]))
        for code in language.LANGUAGES
        if code != language.current()
    ]
