"""What a speaker's public page says about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules.event import read_website

MAX_LINKS = 10
"""Addresses in one language."""


@dataclass(frozen=True)
class Link:
    """A web address about somebody, and the host's name that stands for it."""

    address: str
    host: str


def read_links(typed: LocalizedText) -> LocalizedText:
    """Web addresses as typed, one a line, with https:// added where nothing was written; each once.

    Raises Refused with ``links_invalid`` (the line stands in the facts) or ``links_too_many``, beside ``links``.
    """
    return LocalizedText({language: "\n".join(_addresses(text)) for language, text in typed.items()})


def _addresses(text: str) -> list[str]:
    found: dict[str, None] = {}
    for line in map(str.strip, text.splitlines()):
        try:
            address = read_website(line)
        except Refused as refused:
            raise Refused("links_invalid", field="links", line=line[:80]) from refused
        if address:
            found[address] = None
    if len(found) > MAX_LINKS:
        raise Refused("links_too_many", field="links", max=MAX_LINKS)
    return list(found)


def links(kept: LocalizedText, languages: Sequence[str], reader: str | None = None) -> list[Link]:
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
