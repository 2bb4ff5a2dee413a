"""Telephone numbers in every format that people write them in."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneNumberFormat

from rapport.kit.text import clean_line

_LONGEST = 60
_BACKWARDS = "#"
_SHORTEST_END = 6
"""From how many digits a number is found by its end, which somebody has who leaves out the area code."""


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
    number = _parse(text, region)
    if number is None:
        return None
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return Phone(
        e164=written,
        national=phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
        international=phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        digits=written.removeprefix("+"),
        extension=number.extension or "",
    )


def e164(text: str, region: str | None) -> str | None:
    """`Phone.e164` alone: what is stored and compared."""
    number = _parse(text, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def _parse(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(clean_line(text, _LONGEST), region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def search_digits(text: str) -> str:
    """The digits by which a number is found whatever its format: a part of `Phone.digits`, or nothing.

    The sign of an international call (*00*), the trunk zero of a national number and one in brackets are
    left out: *0049 (0)30 1234*, *+49 30 1234* and *030 1234* give *49301234*, *49301234* and *301234*.
    """
    line = clean_line(text, _LONGEST)
    is_international = line.startswith("+")
    digits = "".join(str(int(one)) for one in line.replace("(0)", "") if one.isdecimal())
    return digits if is_international else digits.lstrip("0")


def number_keys(text: str, region: str | None) -> list[str]:
    """The texts under which a number is kept, so that it is found by what `number_prefixes` says of what is typed.

    As it is dialled from abroad (*4930901820*), as within its country with a trunk zero (*030901820*), and backwards,
    for its end (*#0281090394*). `region` is that in which a number without a country code was written.
    """
    digits = _with_country_code(text, region)
    whole = digits or search_digits(text)
    national = _without_country_code(digits) if digits else whole
    return [whole, f"0{national.lstrip('0')}", f"{_BACKWARDS}{whole[::-1]}"] if whole else []


def number_prefixes(typed: str) -> list[str]:
    """What one of the keys of a number begins with that somebody types: in any format, and its last digits alone."""
    digits = search_digits(typed)
    if not digits or clean_line(typed, _LONGEST).startswith(("+", "00")):
        return [digits] if digits else []
    found = [f"0{digits}"] if _has_trunk_zero(typed) else [digits, f"0{digits}"]
    return [*found, f"{_BACKWARDS}{digits[::-1]}"] if len(digits) >= _SHORTEST_END else found


def _has_trunk_zero(typed: str) -> bool:
    return next((int(one) for one in typed if one.isdecimal()), None) == 0


def _with_country_code(text: str, region: str | None) -> str:
    """All digits of a number that says its country, or that is one in `region`; else nothing."""
    line = clean_line(text, _LONGEST)
    if line.startswith(("+", "00")) and not any(one.isalpha() or one in ";#," for one in line):
        return search_digits(line)
    return (e164(line, region) or "").removeprefix("+")  # ten times as slow: only for what needs it


def _without_country_code(digits: str) -> str:
    """Country codes (ITU-T E.164) have one to three digits, and none begins with another."""
    lengths = (size for size in (1, 2, 3) if digits[:size] and int(digits[:size]) in COUNTRY_CODE_TO_REGION_CODE)
    return digits[next(lengths, 0) :]
