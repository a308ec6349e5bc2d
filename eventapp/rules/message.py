"""Placeholders in an organizer's own words: which there are, and what stands for them."""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("name", "event", "date", "place", "link", "until", "session", "survey")
"""What may stand in braces, such as ``{name}``."""

_PLACEHOLDER = re.compile(r"\{\s*([^{}\n]*?)\s*\}")


def unknown(text: str) -> list[str]:
    """What stands in braces in a text and is no placeholder, once each, in its order."""
    return list(dict.fromkeys(name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS))


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with what stands for its placeholders. An unknown one stays as it is; values are never filled again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
