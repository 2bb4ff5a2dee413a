"""The SQL behind a field: a column, or a custom value cast to its kind."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Collate, NullIf

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field

LOOKUPS = {"contains": "icontains", "starts": "istartswith", "eq": "exact", "ne": "exact"}


def value_of(field: Field, actor: Actor) -> Combinable:
    """What a list or a record shows to the actor."""
    value = field.computed.value() if field.computed else F(field.source)
    if field.mask is not None and (told := field.mask(actor)):  # the system may read all of it: no condition
        return Case(When(told, then=value), default=None)
    return KeyTransform(field.name, "custom") if field.custom else value


def comparable(field: Field) -> Combinable:
    """What filters and sorts compare; custom values by an expression that an index can be built on."""
    if not field.custom:
        return F(field.order_path)
    if field.kind_name == "money":
        return Cast(KeyTextTransform("amount", KeyTransform(field.name, "custom")), _column(field))
    text = NullIf(KeyTextTransform(field.name, "custom"), Value(""), output_field=models.TextField())
    if field.kind.column in (models.DateField, models.DateTimeField, models.TimeField):
        # ISO 8601 in UTC sorts as text, and text to time is a cast that no index may contain.
        return Collate(text, "C")
    return Cast(text, _column(field)) if field.kind.column is not models.TextField else text


def _column(field: Field) -> models.Field[Any, Any]:
    if field.kind.column is models.DecimalField:
        return models.DecimalField(max_digits=30, decimal_places=10)
    return field.kind.column()


def condition(field: Field, operator: str, value: Any) -> Q:
    """`field operator value` as a condition. `value` has been read by the field's kind."""
    if field.computed:
        return field.computed.condition(operator, value)
    if operator == "empty":
        return _empty(field, value)
    if field.kind_name == "choices":
        return Q(_compare(KeyTransform(field.name, "custom", output_field=models.JSONField()), "contains", [value]))
    lookup = LOOKUPS.get(operator, operator)
    if field.custom:
        built = Q(_compare(comparable(field), lookup, _plain(value)))
    else:
        built = Q(**{f"{field.source}__{lookup}": value})
    if operator == "ne":
        return ~built | _empty(field, True) if field.custom or field.nullable else ~built
    return built


def _compare(left: Any, lookup: str, right: Any) -> Any:
    output = left.output_field
    return output.get_lookup(lookup)(left, right)


def _plain(value: Any) -> Any:
    """Dates are compared as the text that is stored."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _empty(field: Field, wanted: bool) -> Q:
    if field.custom:
        absent = ~Q(custom__has_key=field.name)
    elif field.nullable:
        absent = Q(**{f"{field.source}__isnull": True})
    else:
        absent = Q(**{field.source: ""}) if field.kind.column is models.TextField else Q(pk__in=())
    return absent if wanted else ~absent
