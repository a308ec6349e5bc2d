"""Languages: nothing is left untranslated, French is set as French is, dates read as people write them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from eventapp import language
from eventapp.language import LocalizedText
from eventapp.rules import refusals

ROOT = Path(__file__).parent.parent
FRIDAY = datetime(2019, 12, 13, 9, 0, tzinfo=UTC)
NBSP = "\u00a0"


def messages(code):
    with (language.CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        return [message for message in read_po(source, locale=code) if message.id]


def said_in_sources():
    with (language.CATALOGUES / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {text if isinstance(text, str) else text[0] for _file, _line, text, _comments, _context in found}


def first(message):
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message):
    return (message.string,) if isinstance(message.string, str) else message.string


def test_catalogue_has_every_text_of_the_program_and_no_other():
    assert {first(message) for message in messages("fr")} == said_in_sources()


def test_catalogue_has_no_gap_and_nothing_fuzzy():
    assert [first(m) for m in messages("fr") if not all(strings(m)) or m.fuzzy] == []


def test_placeholders_are_the_same_in_every_language():
    facts = re.compile(r"%\((\w+)\)s")
    for message in messages("fr"):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wanted = set(facts.findall(" ".join(ids)))
        assert {name for text in strings(message) for name in facts.findall(text)} <= wanted, first(message)
        assert all("%" not in facts.sub("", text).replace("%%", "") for text in strings(message)), first(message)


def test_french_has_no_break_spaces_where_it_wants_them():
    wrong = re.compile(r"\w[ ]?[;!?](?:\s|$)|[\w)] ?:(?:\s|$)|«(?!\u00a0)|(?<!\u00a0)»")
    right = re.compile(r"\u00a0[:;!?]")
    found = [text for m in messages("fr") for text in strings(m) if wrong.search(right.sub("", text))]
    assert found == []


def test_every_refusal_has_a_sentence_in_every_language():
    for code, sentence in refusals.SENTENCES.items():
        assert sentence.endswith((".", "?")), code
        with language.speaking("fr"):
            assert language.gettext(sentence) != sentence, code


@pytest.mark.parametrize(
    ("code", "day", "moment"),
    [
        ("fr", "vendredi 13 décembre 2019", f"vendredi 13 décembre 2019, 9{NBSP}h{NBSP}00"),
        ("en", "Friday 13 December 2019", "Friday 13 December 2019, 09:00"),
    ],
)
def test_dates_read_as_people_write_them(code, day, moment):
    with language.speaking(code):
        assert language.day(FRIDAY) == day
        assert language.moment(FRIDAY) == moment


def test_plural_follows_the_language():
    with language.speaking("en"):
        assert language.ngettext("%(num)s person", "%(num)s people", 0) == "0 people"
    with language.speaking("en"):
        assert language.ngettext("%(num)s person", "%(num)s people", 1) == "1 person"


def test_unknown_language_is_the_source_language():
    with language.speaking("xx"):
        assert language.current() == "en"


@pytest.mark.parametrize(
    ("texts", "reader", "languages", "chosen"),
    [
        ({"fr": "Bonjour", "en": "Hello"}, "en", ["fr"], ("Hello", "en")),
        ({"fr": "Bonjour"}, "en", ["fr"], ("Bonjour", "fr")),
        ({"bm": "I ni ce"}, "en", ["fr"], ("I ni ce", "bm")),
        ({"fr": " "}, "fr", ["fr"], ("", "fr")),
    ],
)
def test_localized_text_falls_back_and_says_which_language(texts, reader, languages, chosen):
    assert tuple(LocalizedText(texts).pick(languages, reader)) == chosen


def test_name_of_a_language_is_in_the_readers_language():
    with language.speaking("fr"):
        assert language.name_of("en") == "anglais"
        assert language.name_of("xx-not-a-language") == "xx-not-a-language"
