"""Days and periods: from which day on, and before which."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from rapport.platform.resources.grammar.tree import Operand
from rapport.platform.resources.kinds import ValueProblem

Days = tuple[date, date]
"""The first day, and the day after the last."""
DAY = timedelta(days=1)
CALENDAR = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def days_of(operand: Operand, today: date) -> Days | None:
    """Of a period, or of a year, month or day as ISO 8601 writes them; None for anything else. Raises ValueProblem."""
    try:
        if operand.kind == "period":
            return _relative(operand.text, operand.count, today)
        found = CALENDAR.fullmatch(operand.text)
        return _of_calendar(*(int(part) if part else 0 for part in found.groups())) if found else None
    except (ValueError, OverflowError):
        raise ValueProblem(_("There is no such day.")) from None


def _of_calendar(year: int, month: int, day: int) -> Days:
    start = date(year, month or 1, day or 1)
    if day:
        return start, start + DAY
    return start, shift(start, months=1 if month else 12)


def shift(day: date, *, months: int) -> date:
    """The same day of another month, or its last."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _relative(name: str, count: int, today: date) -> Days:
    if name in NEAR:
        day = today + NEAR[name] * DAY
        return day, day + DAY
    which, _sep, unit = name.partition("_")
    if unit.endswith("s"):
        return _counted(which, count, STEPS[unit], today)
    steps = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        monday = today - today.weekday() * DAY + steps * 7 * DAY
        return monday, monday + 7 * DAY
    length = MONTHS[unit]
    start = today.replace(day=1, month=(today.month - 1) // length * length + 1)
    return shift(start, months=steps * length), shift(start, months=(steps + 1) * length)


def _counted(which: str, count: int, step: Callable[[date, int], date], today: date) -> Days:
    if which == "ago":
        day = step(today, -count)
        return day, day + DAY
    return (step(today, -count), today + DAY) if which == "last" else (today, step(today, count) + DAY)


NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
STEPS: dict[str, Callable[[date, int], date]] = {
    "days": lambda day, count: day + count * DAY,
    "weeks": lambda day, count: day + count * 7 * DAY,
    "months": lambda day, count: shift(day, months=count),
    "years": lambda day, count: shift(day, months=12 * count),
}
