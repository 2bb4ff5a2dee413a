"""Paging by key: an order, and the rows that stand behind one of them in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from rapport.platform.resources.expressions import comparable, condition
from rapport.platform.resources.fields import Field


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an order."""

    field: Field
    descending: bool = False


def ordering(term: Term) -> Any:
    expression = comparable(term.field)
    return expression.desc() if term.descending else expression.asc()  # type: ignore[attr-defined]


def beyond(order: tuple[Term, ...], after: tuple[Any, ...], *, is_reversed: bool) -> Q:
    """The rows behind the cursor's. Nulls stand where PostgreSQL puts them: last, and first descending."""
    found, equal = Q(), Q()
    for term, value in zip(order, after[:-1], strict=True):
        found |= equal & _behind(term, value)
        equal &= _same(term, value)
    found |= equal & Q(**{"pk__lt" if is_reversed else "pk__gt": after[-1]})
    first = order[0] if order else None
    if first and after[0] is not None and (first.descending or not _nullable(first.field)):
        # Says nothing new, but lets the index begin at the cursor.
        found &= _compare(first.field, "lte" if first.descending else "gte", after[0])
    return found


def _nullable(field: Field) -> bool:
    return field.nullable or field.custom


def _behind(term: Term, value: Any) -> Q:
    if term.descending:
        return ~_null(term.field) if value is None else _compare(term.field, "lt", value)
    if value is None:
        return Q(pk__in=())
    larger = _compare(term.field, "gt", value)
    return larger | _null(term.field) if _nullable(term.field) else larger


def _same(term: Term, value: Any) -> Q:
    return _null(term.field) if value is None else _compare(term.field, "exact", value)


def _null(field: Field) -> Q:
    return condition(field, "empty", True) if field.custom else Q(**{f"{field.order_path}__isnull": True})


def _compare(field: Field, lookup: str, value: Any) -> Q:
    if field.custom:
        return condition(field, lookup.replace("exact", "eq"), value)
    return Q(**{f"{field.order_path}__{lookup}": value})
