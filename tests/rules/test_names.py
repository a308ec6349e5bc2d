"""Names: kept as typed, found however they are spelt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import names
from tests.tables import rows

ROWS = rows("names.csv")


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
