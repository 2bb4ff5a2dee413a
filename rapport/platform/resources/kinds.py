"""The kinds of value that a field can have: how each is read, stored, compared, described and shown.

Built-in and custom fields share them, so that a custom field is equal to a built-in one everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.kit.text import clean_line

LINE, TEXT = 1_000, 100_000
NAME, NAMES = 100, 100
PLACES = 10
"""Digits kept behind the decimal point."""
LINKS = 500
DEEPEST = 20
"""Levels of a structure."""

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)

EQUALITY = ("eq", "ne", "in", "empty")
ORDER = ("gt", "gte", "lt", "lte")
WORDS = ("contains", "starts")


class ValueProblem(Exception):
    """What is wrong with a value, in words for the person who gave it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` turns JSON or a form's text into a Python value or raises ValueProblem; it never gets None."""

    name: str
    label: Any
    read: Callable[[Any], Any]
    schema: dict[str, Any]
    operators: tuple[str, ...]
    column: type[models.Field[Any, Any]]
    """The column type, to which a custom value is cast for filters and sorts."""
    load: Callable[[Any], Any] | None = None
    """Turns a custom value, as its JSON is stored, into what a column of this kind would hold."""
    sortable: bool = True
    numeric: bool = False


def read_line(value: Any) -> str:
    return _text(value, LINE, lines=False)


def read_text(value: Any) -> str:
    return _text(value, TEXT, lines=True)


def _text(value: Any, limit: int, *, lines: bool) -> str:
    if not isinstance(value, str):
        raise ValueProblem(_("This is a text."))
    if len(value) > limit:
        raise ValueProblem(_("This is longer than %(limit)s characters.") % {"limit": limit})
    if lines:
        return "\n".join(clean_line(line, limit) for line in value.splitlines())
    return clean_line(value, limit)


def read_number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise ValueProblem(_("This is a number."))
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueProblem(_("This is a number, such as 1200.50.")) from None
    if number == 0:
        return Decimal(0)
    if not number.is_finite() or number.adjusted() >= 15:
        raise ValueProblem(_("This number is out of range."))
    return round(number, PLACES) if _places(number) > PLACES else number


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def read_integer(value: Any) -> int:
    number = read_number(value)
    if number != number.to_integral_value() or abs(number) > 2**31 - 1:
        raise ValueProblem(_("This is a whole number."))
    return int(number)


def read_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    words = {
        "true": True,
        "yes": True,
        "on": True,
        "1": True,
        "false": False,
        "no": False,
        "0": False,
        "": False,
    }
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    raise ValueProblem(_("This is yes or no."))


def read_date(value: Any) -> date:
    try:
        found = parse_date(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueProblem(_("This is a date, such as 2026-11-24."))
    return found


def read_time(value: Any) -> time:
    """A clock time, to the minute."""
    try:
        found = parse_time(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        raise ValueProblem(_("This is a time of day, such as 14:30."))
    return found.replace(second=0, microsecond=0, tzinfo=None)


def read_datetime(value: Any) -> datetime:
    try:
        found = parse_datetime(value) if isinstance(value, str) else None
        found = found and (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise ValueProblem(_("This is a date and a time, such as 2026-11-24T14:30:00Z."))
    return found


def read_email(value: Any) -> str:
    text = read_line(value).strip()
    try:
        validate_email(text)
    except ValidationError:
        raise ValueProblem(_("This is an e-mail address, such as name@example.com.")) from None
    local, _at, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def read_url(value: Any) -> str:
    text = read_line(value).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", text):
        raise ValueProblem(_("This is a web address that begins with https:// or http://."))
    return text


def read_phone(value: Any) -> str:
    text = read_line(value).strip()
    if not re.fullmatch(r"\+?[\d\s().\-/x,;*#]{3,40}", text) or sum(each.isdigit() for each in text) < 3:
        raise ValueProblem(_("This is a telephone number, such as +44 20 7946 0000."))
    return text


def read_link(value: Any) -> UUID:
    if isinstance(value, UUID):
        return value
    if isinstance(value, dict):
        value = value.get("id")
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise ValueProblem(_("This is the id of a record."))
    return UUID(value)


def read_links(value: Any) -> list[UUID]:
    if not isinstance(value, list) or len(value) > LINKS:
        raise ValueProblem(_("This is a list of ids of records."))
    return sorted({read_link(each) for each in value})


def read_money(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not re.fullmatch(r"[A-Z]{3}", str(value.get("currency", ""))):
        raise ValueProblem(_("This is an amount with a currency, such as 1200.50 EUR."))
    return {"amount": f"{read_number(value.get('amount')):f}", "currency": value["currency"]}


def read_list(value: Any) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueProblem(_("This is a list of texts."))
    return sorted({read_line(each) for each in value})


def read_names(value: Any) -> list[str]:
    """Short names, from a list or from a text with commas between them; each once, whatever its case."""
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise ValueProblem(_("This is a list of texts."))
    names = [_text(each, NAME, lines=False) for each in listed]
    if any("," in name for name in names):
        raise ValueProblem(_("A name has no comma."))
    if len(names) > NAMES:
        raise ValueProblem(_("There are more than %(most)s.") % {"most": NAMES})
    distinct = {name.casefold(): name for name in names if name}
    return sorted(distinct.values(), key=str.casefold)


def read_structure(value: Any, depth: int = 0) -> Any:
    """JSON that PostgreSQL can store: bounded in depth and length, its texts free of control characters."""
    if depth > DEEPEST:
        raise ValueProblem(_("This is nested too deeply."))
    if isinstance(value, dict):
        return {read_line(name): read_structure(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [read_structure(each, depth + 1) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        raise ValueProblem(_("This number is out of range."))
    return read_text(value) if isinstance(value, str) else value


def load_date(value: Any) -> Any:
    return date.fromisoformat(value)


def load_time(value: Any) -> Any:
    return time.fromisoformat(value)


def load_datetime(value: Any) -> Any:
    return datetime.fromisoformat(value)


def _kinds() -> list[Kind]:
    text = {"type": "string"}
    words = (*EQUALITY, *WORDS)
    ordered = (*EQUALITY, *ORDER)
    return [
        Kind("text", gettext_lazy("Text"), read_line, {**text, "maxLength": LINE}, (*words, *ORDER), models.TextField),
        Kind("longtext", gettext_lazy("Long text"), read_text, {**text, "maxLength": TEXT}, ("contains", "empty"), models.TextField, sortable=False),
        Kind("number", gettext_lazy("Number"), read_number, {"type": "number"}, ordered, models.DecimalField, Decimal, numeric=True),
        Kind("integer", gettext_lazy("Whole number"), read_integer, {"type": "integer"}, ordered, models.BigIntegerField, int, numeric=True),
        Kind(
            "money",
            gettext_lazy("Money"),
            read_money,
            {
                "type": "object",
                "properties": {"amount": text, "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
                "required": ["amount", "currency"],
                "additionalProperties": False,
            },
            (*ORDER, "eq", "empty"),
            models.DecimalField,
        ),
        Kind("date", gettext_lazy("Date"), read_date, {**text, "format": "date"}, ordered, models.DateField, load_date),
        Kind("time", gettext_lazy("Time of day"), read_time, {**text, "format": "time"}, ordered, models.TimeField, load_time),
        Kind("datetime", gettext_lazy("Date and time"), read_datetime, {**text, "format": "date-time"}, ordered, models.DateTimeField, load_datetime),
        Kind("boolean", gettext_lazy("Yes or no"), read_boolean, {"type": "boolean"}, ("eq", "empty"), models.BooleanField),
        Kind("choice", gettext_lazy("Choice"), read_line, text, EQUALITY, models.TextField),
        Kind("choices", gettext_lazy("Several choices"), read_list, {"type": "array", "items": text}, ("contains", "empty"), models.JSONField, sortable=False),
        Kind("link", gettext_lazy("Link to another record"), read_link, {**text, "format": "uuid"}, EQUALITY, models.UUIDField, UUID, sortable=False),
        Kind("links", gettext_lazy("Links to other records"), read_links, {"type": "array", "items": {**text, "format": "uuid"}}, (), models.JSONField, sortable=False),
        Kind("id", gettext_lazy("Id"), read_link, {**text, "format": "uuid"}, (*EQUALITY[:3], *ORDER), models.UUIDField, UUID),
        Kind("email", gettext_lazy("E-mail address"), read_email, {**text, "format": "email"}, words, models.TextField),
        Kind("phone", gettext_lazy("Telephone number"), read_phone, text, words, models.TextField),
        Kind("url", gettext_lazy("Web address"), read_url, {**text, "format": "uri"}, words, models.TextField),
        Kind("tags", gettext_lazy("Tags"), read_names, {"type": "array", "items": {**text, "maxLength": NAME}}, EQUALITY, models.JSONField, sortable=False),
        Kind("json", gettext_lazy("Structure"), read_structure, {}, (), models.JSONField, sortable=False),
    ]  # fmt: skip


KINDS: dict[str, Kind] = {kind.name: kind for kind in _kinds()}
