"""Markdown that organizers write, to HTML that cannot harm."""

import re
from functools import lru_cache
from typing import cast

import mistune
import nh3

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h2", "h3", "h4", "code", "hr"}
_HEADING = re.compile(r"(</?h)[1-6]")
_render = mistune.create_markdown(escape=True)


@lru_cache(maxsize=512)
def html(text: str, level: int = 3) -> str:
    """The text as HTML: paragraphs, lists, emphasis, links and headings; scripts and pictures do not pass.

    Headings are all of one ``level``, so that they fit into the order of the page's own.
    """
    levelled = _HEADING.sub(rf"\g<1>{level}", cast("str", _render(text)))
    return nh3.clean(
        levelled, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel", "geo"}
    )
