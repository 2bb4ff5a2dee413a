"""The shapes of a calendar (month, week, day, agenda): which days each shows, and where on them things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from babel.dates import format_interval, get_day_names
from dateutil.relativedelta import relativedelta
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from rapport.web import words

Shape = Literal["month", "week", "day", "agenda"]
SHAPES: dict[Shape, tuple[Any, str]] = {
    "month": (_("Month"), "m"), "week": (_("Week"), "w"), "day": (_("Day"), "d"), "agenda": (_("Agenda"), "a"),
}  # fmt: skip
"""Each shape's name, and its key."""
AGENDA = timedelta(days=30)
EARLIEST, LATEST = date(1970, 1, 15), date(2199, 12, 1)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
OFFICE = range(7, 19)
"""The hours that are always shown."""
LANES = 4
"""Things that stand beside each other at one time; further ones stand on top of the last."""


def shape_of(text: str) -> Shape:
    return next((shape for shape in SHAPES if shape == text), "month")


def day_of(text: str, today: date) -> date:
    """The day that an address names; today where it names none that a calendar shows."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if EARLIEST <= day <= LATEST else today


def locale() -> Any:
    return words.babel_locale(translation.get_language() or "en")


def span(shape: Shape, on: date) -> tuple[date, date]:
    """The first day that is shown, and the one after the last: whole weeks of a month, as the locale begins them."""
    if shape == "month":
        first = _week_of(on.replace(day=1))
        return first, _week_of(on.replace(day=1) + relativedelta(months=1) - DAY) + 7 * DAY
    if shape == "week":
        return _week_of(on), _week_of(on) + 7 * DAY
    return on, on + (DAY if shape == "day" else AGENDA)


def _week_of(day: date) -> date:
    return day - timedelta(days=(day.weekday() - locale().first_week_day) % 7)


def step(shape: Shape, on: date, by: int) -> date:
    """A day of the shape before or after. Of months, the same day, or the last."""
    if shape == "month":
        other: date = on + relativedelta(months=by)
        return other
    return on + by * {"week": 7 * DAY, "day": DAY, "agenda": AGENDA}[shape]


def title(shape: Shape, on: date) -> str:
    if shape == "month":
        return words.month(f"{on:%Y-%m}")
    if shape == "day":
        return f"{words.long_day(on)} {on.year}"
    first, end = span(shape, on)
    return str(format_interval(first, end - DAY, "yMMMd", locale=locale()))


def weekdays(first: date, count: int = 7) -> list[str]:
    names = get_day_names("abbreviated", locale=locale())
    return [names[(first + number * DAY).weekday()] for number in range(count)]


@dataclass(frozen=True, slots=True)
class Block:
    """Something at a time of a day: where it begins and how long it is, in quarters of an hour, and its lane."""

    item: Any
    begins: int
    lasts: int
    lane: int = 0
    of: int = 1


@dataclass(slots=True)
class Cell:
    """One day. `whole` are its things without a time, `blocks` those with one."""

    day: date
    items: list[Any] = field(default_factory=list)
    is_today: bool = False
    is_outside: bool = False
    """Of another month than the one that is shown."""
    whole: list[Any] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


def cells(first: date, end: date, items: Iterable[Any], today: date, month: int | None = None) -> list[Cell]:
    """Each day with its items, which have a `day`, in their order."""
    by_day: dict[date, list[Any]] = {}
    for item in items:
        by_day.setdefault(item.day, []).append(item)
    days = (first + number * DAY for number in range((end - first).days))
    return [Cell(day, by_day.get(day, []), day == today, month not in (None, day.month)) for day in days]


def by_the_clock(listed: Sequence[Cell]) -> range:
    """Sets out each day's items by their time; the hours that are to be shown."""
    for cell in listed:
        cell.whole = [item for item in cell.items if item.begins is None]
        cell.blocks = list(_lanes([_block(item, cell.day) for item in cell.items if item.begins]))
    blocks = [block for cell in listed for block in cell.blocks]
    first = min([OFFICE.start, *(block.begins // 4 for block in blocks)])
    last = max([OFFICE.stop, *(-(-(block.begins + block.lasts) // 4) for block in blocks)])
    return range(first, last)


def _block(item: Any, day: date) -> Block:
    """As much of it as is of this day, in the hours that clocks show."""
    begins = _quarters(item.begins, day, lambda passed: passed // QUARTER)
    ends = _quarters(item.ends, day, lambda passed: -(-passed // QUARTER))
    return Block(item, min(begins, 94), max(ends - begins, 2) if begins <= 94 else 2)


def _quarters(at: datetime, day: date, rounded: Callable[[timedelta], int]) -> int:
    passed = at.replace(tzinfo=None) - datetime.combine(day, time.min)
    return max(0, min(96, rounded(passed)))


def _lanes(blocks: Sequence[Block]) -> Iterator[Block]:
    """Those that overlap stand beside each other."""
    together: list[Block] = []
    for block in sorted(blocks, key=lambda each: (each.begins, -each.lasts)):
        if together and block.begins >= max(each.begins + each.lasts for each in together):
            yield from _spread(together)
            together = []
        together.append(block)
    yield from _spread(together)


def _spread(together: Sequence[Block]) -> Iterator[Block]:
    ends: list[int] = []
    placed = []
    for block in together:
        lane = next((number for number, free in enumerate(ends) if free <= block.begins), len(ends))
        ends[lane : lane + 1] = [block.begins + block.lasts]
        placed.append((block, min(lane, LANES - 1)))
    of = min(len(ends), LANES)
    for block, lane in placed:
        yield Block(block.item, block.begins, block.lasts, lane, of)
