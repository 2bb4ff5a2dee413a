"""What the ledger's figures are worked out of: how much was said, and how long each answer took, by group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, TextField, Value

COUNTS = ("sent", "received", "with_target", "in_time")
TIMES = ("times_by_us", "times_by_them")

SAID: dict[str, Any] = {
    "sent": Count("at", filter=Q(direction="out")),
    "received": Count("at", filter=Q(direction="in")),
}
ANSWERED: dict[str, Any] = {
    "with_target": Count("reply_at", filter=Q(by="us", is_target_met__isnull=False)),
    "in_time": Count("reply_at", filter=Q(by="us", is_target_met=True)),
    "times_by_us": ArrayAgg("elapsed_seconds", filter=Q(by="us"), default=Value([])),
    "times_by_them": ArrayAgg("elapsed_seconds", filter=Q(by="them"), default=Value([])),
}


@dataclass(slots=True)
class Tally:
    """Of one group in one period. Times are elapsed seconds, one for each response, in any order."""

    sent: int = 0
    received: int = 0
    with_target: int = 0
    in_time: int = 0
    times_by_us: list[int] = field(default_factory=list)
    times_by_them: list[int] = field(default_factory=list)

    def add(self, found: dict[str, Any]) -> None:
        """Adds what `found` names: a row of a query, or of a day that is summed up."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + found.get(name, 0))
        for name in TIMES:
            getattr(self, name).extend(found.get(name, ()))


def together(tallies: Iterable[Tally]) -> Tally:
    """All of them as one: no interaction is in two."""
    whole = Tally()
    for each in tallies:
        whole.add({name: getattr(each, name) for name in (*COUNTS, *TIMES)})
    return whole


def percentile(times: Sequence[int], share: float) -> float | None:
    """As PostgreSQL's percentile_cont: between the two nearest of the ordered `times`, by straight line."""
    if not times:
        return None
    place = share * (len(times) - 1)
    low = int(place)
    high = min(low + 1, len(times) - 1)
    return times[low] + (times[high] - times[low]) * (place - low)


def grouped(rows: Any, path: str | None, moment: str, since: Any) -> Any:
    """The rows by what `path` leads to (`_key`), and by whether `moment` is in the period or before it (`_is_now`)."""
    is_now = ExpressionWrapper(Q(**{f"{moment}__gte": since}), BooleanField())
    key = F(path) if path else Value(None, TextField(null=True))
    return rows.order_by().values(_key=key, _is_now=is_now)
