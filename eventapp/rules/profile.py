"""What a speaker's public page says about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules.event import read_website


@dataclass(frozen=True)
class Link:
    """A web address about somebody, and the host's name that stands for it."""

    address: str
    host: str


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
