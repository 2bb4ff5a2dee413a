"""Telephone numbers in every format that people write them in."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from rapport.kit.text import clean_line

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Phone:
    e164: str
    """*+493012345678*; what is stored and compared. Without an extension, which E.164 has not."""
    national: str
    international: str
    digits: str
    """The digits of E.164, which is what is searched."""
    extension: str = ""


def parse_phone(text: str, region: str | None) -> Phone | None:
    """A valid number, read as written in a region (ISO 3166-1) unless it has its country code; else None."""
    try:
        number = phonenumbers.parse(clean_line(text, _LONGEST), region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(
        e164=e164,
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        international=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        digits=e164.removeprefix("+"),
        extension=number.extension or "",
    )


def search_digits(text: str) -> str:
    """The digits by which a number is found whatever its format: a part of `Phone.digits`, or nothing.

    The sign of an international call (*00*), the trunk zero of a national number and one in brackets are
    left out: *0049 (0)30 1234*, *+49 30 1234* and *030 1234* give *49301234*, *49301234* and *301234*.
    """
    line = clean_line(text, _LONGEST)
    is_international = line.startswith("+")
    digits = "".join(str(int(one)) for one in line.replace("(0)", "") if one.isdecimal())
    return digits if is_international else digits.lstrip("0")
