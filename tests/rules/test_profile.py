"""Web addresses about a speaker, as their public page shows them."""

from eventapp.language import LocalizedText
from eventapp.rules.profile import Link, links

KEPT = LocalizedText(fr="https://www.example.org/sam\nhttps://sam@evil.example/x\n\njavascript:alert(1)\nhttp://[")


def test_links_show_their_host_and_nothing_but_websites():
    assert links(KEPT, ["fr"], "en") == [
        Link("https://www.example.org/sam", "example.org"),
        Link("https://sam@evil.example/x", "evil.example"),
    ]


def test_links_of_the_readers_language_come_before_others():
    assert links(KEPT | {"en": "https://example.com"}, ["fr"], "fr") == links(KEPT, ["fr"])


def test_nobody_has_no_links():
    assert links(LocalizedText(), ["fr"]) == []
