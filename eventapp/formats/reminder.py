"""What a speaker is reminded of, in words: for a mail, and for a chat that the organizer opens themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from eventapp.language import N_, LocalizedText, short_day, speaking
from eventapp.language import gettext as _
from eventapp.rules.vocabulary import TaskKind

_WORDS: Mapping[TaskKind, str] = {
    TaskKind.PHOTO: N_("a photograph of you"),
    TaskKind.BIOGRAPHY: N_("some lines about you"),
    TaskKind.SLIDES: N_("your slides"),
    TaskKind.STAGE_NEEDS: N_("what you need on stage"),
    TaskKind.PHOTO_CONSENT: N_("whether photographs may show you"),
}


@dataclass(frozen=True)
class Needed:
    """One thing that is missing; ``kind`` None is the answer whether they come. ``title`` is a ``custom`` one's."""

    kind: TaskKind | None = None
    title: LocalizedText = field(default_factory=LocalizedText)
    due_on: date | None = None

    def sentence(self, languages: Sequence[str] = ()) -> str:
        """It in words, in the language that is spoken, with its day."""
        words = self.words(languages)
        return _("%(what)s, by %(day)s", what=words, day=short_day(self.due_on)) if self.due_on else words

    def words(self, languages: Sequence[str] = ()) -> str:
        """It in words, in the language that is spoken."""
        if self.kind is None:
            return _("whether you come")
        return _(_WORDS[self.kind]) if self.kind in _WORDS else self.title.pick(languages).value


def chat(
    name: str, title: LocalizedText, needed: Sequence[Needed], link: str, *, language: str, languages: Sequence[str]
) -> str:
    """A few lines to send from one's own telephone, in the speaker's language."""
    with speaking(language):
        return _(
            "Hello %(name)s, for “%(event)s” we still need from you: %(needed)s. Your personal page: %(link)s",
            name=name,
            event=title.pick(languages).value,
            needed=", ".join(one.words(languages) for one in needed),
            link=link,
        )


def whatsapp(phone: str, text: str) -> str:
    """The address that opens a chat with a number (E.164) and a text in its box.

    https://faq.whatsapp.com/5913398998672934
    """
    return f"https://wa.me/{phone.removeprefix('+')}?text={quote(text, safe='')}"


def invitation(
    address: Sequence[str], title: LocalizedText, link: str, *, language: str, languages: Sequence[str]
) -> str:
    """An invitation to send from one's own telephone, in the invitee's language; ``address`` line by line."""
    with speaking(language):
        return _(
            "%(who)s: you are invited to “%(event)s”. Please answer on your personal page: %(link)s",
            who=", ".join(address),
            event=title.pick(languages).value,
            link=link,
        )
