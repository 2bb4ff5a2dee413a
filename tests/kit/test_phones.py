import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.phones import Phone, parse_phone, search_digits

BERLIN = Phone("+4930901820", "030 901820", "+49 30 901820", "4930901820")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("+49 30 901820", None),
        ("030 / 90 18 20", "DE"),
        ("0049 (0)30 90-1820", "DE"),
        ("tel: +49.30.901820", "US"),
        ("+٤٩ ٣٠ ٩٠١٨٢٠", None),
    ],
)
def test_one_number_in_many_formats(text: str, region: str | None) -> None:
    assert parse_phone(text, region) == BERLIN


def test_an_extension_is_kept_apart() -> None:
    phone = parse_phone("(212) 555-2368 ext. 12", "US")
    assert phone is not None
    assert (phone.e164, phone.extension) == ("+12125552368", "12")


@pytest.mark.parametrize("text", ["", "hello", "030 901820", "123", "+1 555", "+49 30 901820" * 9, "\x00"])
def test_what_is_no_number(text: str) -> None:
    assert parse_phone(text, None) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+49 30 901820", "4930901820"),
        ("0049 (0)30 901820", "4930901820"),
        ("030/901820", "30901820"),
        ("901 820", "901820"),
        ("٩٠١", "901"),
        ("Ann", ""),
    ],
)
def test_search_digits_are_a_part_of_the_number(text: str, digits: str) -> None:
    assert search_digits(text) == digits
    assert digits in BERLIN.digits


@given(st.text(max_size=80))
def test_any_text_has_digits(text: str) -> None:
    assert search_digits(text).isascii()
