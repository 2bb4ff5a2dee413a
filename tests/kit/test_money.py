from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.money import Money

amounts = st.decimals(-(10**9), 10**9, places=4)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


@pytest.mark.parametrize(
    ("given_amount", "currency", "rounded"),
    [
        ("1.005", "EUR", "1.00"),
        ("1.015", "EUR", "1.02"),
        ("1.5", "JPY", "2"),
        ("1.23456", "KWD", "1.235"),
        ("-0.001", "EUR", "0.00"),
        ("3", "EUR", "3.00"),
    ],
)
def test_an_amount_is_rounded_as_its_currency_is(given_amount: str, currency: str, rounded: str) -> None:
    assert str(Money(Decimal(given_amount), currency).amount) == rounded


def test_sums() -> None:
    price = Money(Decimal("19.99"), "EUR")
    assert price + price - price == price
    assert price * 3 == Money(Decimal("59.97"), "EUR")
    assert price * Decimal("0.5") == Money(Decimal("10.00"), "EUR")
    assert -price == Money(Decimal("-19.99"), "EUR")


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="add up"):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "USD")


@pytest.mark.parametrize("currency", ["", "XXY", "eur", "EURO"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="currency"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e16", "-1e16"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        Money(Decimal(amount), "EUR")


def test_it_is_written_as_readers_write_it() -> None:
    assert Money(Decimal("1234.5"), "EUR").format("de_DE") == "1.234,50\u00a0€"
    assert Money(Decimal("1234.5"), "JPY").format("en_US") == "¥1,234"


def test_it_is_read_as_readers_write_it() -> None:
    assert Money.parse(" 1.234,50 ", "EUR", "de_DE") == Money(Decimal("1234.50"), "EUR")
    assert Money.parse("1,234.50", "EUR", "en_US") == Money(Decimal("1234.50"), "EUR")


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "1,23.4", "NaN"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        Money.parse(text, "EUR", "en_US")


@given(amounts, currencies)
def test_rounding_twice_changes_nothing(amount: Decimal, currency: str) -> None:
    money = Money(amount, currency)
    assert Money(money.amount, currency) == money
    assert abs(money.amount - amount) <= Decimal("0.5")
