"""What a message would say, before it is written to everybody: to the first of them, in each language of the event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import g

from eventapp import language, services
from eventapp.formats import letter as letters
from eventapp.queries.addressee import Addressee
from eventapp.rules.vocabulary import DeliveryKind


@dataclass(frozen=True)
class Shown:
    """A message in one language."""

    language: str
    subject: str
    paragraphs: list[str]


def of(people: Sequence[Addressee], kind: DeliveryKind, **facts: Any) -> list[Shown]:
    """A message to the first of these people; empty when there is nobody. ``facts`` of `formats.letter.Letter` stand in
    for those that are true now."""
    if not people:
        return []
    letter = replace(letters.without_secrets(services.letter.to(people[0], g.event.id, kind)), **facts)
    shown = []
    for code in g.event.languages:
        with language.speaking(code):
            told = replace(letter, language=code)
            shown.append(Shown(code, letters.subject(told), letters.lead(told)))
    return shown
