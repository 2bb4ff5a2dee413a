"""Business time: the seconds of a span in which an organisation was at work."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]

FIRST_YEAR, LAST_YEAR = 1970, 2199
_MIDNIGHT = time(0)


@dataclass(frozen=True)
class WorkingHours:
    """When an organisation is at work.

    `week` holds for Monday to Sunday the opening hours of that day by the wall clock of `timezone`, as
    (start, end) in order and not overlapping; an end of 00:00 is midnight at the end of the day. There are
    no hours on `holidays`, before 1970 or after 2199. Around a change of the clocks real seconds count: a
    day from midnight to midnight may have 23 or 25 hours. A wall-clock time that a change skips is the moment
    of the change, one that happens twice is the first of the two.

    Raises ValueError when the hours are malformed, or when there are none in the week.
    """

    timezone: ZoneInfo
    week: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours]
    holidays: frozenset[date] = frozenset()
    _years: dict[int, "_Year"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("A week has seven days.")
        if not any(self.week):
            raise ValueError("A week needs some working hours.")
        for hours in self.week:
            _check_hours(hours)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Business seconds from one aware instant to another, negative when `end` comes first.

        Instants count by their whole second.
        """
        first, second = self._year_of(start), self._year_of(end)
        between = second.worked_until(_epoch(end)) - first.worked_until(_epoch(start))
        if first is second:
            return between
        low, high = sorted((first.number, second.number))
        skipped = sum(self._year(number).total for number in range(low, high))
        return between + (skipped if first.number == low else -skipped)

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first instant, in `timezone`, at which so many business seconds have passed since `start`.

        No seconds give the whole second of `start` itself, within working hours or not. Raises ValueError
        for negative seconds, OverflowError when the year 2199 ends before they have passed.
        """
        if seconds < 0:
            raise ValueError("Business time is added forward only.")
        if seconds == 0:
            return datetime.fromtimestamp(_epoch(start), self.timezone)
        year = self._year_of(start)
        remaining = year.worked_until(_epoch(start)) + seconds
        while remaining > year.total:
            remaining -= year.total
            year = self._following(year)
        return datetime.fromtimestamp(year.moment_after(remaining), self.timezone)

    def _year_of(self, moment: datetime) -> "_Year":
        """The business year that holds an instant, the first or last one for instants beyond them."""
        seconds = _epoch(moment)
        year = self._year(min(max(moment.year, FIRST_YEAR), LAST_YEAR))
        while seconds < year.begins and year.number > FIRST_YEAR:
            year = self._year(year.number - 1)
        while seconds >= year.ends and year.number < LAST_YEAR:
            year = self._year(year.number + 1)
        return year

    def _following(self, year: "_Year") -> "_Year":
        if year.number == LAST_YEAR:
            raise OverflowError(f"So much business time does not pass before the year {LAST_YEAR + 1}.")
        return self._year(year.number + 1)

    def _year(self, number: int) -> "_Year":
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._build_year(number)
        return known

    def _build_year(self, number: int) -> "_Year":
        begins, ends = (self._instant(date(one, 1, 1), _MIDNIGHT) for one in (number, number + 1))
        spans = [one for one in self._spans(date(number, 1, 1), number) if one[0] < one[1]]
        return _Year.of(number, (begins, ends), [one[0] for one in spans], [one[1] for one in spans])

    def _spans(self, day: date, number: int) -> Iterator[tuple[int, int]]:
        """The working spans of a year in seconds since 1970; empty where a change of clocks skips one."""
        while day.year == number:
            following = day + timedelta(days=1)
            for start, end in () if day in self.holidays else self.week[day.weekday()]:
                closing_day = following if end == _MIDNIGHT else day
                yield self._instant(day, start), self._instant(closing_day, end)
            day = following

    def _instant(self, day: date, at: time) -> int:
        moment = datetime.combine(day, at, self.timezone)
        later = moment.replace(fold=1)
        if _offset(later) > _offset(moment):  # only in a gap is the offset before it the smaller one
            return self._change_of_clocks(_epoch(later), _epoch(moment))
        return _epoch(moment)

    def _change_of_clocks(self, before: int, after: int) -> int:
        """The first second, after `before` and not after `after`, that has the offset of `after`."""
        offset = _offset(datetime.fromtimestamp(after, self.timezone))
        seconds = range(before + 1, after + 1)
        return seconds[
            bisect_left(
                seconds,
                True,
                key=lambda second: _offset(datetime.fromtimestamp(second, self.timezone)) == offset,
            )
        ]


@dataclass(frozen=True, slots=True, eq=False)
class _Year:
    """The working spans of one year in seconds since 1970, with the seconds worked before and by each."""

    number: int
    begins: int
    ends: int
    opening: list[int]
    closing: list[int]
    before: list[int]
    by_closing: list[int]
    total: int

    @classmethod
    def of(cls, number: int, bounds: tuple[int, int], opening: list[int], closing: list[int]) -> "_Year":
        lengths = (end - start for start, end in zip(opening, closing, strict=True))
        sums = list(accumulate(lengths, initial=0))
        return cls(number, *bounds, opening, closing, sums[:-1], sums[1:], sums[-1])

    def worked_until(self, second: int) -> int:
        span = bisect_right(self.opening, second) - 1
        if span < 0:
            return 0
        return self.before[span] + min(second, self.closing[span]) - self.opening[span]

    def moment_after(self, seconds: int) -> int:
        """The first moment at which 0 < `seconds` ≤ `total` have been worked."""
        span = bisect_left(self.by_closing, seconds)
        return self.opening[span] + seconds - self.before[span]


def always_open() -> WorkingHours:
    """Hours without an end, under which business time is elapsed time."""
    whole_day = ((_MIDNIGHT, _MIDNIGHT),)
    return WorkingHours(ZoneInfo("UTC"), (whole_day,) * 7)


def public_holidays(country: str, subdivision: str | None, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country (ISO 3166-1) or a subdivision of it (ISO 3166-2, without the country).

    Raises ValueError for a place that the holidays library does not know.
    """
    import holidays as holiday_calendars  # of 200 countries: only where it is needed

    try:
        return frozenset(holiday_calendars.country_holidays(country, subdivision or None, years=list(years)))
    except NotImplementedError as unknown:
        raise ValueError(f"No public holidays are known for {country} {subdivision or ''}".rstrip()) from unknown


def _check_hours(hours: Hours) -> None:
    for moment in (one for span in hours for one in span):
        if moment.tzinfo or moment.microsecond:
            raise ValueError(f"Working hours are whole seconds of the wall clock, not {moment}.")
    for start, end in hours:
        if start >= end and end != _MIDNIGHT:
            raise ValueError(f"Working hours cannot end at {end}, before they start at {start}.")
    for (_, end), (start, _) in pairwise(hours):
        if start < end or end == _MIDNIGHT:
            raise ValueError(f"Working hours overlap or are out of order at {start}.")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None, "A moment in a zone has an offset."
    return offset


def _epoch(moment: datetime) -> int:
    """Whole seconds since 1970, rounded down. Raises TypeError for a naive datetime."""
    return (moment - _EPOCH) // _SECOND
