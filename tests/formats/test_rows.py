"""How rows fill pages: no head without what it is of, and again where its rows go on."""

from eventapp.formats.rows import Box, Group, Placed, Row, pages


def group(name, *heights):
    return Group(Row(2.0, name=name), Row(3.0, name=f"{name} again"), [Row(height) for height in heights])


def shape(found):
    return [[row.name or row.height for row in page] for page in found]


def test_rows_fill_pages_and_heads_come_again():
    found = pages([group("a", 5.0, 5.0, 5.0), group("b", 1.0)], 12.0, 20.0)
    assert shape(found) == [["a", 5.0, 5.0], ["a again", 5.0, "b", 1.0]]


def test_head_does_not_stand_alone_at_the_end_of_a_page():
    found = pages([group("a", 8.0), group("b", 5.0)], 15.0, 20.0)
    assert shape(found) == [["a", 8.0], ["b", 5.0]]


def test_row_higher_than_a_page_is_cut_between_its_lines():
    lines = tuple(Placed((), 1.0, 0.0, float(n) + 1.02) for n in range(50))
    tall = Row(50.0, lines, (Box(0, 0, 1, 50.0, "#000000"),))
    found = pages([Group(Row(2.0, name="a"), Row(3.0, name="again"), [tall])], 22.0, 23.0)
    drawn = [text for page in found for row in page for text in row.texts]
    assert len(drawn) == 50
    for page, space in zip(found, (22.0, 23.0, 23.0), strict=True):
        assert sum(row.height for row in page) <= space
        assert all(box.y + box.height <= row.height + 0.01 for row in page for box in row.boxes)


def test_nothing_is_one_empty_page():
    assert pages([], 10.0, 10.0) == [[]]
