"""What a speaker's public page says about them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules.event import read_website

MAX_LINKS = 10


@dataclass(frozen=True)
class Link:
    """A web address about somebody, and the host's name that stands for it."""

    address: str
    host: str


def read_links(typed: LocalizedText) -> LocalizedText:
    """Web addresses as typed, one a line, with https:// added where nothing was written.

    Raises Refused with ``website_invalid`` (beside ``links``), or ``links_too_many``.
    """
    return LocalizedText({language: _read_lines(text) for language, text in typed.items()})


def _read_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MAX_LINKS:
        raise Refused("links_too_many", field="links", max=MAX_LINKS)
    try:
        return "\n".join(dict.fromkeys(read_website(line) or "" for line in lines))
    except Refused as refused:
        refused.field = "links"
        raise


def links(kept: LocalizedText, languages: list[str], reader: str | None = None) -> list[Link]:
    """The links to show; those of another language where the reader's has none.

    What is no address of a website (kept by an older version, or by a file that was taken in) is left out.
    """
    found = []
    for line in kept.pick(languages, reader).value.splitlines():
        try:
            address = read_website(line.strip())
        except Refused:
            continue
        if address:
            host = urlsplit(address).hostname or ""
            found.append(Link(address, host.removeprefix("www.")))
    return found
