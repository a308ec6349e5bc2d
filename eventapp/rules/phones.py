"""Phone numbers, as people type them, by the phonenumbers library (ITU-T E.164 inside)."""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from eventapp.errors import Refused
from eventapp.rules.names import clean

DEFAULT_REGION = "ML"
"""Where numbers without a country code belong: the event's country; Mali is the first of them."""

_WITH_SMS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


@dataclass(frozen=True)
class Phone:
    """A number in E.164, whether the library knows its range, and whether it can receive SMS."""

    e164: str
    is_known: bool
    takes_sms: bool


def read(text: str, region: str = DEFAULT_REGION) -> Phone | None:
    """Reads a number as typed; None for an empty box.

    Raises Refused with ``phone_letters``, ``phone_two_numbers``, ``phone_leading_zero``, ``phone_length`` or
    ``phone_toll_free``. A number of the right length in a range that the library does not know is accepted with
    ``is_known`` false: the reader is asked to look again, not turned away.
    """
    text = clean(unicodedata.normalize("NFKC", text))
    if not text:
        return None
    if any(sign.isalpha() for sign in text):
        raise Refused("phone_letters")
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
    if re.search(r"\d\D*[/;,]\D*\d", digits):
        raise Refused("phone_two_numbers")
    digits = re.sub(r"[^\d+]", "", digits)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    elif digits.startswith("0") and region == DEFAULT_REGION:
        raise Refused("phone_leading_zero")
    country = str(phonenumbers.country_code_for_region(region))
    if not digits.startswith("+") and digits.startswith(country) and len(digits) == len(country) + 8:
        digits = "+" + digits
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        raise Refused("phone_length") from error
    if not phonenumbers.is_possible_number(number):
        raise Refused("phone_length")
    kind = phonenumbers.number_type(number)
    if kind in (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST):
        raise Refused("phone_toll_free")
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        is_known=phonenumbers.is_valid_number(number),
        takes_sms=kind in _WITH_SMS,
    )


def takes_sms(e164: str) -> bool:
    """Whether a kept number can receive SMS; of a range that the library does not know nobody can say."""
    return phonenumbers.number_type(phonenumbers.parse(e164)) in _WITH_SMS


def shown(e164: str, region: str = DEFAULT_REGION) -> str:
    """The number as people of its country write it, in pairs for Mali: ``65 01 23 45``; others with country code."""
    number = phonenumbers.parse(e164, region)
    if number.country_code == phonenumbers.country_code_for_region(region):
        digits = phonenumbers.national_significant_number(number)
        if len(digits) == 8:
            return " ".join(digits[i : i + 2] for i in range(0, 8, 2))
        return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def masked(e164: str, hidden: int = 3) -> str:
    """The number with its last digits hidden: enough to recognize one's own, too little to prove that it is."""
    signs = list(shown(e164))
    places = [place for place, sign in enumerate(signs) if sign.isdigit()][-hidden:]
    for place in places:
        signs[place] = "•"
    return "".join(signs)
