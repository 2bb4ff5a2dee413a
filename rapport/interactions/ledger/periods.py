"""A period of the ledger, and how it is cut into days that are summed up and the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to before `until`; both aware."""

    since: datetime
    until: datetime

    @classmethod
    def days(cls, days: int) -> Period:
        now = timezone.now()
        return cls(now - timedelta(days=days), now)

    def before(self) -> Period:
        """The period of the same length before this one."""
        return Period(self.since - (self.until - self.since), self.since)

    def holds(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})

    def whole_days(self) -> list[date]:
        """The days (UTC) of which no moment lies outside."""
        first = self.since.astimezone(UTC)
        day = first.date() if first.time() == time(0) else first.date() + DAY
        found = []
        while midnight(day) + DAY <= self.until:
            found.append(day)
            day += DAY
        return found

    def without(self, days: Collection[date]) -> Iterator[Period]:
        """What is left of it, in pieces, when these whole days of it are taken out."""
        place = self.since
        for day in sorted(days):
            if place < midnight(day):
                yield Period(place, midnight(day))
            place = midnight(day) + DAY
        if place < self.until:
            yield Period(place, self.until)


def midnight(day: date) -> datetime:
    """The moment at which a day (UTC) begins."""
    return datetime.combine(day, time(0), UTC)
