"""Web addresses about a speaker, as their public page shows them."""

import pytest

from eventapp.errors import Refused
from eventapp.language import LocalizedText
from eventapp.rules.profile import Link, links, read_links

KEPT = LocalizedText(fr="https://www.example.org/sam\nhttps://sam@evil.example/x\n\njavascript:alert(1)\nhttp://[")


def test_links_show_their_host_and_nothing_but_websites():
    assert links(KEPT, ["fr"], "en") == [
        Link("https://www.example.org/sam", "example.org"),
        Link("https://sam@evil.example/x", "evil.example"),
    ]


def test_links_of_the_readers_language_come_before_others():
    assert links(LocalizedText(KEPT, en="https://example.com"), ["fr"], "fr") == links(KEPT, ["fr"])


def test_nobody_has_no_links():
    assert links(LocalizedText(), ["fr"]) == []


def test_addresses_are_kept_one_a_line_with_their_scheme():
    typed = LocalizedText(fr=" example.org/sam \n\nhttps://www.example.net\nexample.org/sam", en="http://example.com")
    kept = read_links(typed)
    assert kept == {"fr": "https://example.org/sam\nhttps://www.example.net", "en": "http://example.com"}


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "mailto:sam@example.org", "sam", "data:text/html,x", "http://[", "example.org a b"]
)
def test_what_is_no_website_is_refused_and_named(typed):
    with pytest.raises(Refused) as refused:
        read_links(LocalizedText(fr=f"https://example.org\n{typed}"))
    assert (refused.value.code, refused.value.field) == ("links_invalid", "links")
    assert refused.value.facts == {"line": typed}


def test_too_many_addresses_are_refused():
    with pytest.raises(Refused) as refused:
        read_links(LocalizedText(fr="\n".join(f"example.org/{n}" for n in range(11))))
    assert (refused.value.code, refused.value.field) == ("links_too_many", "links")
