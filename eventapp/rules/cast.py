"""People with what they do, in one line of text: ``Awa Traoré (moderator); Issa Keïta``."""

import re
from collections.abc import Sequence

from eventapp.rules import names
from eventapp.rules.vocabulary import SpeakerRole

_ROLES = {
    SpeakerRole.SPEAKER: "speaker, intervenant, intervenante, intervenant e, orateur, oratrice, panelist, paneliste",
    SpeakerRole.MODERATOR: "moderator, moderation, chair, moderateur, moderatrice, moderateur rice",
    SpeakerRole.PERFORMER: "performer, performance, artist, artiste, musicien, musicienne",
    SpeakerRole.HOST: "host, animation, animateur, animatrice, animateur rice, presentateur, presentatrice",
}
_ROLE_WORDS = {word.strip(): role for role, words in _ROLES.items() for word in words.split(",")}
_BEHIND = re.compile(r"^(.*\S)\s*\(([^()]*)\)$", re.DOTALL)
_PERSON = re.compile(r'\s*(?:"((?:[^"]|"")*)"(\s*\([^()]*\))?|([^;\n]*))\s*(?:[;\n]|$)')


def read(whole: str) -> list[tuple[str, SpeakerRole | None]]:
    """People with what they do: separated by ``;`` or lines, else by ``,``; the role in brackets behind the name."""
    if not re.search('[;\n]|^"', whole):
        return [_person(part.strip()) for part in whole.split(",") if part.strip()]
    found = []
    for part in _PERSON.finditer(whole):
        if part[1] is not None:
            found.append((part[1].replace('""', '"'), _role(part[2] or "")))
        elif part[3].strip():
            found.append(_person(part[3].strip()))
    return found


def _role(word: str) -> SpeakerRole | None:
    return _ROLE_WORDS.get(names.fold(word))


def _person(written: str) -> tuple[str, SpeakerRole | None]:
    behind = _BEHIND.match(written)
    role = _role(behind[2]) if behind else None
    return (behind[1], role) if behind and role else (written, None)


def write(people: Sequence[tuple[str, SpeakerRole]]) -> str:
    """A text that `read` reads back: a name that holds a separator stands in quotation marks."""
    parts = []
    for name, role in people:
        whole = f'"{name.replace(chr(34), chr(34) * 2)}"' if _needs_quotes(name) else name
        parts.append(whole if role is SpeakerRole.SPEAKER else f"{whole} ({role.value})")
    cell = "; ".join(parts)
    return f"{cell};" if "," in cell and len(parts) == 1 and not cell.startswith('"') else cell


def _needs_quotes(name: str) -> bool:
    return ";" in name or name.startswith('"') or _person(name)[1] is not None
