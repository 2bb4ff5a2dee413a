"""A set in groups: what stands for each, how many are in it, what they add up to, and which come first in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, F, Sum, Value, Window
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Abs, Cast, RowNumber, Trunc

from rapport.platform.access.actors import Actor
from rapport.platform.history.context import saw
from rapport.platform.resources.expressions import comparable
from rapport.platform.resources.fields import Field
from rapport.platform.resources.keyset import ordering
from rapport.platform.resources.output import Selection, chosen
from rapport.platform.resources.query import Query, order_values

MOST = 1_000
"""Groups that are told of."""
FIRST: Mapping[str, Any] = {
    "many": F("_count").desc(), "much": Abs("_total").desc(nulls_last=True), "late": F("_key_0").desc(nulls_last=True),
}  # fmt: skip
"""Which of them, where there are more: those with the most rows, the largest sums, or the latest days."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows have these keys and, of money, this currency. `total` is None where there is nothing to add."""

    keys: tuple[str, ...]
    currency: str
    count: int
    total: Decimal | None


def key_of(field: Field, actor: Actor, per: str = "month") -> Any:
    """What rows of one group have in common: a value, or of times the first day of its period where the actor is."""
    if field.kind_name == "datetime" and not field.custom:
        return Trunc(F(field.source), per, output_field=DateField(), tzinfo=ZoneInfo(actor.time_zone))
    if field.kind_name == "date":
        return Trunc(Cast(comparable(field), DateField()), per, output_field=DateField())
    return comparable(field) if field.custom else F(field.source)


def text_of(value: Any) -> str:
    """A key as the API takes it: nothing for none, a day for a period."""
    if value is None:
        return ""
    if hasattr(value, "month"):
        return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def tallies(
    query: Query, actor: Actor, keys: Sequence[Any], figure: Field | None = None, *, first: str = "many"
) -> list[Tally]:
    """Counts, and the sums of a figure, by these keys: at most MOST, those that come `first`.

    One query; money is never added across currencies.
    """
    named = {f"_key_{place}": key for place, key in enumerate(keys)}
    is_money = figure is not None and figure.kind_name == "money"
    currency = KeyTextTransform("currency", KeyTransform(figure.name, "custom")) if figure and is_money else Value("")
    rows: Any = query.matching(actor).order_by().annotate(**named, _currency=currency)
    total = Sum(comparable(figure)) if figure else Value(None)
    counted = rows.values(*named, "_currency").annotate(_count=Count("*"), **({"_total": total} if figure else {}))
    listed = counted.order_by(FIRST[first], *named).values_list(
        *named, "_currency", "_count", *(("_total",) if figure else ())
    )
    return [_tally(row, len(keys)) for row in listed[:MOST]]


def _tally(row: Sequence[Any], keys: int) -> Tally:
    currency, count, *total = row[keys:]
    return Tally(tuple(text_of(each) for each in row[:keys]), currency or "", count, total[0] if total else None)


def leading(
    query: Query, key: Any, actor: Actor, names: Iterable[str], most: int
) -> Mapping[str, tuple[list[dict[str, Any]], str | None]]:
    """The first rows of each group in the query's order, and the cursor of those behind them. One query.

    Rows are as `output.page` makes them, with the words of links. That somebody looked at them is noted.
    """
    resource, order = query.resource, order_values(query)
    terms = [ordering(term) for term in query.order]
    tie = F("pk").desc() if query.is_reversed else F("pk").asc()
    place = Window(RowNumber(), partition_by=[F("_lane")], order_by=[*terms, tie])
    ranked = query.matching(actor).order_by().annotate(_lane=key).annotate(_place=place)
    # Ranked by ids alone: Django makes one column of two that say the same when it filters by a window.
    first = ranked.filter(_place__lte=most + 1).values("pk")
    rows = resource.rows(actor).filter(pk__in=first).annotate(_lane=key).order_by("_lane", *terms, tie)
    extra = {**order, "_lane": F("_lane")}
    selection = Selection.of(rows, resource, actor, chosen(resource, actor, names), display=True, extra=extra)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in selection.read(selection.statement):
        found.setdefault(text_of(row.pop("_lane")), []).append(row)
    cut = {lane: _cut(listed, most, query, order) for lane, listed in found.items()}
    if resource.logs_reads:
        saw(actor, resource.name, [row["id"] for listed, _cursor in cut.values() for row in listed])
    return cut


def _cut(
    rows: list[dict[str, Any]], most: int, query: Query, order: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], str | None]:
    shown, cursor = rows[:most], None
    if len(rows) > most:
        cursor = query.cursor([*(shown[-1][name] for name in order), shown[-1]["id"]])
    for row in shown:
        for name in order:
            del row[name]
    return shown, cursor


def meant(query: Query, actor: Actor) -> Query:
    """The question in the first of its meanings by which anything is found; a question without words as it is."""
    if not query.text or query.meaning is not None:
        return query
    return next((each for each in query.meant() if each.matching(actor).exists()), query)
