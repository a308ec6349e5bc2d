"""Schedules that travel between programs: what is the same session, and what the words of others mean here."""

import re
import uuid

from eventapp.rules.vocabulary import SessionKind

MADE_FROM = uuid.UUID("1f0c6c0a-5f0e-5c57-9d0e-6a3f1b7d2c11")
"""The name space of identifiers that are made from something else (UUID version 5, RFC 9562); it never changes."""

_UUID_IN_FRONT = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:@.*)?", re.ASCII)


def guid(uid: str) -> str:
    """The identifier of a session in schedule files, from its identity in calendars: for ever the same.

    It is the UUID that the identity is or begins with, so that a session which came in a file goes out under the same
    identifier; any other identity gives a UUID made from it.
    """
    found = _UUID_IN_FRONT.fullmatch(uid)
    return found[1] if found else made_guid(uid)


def made_guid(*facts: str) -> str:
    """A UUID made from facts: the same facts give the same one."""
    return str(uuid.uuid5(MADE_FROM, "\n".join(facts)))


def uid(guid: str, event_id: int) -> str:
    """The identity in calendars of a session that came in a file; two events may have taken in the same file."""
    return f"{guid}@{event_id}"


def read_guid(text: str, *facts: str) -> str:
    """The identifier that a file gives, as a UUID: one that is none gives one made from it and the facts."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return made_guid(*facts, text.strip())


_WORDS = {
    SessionKind.TALK: """talk, lecture, keynote, presentation, plenary, lightning talk, lightning_talk, short talk,
        long talk, intervention, vortrag, kurzer vortrag, langer vortrag, blitzvortrag, conférence, exposé, plénière""",
    SessionKind.PANEL: """panel, panel discussion, discussion, debate, round table, roundtable, podium,
        podiumsdiskussion, table ronde, débat""",
    SessionKind.PERFORMANCE: """performance, live performance, concert, show, dj set, sound performance,
        theatre/dance performance, konzert, prestation, spectacle""",
    SessionKind.CEREMONY: """ceremony, opening, closing, opening/closing, opening ceremony, closing ceremony,
        cérémonie, ouverture, clôture""",
    SessionKind.BREAK: """break, lunch, lunch break, coffee break, pause, mittagspause, kaffeepause,
        déjeuner, pause-café""",
}
_KINDS = {word.strip(): kind for kind, words in _WORDS.items() for word in words.split(",")}


def kind(word: str) -> SessionKind | None:
    """What kind of programme item another program's word for it means; None for a word that says nothing here."""
    return _KINDS.get(" ".join(word.casefold().split()))


_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.ASCII | re.IGNORECASE)


def read_languages(text: str) -> list[str] | None:
    """The language tags (BCP 47) in a text such as ``de, en``; None if it holds anything else.

    A tag longer than eight signs is cut to its language: ``de-formal`` means ``de``.
    """
    tags = [tag for tag in re.split(r"[\s,;/+&]+", text.strip()) if tag]
    if not all(_TAG.fullmatch(tag) for tag in tags):
        return None
    return [tag if len(tag) <= 8 else tag.partition("-")[0].lower() for tag in tags]
