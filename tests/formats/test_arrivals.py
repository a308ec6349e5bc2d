"""Arrivals as a picture."""

import xml.etree.ElementTree as ET

from eventapp.formats import arrivals


def test_one_bar_for_each_five_minutes_in_which_somebody_came():
    drawn = ET.fromstring(arrivals.svg([2, 0, 7], {0: "9 h 00"}, label="Arrivals & more"))
    assert drawn.get("aria-label") == "Arrivals & more"
    low, high = (float(bar.get("height")) for bar in drawn.iter("rect"))
    assert (round(high / low, 1), "style" in drawn.attrib) == (3.5, False)
    assert [text.text for text in drawn.iter("text")] == ["10", "0", "9 h 00"]


def test_nothing_is_an_empty_scale():
    assert [*ET.fromstring(arrivals.svg([], {}, label="")).iter("rect")] == []
