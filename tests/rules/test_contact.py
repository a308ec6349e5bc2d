"""Phone numbers and e-mail addresses as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventapp.errors import Refused
from eventapp.rules import emails, phones
from tests.tables import rows

ROWS = rows("phones.csv")
REFUSED = {
    "80 00 00 01": "phone_toll_free",
    "6501234": "phone_length",
    "650123456": "phone_length",
    "065012345": "phone_leading_zero",
    "65 01 23 45 / 70 00 00 01": "phone_two_numbers",
    "O65012345": "phone_letters",
    "65 O1 23 45": "phone_letters",
    "pas de téléphone": "phone_letters",
}
UNSURE = {"54 00 00 01", "10 00 00 01"}
LIBRARY_FAILS = {"\u00a065\u202f01\u00a023\u202f45": "+22365012345"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["input"] or "empty")
def test_phone_is_read_as_its_note_says(row):
    typed = row["input"]
    if typed in REFUSED:
        with pytest.raises(Refused) as refused:
            phones.read(typed)
        assert refused.value.code == REFUSED[typed]
    elif not typed:
        assert phones.read(typed) is None
    else:
        phone = phones.read(typed)
        assert phone.e164 == (LIBRARY_FAILS.get(typed) or row["lib_e164"])
        assert phone.is_known is (typed not in UNSURE)


@given(st.text(max_size=40))
def test_phone_answers_anything_with_a_number_or_a_refusal(text):
    try:
        phones.read(text)
    except Refused as refused:
        assert refused.code.startswith("phone_")


@pytest.mark.parametrize(("e164", "shown"), [("+22365012345", "65 01 23 45"), ("+33199001234", "+33 1 99 00 12 34")])
def test_phone_is_shown_in_pairs(e164, shown):
    assert phones.shown(e164) == shown


@pytest.mark.parametrize("typed", ["awa@example.org", " awa@example.org ", "Awa.Diallo+forum@exemple.ml"])
def test_email_is_kept(typed):
    assert emails.read(typed) == typed.strip()


@pytest.mark.parametrize("typed", ["awa", "awa@", "awa@example", "a b@example.org", "awa@example.org, b@example.org"])
def test_email_that_is_none_is_refused(typed):
    with pytest.raises(Refused) as refused:
        emails.read(typed)
    assert refused.value.code == "email_invalid"


@given(st.text(max_size=60))
def test_email_answers_anything_with_an_address_or_a_refusal(text):
    try:
        address = emails.read(text)
    except Refused as refused:
        assert refused.code == "email_invalid"
    else:
        assert address is None or "\n" not in address
