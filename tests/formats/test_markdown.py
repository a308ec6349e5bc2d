"""Markdown of organizers: what they mean comes out, what could harm does not."""

import pytest

from eventapp.formats import markdown


def test_paragraphs_lists_and_links_come_out():
    text = "Un **mot**.\n\n- un\n- deux\n\n[lien](https://example.org/)"
    assert "<strong>mot</strong>" in markdown.html(text)
    assert markdown.html(text).count("<li>") == 2
    assert 'href="https://example.org/"' in markdown.html(text)


@pytest.mark.parametrize(("level", "tag"), [(2, "h2"), (3, "h3")])
def test_headings_fit_into_the_page(level, tag):
    assert markdown.html("# Un\n\n#### Deux", level).count(f"<{tag}>") == 2


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/pixel.png)",
        '<a href="data:text/html,x">x</a>',
        "<b style='position:fixed'>x</b>",
    ],
)
def test_nothing_harmful_passes(text):
    html = markdown.html(text)
    assert not any(bad in html for bad in ("<script", "<img", '<a href="javascript', '<a href="data', "<b style"))
