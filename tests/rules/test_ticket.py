"""Ticket codes: made, and read from whatever people type, paste and scan."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.rules import ticket

CASES = json.loads((Path(__file__).parent.parent / "cases" / "codes.json").read_text("utf-8"))
KEY = bytes.fromhex(CASES["door_key"])

serials = st.text(ticket.ALPHABET, min_size=ticket.SERIAL_LENGTH, max_size=ticket.SERIAL_LENGTH)
tails = st.text(ticket.ALPHABET, min_size=ticket.TAIL_LENGTH, max_size=ticket.TAIL_LENGTH)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_read_and_is_genuine_as_the_table_says(case):
    reading = ticket.read(case["text"])
    assert (reading._asdict() if reading else None) == case["reading"]
    if reading is not None:
        assert ticket.is_genuine(KEY, reading) == case["genuine"]


@given(serials, tails, st.binary(min_size=32, max_size=32))
def test_a_made_code_reads_back_genuine(serial, tail, key):
    code = ticket.make_code(key, serial, tail)
    reading = ticket.read(ticket.link("https://events.example.org", code))
    assert "".join(reading) == code
    assert ticket.is_genuine(key, reading)
    assert ticket.read(ticket.spoken(code).lower()) == (serial, reading.check, "")


@given(st.text())
def test_read_takes_any_text(text):
    reading = ticket.read(text)
    assert reading is None or set("".join(reading)) <= set(ticket.ALPHABET)


def test_new_serials_and_tails_have_their_length():
    assert ticket.read(ticket.make_code(KEY, ticket.new_serial(), ticket.new_tail())) is not None
