"""Accent colours: readable in light and dark."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.rules import colour


@given(st.integers(0, 0xFFFFFF))
def test_palette_is_readable_or_refused(number):
    try:
        palette = colour.palette(f"#{number:06x}")
    except Refused as refused:
        assert refused.code == "colour_too_light"
        return
    assert colour.contrast(palette.accent, palette.accent_ink) >= 4.5
    assert colour.contrast(palette.accent, colour.LIGHT_PAPER) >= 4.5
    assert colour.contrast("#1c1813", palette.tint) >= 4.5
    assert colour.contrast(palette.dark_accent, colour.DARK_PAPER) >= 4.5
    assert colour.contrast(palette.dark_accent, palette.dark_accent_ink) >= 4.5
    assert colour.contrast("#f3ece1", palette.dark_tint) >= 4.5


@pytest.mark.parametrize("text", ["red", "#12345", "#12345g", "", "#9a3b12;"])
def test_palette_refuses_what_is_no_colour(text):
    with pytest.raises(Refused) as refused:
        colour.palette(text)
    assert refused.value.code == "colour_invalid"


def test_contrast_is_that_of_the_standard():
    assert colour.contrast("#000000", "#ffffff") == pytest.approx(21)
