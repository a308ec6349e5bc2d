"""Names: kept as typed, found however they are spelt."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import names
from tests.tables import full_names, rows

ROWS = rows("names.csv")
CASES = json.loads((Path(__file__).parents[1] / "cases" / "names.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Salimata   Sanogo  ", "Salimata Sanogo"),
        ("Abdoul\u00a0Karim Dicko", "Abdoul Karim Dicko"),
        ("Ous\u200bmane Kassambara", "Ousmane Kassambara"),
        ("Moctar\u202e Niang", "Moctar Niang"),
        ("Moussa\nBakary Fané", "Moussa Bakary Fané"),
        ("Se\u0301kou Sinayoko", "Sékou Sinayoko"),
        ("OUMAR KOUYATE", "OUMAR KOUYATE"),
        ("bintou sow", "bintou sow"),
        ("Null None", "Null None"),
        ("a\x00b", "ab"),
        ("\u200b \u202e", ""),
    ],
)
def test_clean_keeps_what_is_visible(typed, kept):
    assert names.clean(typed) == kept


@given(st.text())
def test_clean_is_stable_and_never_fails(text):
    once = names.clean(text)
    assert names.clean(once) == once


@pytest.mark.parametrize(
    "spellings",
    [
        ("Coulibaly", "Koulibali", "Kulubali", "COULIBALY"),
        ("Diarra", "Jara"),
        ("Traoré", "Tarawele", "traore"),
        ("Oumar", "Umar"),
        ("Youssouf", "Yusuf"),
        ("Djénéba", "Jeneba"),
        ("Ɲɛnɛ", "Nyènè", "Gnènè"),
        ("Sékou", "Sɛku", "seku"),
        ("Ouattara", "Wattara"),
        ("Dembélé", "Danbɛlɛ"),
        ("N’Faly", "N'Faly", "NFaly"),
        ("Bréhima Diakité", "brehima diakite"),
    ],
)
def test_search_key_is_one_for_spellings_of_one_name(spellings):
    assert len({names.search_key(spelling) for spelling in spellings}) == 1


def test_search_key_tells_different_names_apart():
    people = ["Awa Touré", "Adama Touré", "Ami Koné", "Sidi Ahmed", "Penda Bâ", "Moussa Fané", "Musa Diallo"]
    assert len({names.search_key(name) for name in people}) == len(people)


@pytest.mark.parametrize(("one", "other"), CASES["different"])
def test_keys_of_different_names_differ(one, other):
    assert names.person_key(names.search_key(one)) != names.person_key(names.search_key(other))


def test_person_key_is_one_whatever_the_order():
    keys = {names.person_key(names.search_key(name)) for name in ("Oumar Kouyaté", "KOUYATE OUMAR", "Kuyate, Umar")}
    assert len(keys) == 1


@given(st.text(max_size=names.MAX_LENGTH))
def test_key_finds_room_in_its_column_and_never_fails(text):
    assert len(names.search_key(names.clean(text))) <= names.MAX_KEY


def test_key_of_signs_that_stand_for_many_letters_is_cut():
    assert len(names.search_key("ﷺ" * names.MAX_LENGTH)) <= names.MAX_KEY


@pytest.mark.parametrize(
    ("one", "other", "are_close"),
    [
        ("kulibali", "kulibzli", True),
        ("kulibali", "kulibli", True),
        ("kulibali", "kuliibali", True),
        ("kulibali", "kuilbali", True),
        ("kulibali", "kulibali", True),
        ("kulibali", "kulbaly", False),
        ("kulibali", "kuilabli", False),
        ("kone", "kane", True),
        ("ba", "ka", False),
    ],
)
def test_close_words_are_one_slip_of_a_finger_apart(one, other, are_close):
    assert names.is_close(one, other) is are_close
    assert names.is_close(other, one) is are_close


KEYS = json.loads((Path(__file__).parents[1] / "cases" / "name_keys.json").read_text(encoding="utf-8"))["keys"]
"""For the copy of the rules on phones, too; made anew when the rules change: see the test below."""


def test_table_of_keys_is_what_the_rules_make_and_holds_every_name():
    assert {name: names.search_key(name) for name, _key in KEYS} == dict(KEYS)
    everybody = {name for pair in CASES["same"] for name in pair[:2]} | set(full_names())
    assert everybody <= {name for name, _key in KEYS}


def test_phones_have_the_same_spellings():
    source = (Path(__file__).parents[2] / "static" / "checkin" / "spellings.js").read_text(encoding="utf-8")
    there = json.loads(source.partition("export const SPELLINGS = ")[2].rstrip().removesuffix(";"))
    assert there == {
        "letters": {chr(code): letters for code, letters in names._LETTERS.items()},
        "other_letters": {chr(code): letters for code, letters in names._OTHER_LETTERS.items()},
        "arabic": names._ARABIC,
        "together": names._TOGETHER.pattern,
        "spellings": [[rule.pattern, made.replace("\\1", "$1")] for rule, made in names._SPELLINGS],
        "one_name": list(names._ONE_NAME),
    }


def test_search_key_of_other_scripts_is_not_empty():
    assert all(names.search_key(f"{row['given']} {row['family']}") for row in ROWS if row["given"] + row["family"])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Fatoumata dite Mah Sacko", "Fatoumata dite Mah S."),
        ("Mamou", "Mamou"),
        ("Awa Coulibaly-Fofana", "Awa C."),
        ("محمد الأمين", "محمد ا."),
        ("Sory (Papa)", "Sory P."),
    ],
)
def test_public_name_hides_the_last_word(name, shown):
    assert names.public_name(name) == shown
