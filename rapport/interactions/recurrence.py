"""The days on which a task comes again, by the rules of RFC 5545 (iCalendar) as dateutil reckons them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from dateutil import rrule

from rapport.interactions.models import Repeats

RULES: dict[str, dict[str, Any]] = {
    Repeats.DAILY: {"freq": rrule.DAILY},
    Repeats.WEEKDAYS: {"freq": rrule.WEEKLY, "byweekday": (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR)},
    Repeats.WEEKLY: {"freq": rrule.WEEKLY},
    Repeats.MONTHLY: {"freq": rrule.MONTHLY},
    Repeats.YEARLY: {"freq": rrule.YEARLY},
}
MOST = 365
"""The longest interval."""


def next_day(repeats: str, every: int, *, first: date, after: date) -> date | None:
    """The first day of the series after `after`; None where the calendar ends before.

    A series that began on the 31st falls on the last day of shorter months, and comes back to the 31st.
    """
    rule = dict(RULES[repeats])
    if repeats in (Repeats.MONTHLY, Repeats.YEARLY) and first.day > 28:
        rule |= {"bymonthday": tuple(range(28, first.day + 1)), "bysetpos": -1}
        if repeats == Repeats.YEARLY:
            rule["bymonth"] = first.month
    began = datetime.combine(first, time())  # a day, not a moment: no time zone has a say
    found = rrule.rrule(dtstart=began, interval=every, **rule).after(datetime.combine(after, time()))
    return found.date() if found else None
