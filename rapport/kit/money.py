"""Money: an amount in a currency, rounded as that currency is."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from babel.numbers import (
    NumberFormatError,
    format_currency,
    get_currency_precision,
    is_currency,
    parse_decimal,
)

LARGEST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, rounded half to even to the places of its currency (ISO 4217).

    Raises ValueError for an unknown currency and for an amount that is not finite or beyond 10^15.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is not a currency.")
        if not self.amount.is_finite() or abs(self.amount) > LARGEST:
            raise ValueError(f"{self.amount} is not an amount of money.")
        places = Decimal(1).scaleb(-get_currency_precision(self.currency))
        rounded = self.amount.quantize(places, rounding=ROUND_HALF_EVEN)
        object.__setattr__(self, "amount", abs(rounded) if rounded.is_zero() else rounded)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def format(self, locale: str) -> str:
        """As readers of a locale (*de_DE*) write it."""
        return format_currency(self.amount, self.currency, locale=locale)

    @classmethod
    def parse(cls, text: str, currency: str, locale: str) -> "Money":
        """The amount that a reader of a locale has typed. Raises ValueError for anything but a number."""
        try:
            return cls(parse_decimal(text.strip(), locale=locale, strict=True), currency)
        except NumberFormatError as wrong:
            raise ValueError(f"{text!r} is not an amount of money.") from wrong

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up.")
        return other.amount
