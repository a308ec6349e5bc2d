"""Markdown that organizers write, to HTML that cannot harm."""

from functools import lru_cache
from typing import cast

import mistune
import nh3

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h3", "h4", "code", "hr"}
_render = mistune.create_markdown(escape=True)


@lru_cache(maxsize=512)
def html(text: str) -> str:
    """The text as HTML: paragraphs, lists, emphasis, links and small headings; scripts and pictures do not pass."""
    shifted = (
        cast("str", _render(text))
        .replace("<h1", "<h3")
        .replace("</h1", "</h3")
        .replace("<h2", "<h3")
        .replace("</h2", "</h3")
    )
    return nh3.clean(
        shifted, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel", "geo"}
    )
