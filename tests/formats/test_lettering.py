"""Letters: which font draws them, in which order they stand, where lines break."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.formats import lettering
from eventapp.formats.lettering import Run, Span, clean, run_width, runs, width, wrapped
from tests import tables

NKO, ARABIC = "ߡߎߛߊ ߖߊߙߊ", "محمد الأمين"


def told(line):
    """The text of a line in the order in which its parts stand, each in the order of reading."""
    return "".join(span.text for span in line)


@pytest.mark.parametrize("name", tables.full_names())
def test_every_letter_of_every_name_is_printed(name):
    printed = clean(name)
    letters = [sign for sign in unicodedata.normalize("NFC", name) if unicodedata.category(sign)[0] in "LNP"]
    assert [sign for sign in printed if unicodedata.category(sign)[0] in "LNP"] == letters
    assert lettering.UNKNOWN not in printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("Fanta 🌍 Sogoba", "Fanta Sogoba"),
        ("Ous\u200bmane  Kassambara\n", "Ousmane Kassambara"),
        ("Se\u0301kou", "Sékou"),
        ("ɛ\u0300bɛ\u0302", "ɛ\u0300bɛ\u0302"),
        ("9\u00a0h\u00a030", "9\u00a0h\u00a030"),
        ("山 Taro", "\ufffd Taro"),
        ("Moctar\u202e", "Moctar"),
        ("", ""),
    ],
)
def test_what_cannot_be_printed_goes_or_is_marked(text, printed):
    assert clean(text) == printed


def test_letters_from_right_to_left_stand_between_those_from_left_to_right():
    assert [(run.text, run.is_rtl) for run in runs("Aminata أمينة Diallo")] == [
        ("Aminata ", False),
        ("أمينة", True),
        (" Diallo", False),
    ]
    assert [run.font for run in runs(f"a {NKO}")] == ["NotoSans-Regular", "NotoSansNKo-Regular"]


def test_figures_stand_left_of_the_arabic_words_before_them():
    assert [run.text for run in runs("محمد 45")] == ["45", "محمد "]


def test_arabic_letters_are_joined():
    apart = sum(run_width(Run(sign, "NotoSansArabic-Regular", True)) for sign in "بيبي")
    assert run_width(runs("بيبي")[0]) < 0.9 * apart


def test_names_from_right_to_left_do_not_turn_each_other_around():
    [line] = wrapped([Span(ARABIC), Span(", "), Span(NKO), Span(" (host)"), Span(", "), Span("Ada")], 100)
    assert told(line) == f"{ARABIC}, {NKO} (host), Ada"


@pytest.mark.parametrize("name", tables.full_names())
def test_lines_keep_every_letter_and_their_width(name):
    lines = wrapped([Span(name, bold=True), Span(", "), Span(name)], 7)
    assert "".join(told(line) for line in lines).replace(" ", "") == f"{clean(name)},{clean(name)}".replace(" ", "")
    assert max(width(line) for line in lines) <= 7.001


def test_words_of_neighbouring_spans_stay_together():
    lines = wrapped([Span("Sidi"), Span(", "), Span("Ahmed"), Span("!")], 3.8)
    assert [told(line) for line in lines] == ["Sidi,", "Ahmed!"]


def test_letter_wider_than_the_line_still_gets_a_line():
    assert [told(line) for line in wrapped([Span("WW")], 0.1)] == ["W", "W"]


def test_nothing_makes_no_line():
    assert wrapped([Span(" "), Span("")], 5) == []


@given(st.text(max_size=40), st.sampled_from((0.05, 1, 5, 20)))
def test_any_text_is_laid_out_whole(text, most):
    lines = wrapped([Span(text), Span(", "), Span(text, bold=True)], most)
    laid_out = "".join(told(line) for line in lines).replace(" ", "")
    assert laid_out == f"{clean(text)},{clean(text)}".replace(" ", "")
    assert all(run_width(run) >= 0 for line in lines for span in line for run in runs(*span[:2], span.is_rtl))
