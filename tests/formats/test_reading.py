"""A ticket's code is read after all that happens to it, at no worse a rate than its thirteen signs alone would be."""

import pytest

from tests import readings


@pytest.mark.parametrize("harm", readings.HARMS)
def test_ticket_is_read_no_worse_than_its_signs_alone(harm):
    harmed = readings.HARMS[harm]
    alone = readings.rate(readings.bare, harmed, 20)
    assert {name for name, source in readings.SOURCES.items() if readings.rate(source, harmed, 20) < alone} == set()


def test_code_of_an_ordinary_host_is_a_version_3():
    assert {len(readings.qr.matrix(readings.ticket.link(readings.HOST, code))) for code in readings.CODES} == {29}
