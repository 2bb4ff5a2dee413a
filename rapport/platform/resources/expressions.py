"""The SQL behind a field: a column, or a custom value cast to its kind."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, NullIf

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field


def value_of(field: Field, actor: Actor) -> Combinable:
    """What a list or a record shows to the actor."""
    if field.mask is not None:
        return Case(When(field.mask(actor), then=F(field.source)), default=None)
    if not field.custom:
        return F(field.source)
    return KeyTransform(field.name, "custom")


def comparable(field: Field) -> Combinable:
    """What filters and sorts compare; custom values by an expression that an index can be built on."""
    if not field.custom:
        return F(field.order_path)
    if field.kind_name == "money":
        return Cast(KeyTextTransform("amount", KeyTransform(field.name, "custom")), _column(field))
    return Cast(NullIf(KeyTextTransform(field.name, "custom"), Value("")), _column(field))


def _column(field: Field) -> models.Field[Any, Any]:
    if field.kind.column is models.DecimalField:
        return models.DecimalField(max_digits=30, decimal_places=6)
    return field.kind.column()


def condition(field: Field, operator: str, value: Any) -> Q:
    """`field operator value` as a condition. `value` has been read by the field's kind."""
    if field.kind_name == "choices":
        return _choices_condition(field, operator, value)
    lookups = {"contains": "icontains", "starts": "istartswith", "eq": "exact", "ne": "exact"}
    if operator == "empty":
        return _empty(field, value)
    if field.custom:
        path = f"custom_value_{field.name}"
        built = Q(_Compare(comparable(field), lookups.get(operator, operator), value))
    else:
        path = field.source
        built = Q(**{f"{path}__{lookups.get(operator, operator)}": value})
    if operator == "ne":
        return ~built | _empty(field, True) if field.custom or field.nullable else ~built
    return built


def _Compare(left: Combinable, lookup: str, right: Any) -> Any:  # noqa: N802  (reads as the expression it makes)
    output = left.output_field  # type: ignore[attr-defined]
    found = output.get_lookup(lookup)
    return found(left, right)


def _empty(field: Field, wanted: bool) -> Q:
    if field.custom:
        absent = ~Q(custom__has_key=field.name) | Q(**{f"custom__{field.name}": None})
    elif field.nullable:
        absent = Q(**{f"{field.source}__isnull": True})
    else:
        absent = Q(**{field.source: ""}) if field.kind.column is models.TextField else Q(pk__in=())
    return absent if wanted else ~absent


def _choices_condition(field: Field, operator: str, value: Any) -> Q:
    if operator == "empty":
        return _empty(field, value)
    return Q(**{f"custom__{field.name}__contains": value if isinstance(value, list) else [value]})
