from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.kit.business_time import Hours, WorkingHours, always_open, public_holidays

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE: Hours = ((time(9), time(12, 30)), (time(13, 30), time(17)))
ALL_DAY: Hours = ((time(0), time(0)),)
DAY = 7 * 3600


def office(zone: ZoneInfo = BERLIN, holidays: frozenset[date] = frozenset()) -> WorkingHours:
    return WorkingHours(zone, (OFFICE,) * 5 + ((), ()), holidays)


def berlin(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BERLIN)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ((2026, 3, 2, 10), (2026, 3, 2, 11), 3600),
        ((2026, 3, 2, 12), (2026, 3, 2, 14), 3600),  # over lunch
        ((2026, 3, 2, 16, 30), (2026, 3, 3, 9, 30), 3600),  # over night
        ((2026, 3, 6, 16), (2026, 3, 9, 10), 7200),  # over the week-end
        ((2026, 3, 7, 10), (2026, 3, 8, 20), 0),
        ((2026, 3, 2), (2026, 3, 9), 5 * DAY),
        ((2026, 3, 27, 16), (2026, 3, 30, 10), 7200),  # the clocks go forward on the 29th
        ((2026, 3, 2, 10, 0, 0), (2026, 3, 2, 10, 0, 1), 1),
        ((2025, 12, 31, 16), (2026, 1, 1, 10), 7200),
    ],
)
def test_elapsed(start: tuple[int, ...], end: tuple[int, ...], seconds: int) -> None:
    assert office().elapsed(berlin(*start), berlin(*end)) == seconds
    assert office().elapsed(berlin(*end), berlin(*start)) == -seconds


def test_elapsed_takes_instants_in_any_zone() -> None:
    start = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)  # 8:30 in Berlin
    end = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("Asia/Tokyo"))  # 10:00 in Berlin
    assert office().elapsed(start, end) == 3600


def test_nothing_elapses_on_a_holiday() -> None:
    hours = office(holidays=frozenset({date(2026, 3, 3)}))
    assert hours.elapsed(berlin(2026, 3, 2, 16), berlin(2026, 3, 4, 10)) == 7200


@pytest.mark.parametrize(("day", "length"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 7, 1), 24)])
def test_whole_days_have_the_hours_that_passed(day: tuple[int, int, int], length: int) -> None:
    hours = WorkingHours(BERLIN, (ALL_DAY,) * 7)
    start = berlin(*day)
    assert hours.elapsed(start, start + timedelta(days=1)) == length * 3600


@pytest.mark.parametrize(
    ("shift", "length"),
    [
        (((time(1), time(2)), (time(2), time(4))), 2),
        (((time(2), time(3)),), 0),
        (((time(0), time(2, 30)), (time(2, 30), time(5))), 4),
        (((time(2, 30), time(5)),), 2),
    ],
)
def test_a_skipped_hour_never_counts(shift: Hours, length: int) -> None:
    hours = WorkingHours(BERLIN, ((),) * 5 + (ALL_DAY, shift))
    assert hours.elapsed(berlin(2026, 3, 29), berlin(2026, 3, 30)) == length * 3600


def test_a_repeated_hour_counts_twice() -> None:
    hours = WorkingHours(BERLIN, (OFFICE,) * 6 + (((time(1), time(4)),),))
    assert hours.elapsed(berlin(2026, 10, 25), berlin(2026, 10, 26)) == 4 * 3600


def test_a_skipped_day_never_counts() -> None:
    """Samoa went from 29 to 31 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    start, end = datetime(2011, 12, 26, tzinfo=apia), datetime(2012, 1, 2, tzinfo=apia)
    assert office(apia).elapsed(start, end) == 4 * DAY
    assert WorkingHours(apia, (ALL_DAY,) * 7).elapsed(start, end) == 6 * 86400


@pytest.mark.parametrize(
    ("start", "seconds", "end"),
    [
        ((2026, 3, 2, 10), 3600, (2026, 3, 2, 11)),
        ((2026, 3, 2, 12), 3600, (2026, 3, 2, 14)),
        ((2026, 3, 2, 16), 3600, (2026, 3, 2, 17)),  # closing time, not the next opening
        ((2026, 3, 2, 16), 3601, (2026, 3, 3, 9, 0, 1)),
        ((2026, 3, 7, 3), 60, (2026, 3, 9, 9, 1)),
        ((2026, 3, 7, 3), 0, (2026, 3, 7, 3)),
        ((2025, 12, 31, 16), 7200, (2026, 1, 1, 10)),
    ],
)
def test_add(start: tuple[int, ...], seconds: int, end: tuple[int, ...]) -> None:
    assert office().add(berlin(*start), seconds) == berlin(*end)


def test_add_answers_in_the_zone_of_the_hours() -> None:
    assert office().add(datetime(2026, 3, 2, 9, tzinfo=UTC), 60).tzinfo is BERLIN


def test_add_goes_forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        office().add(berlin(2026, 1, 1), -1)


def test_no_time_is_worked_beyond_the_years_covered() -> None:
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert always_open().elapsed(datetime(2199, 12, 31, 23, tzinfo=UTC), far) == 3600
    assert always_open().elapsed(datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, 1, tzinfo=UTC)) == 3600
    with pytest.raises(OverflowError):
        always_open().add(datetime(2199, 12, 31, 23, tzinfo=UTC), 3601)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(TypeError):
        office().elapsed(datetime(2026, 1, 1), berlin(2026, 1, 2))  # noqa: DTZ001 - that is the test


@pytest.mark.parametrize(
    "day",
    [
        ((time(9), time(9)),),
        ((time(9), time(8)),),
        ((time(9), time(12)), (time(11), time(17))),
        ((time(13), time(17)), (time(9), time(12))),
        ((time(9), time(0)), (time(10), time(11))),
        ((time(9, 0, 0, 1), time(12)),),
        ((time(9, tzinfo=UTC), time(12)),),
    ],
)
def test_malformed_hours_are_refused(day: Hours) -> None:
    with pytest.raises(ValueError, match="Working hours"):
        WorkingHours(BERLIN, (day,) * 7)


def test_a_week_without_hours_is_refused() -> None:
    with pytest.raises(ValueError, match="some working hours"):
        WorkingHours(BERLIN, ((),) * 7)


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="seven"):
        WorkingHours(BERLIN, (OFFICE,) * 6)  # type: ignore[arg-type]


def test_public_holidays() -> None:
    bavaria = public_holidays("DE", "BY", [2026, 2027])
    assert {date(2026, 1, 6), date(2027, 12, 25)} <= bavaria
    assert date(2026, 1, 6) not in public_holidays("DE", None, [2026])
    assert {one.year for one in bavaria} == {2026, 2027}


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("DE", "XX")])
def test_an_unknown_place_has_no_holidays(country: str, subdivision: str | None) -> None:
    with pytest.raises(ValueError, match=country):
        public_holidays(country, subdivision, [2026])


zones = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
    ]
).map(ZoneInfo)
moments = st.datetimes(datetime(2008, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
clock = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))


@st.composite
def days(draw: st.DrawFn) -> Hours:
    edges = sorted(draw(st.sets(clock, max_size=6)))
    spans = [(edges[at], edges[at + 1]) for at in range(0, len(edges) - 1, 2)]
    if len(edges) % 2:
        spans.append((edges[-1], time(0)))
    return tuple(spans)


weeks = st.tuples(*[days()] * 7).filter(any)
schedules = st.builds(
    WorkingHours, zones, weeks, st.frozensets(st.dates(date(2008, 1, 1), date(2030, 1, 1)), max_size=20)
)


@settings(max_examples=40)
@given(schedules, moments, st.integers(1, 1_000_000))
def test_as_much_elapses_as_was_added(hours: WorkingHours, start: datetime, seconds: int) -> None:
    try:
        end = hours.add(start, seconds)
    except OverflowError:
        assert hours.elapsed(start, datetime(2200, 1, 2, tzinfo=UTC)) < seconds
        return
    assert hours.elapsed(start, end) == seconds
    assert hours.elapsed(start, end.astimezone(UTC) - timedelta(seconds=1)) == seconds - 1


@settings(max_examples=40)
@given(schedules, moments, moments, moments)
def test_spans_add_up(hours: WorkingHours, first: datetime, second: datetime, third: datetime) -> None:
    assert hours.elapsed(first, second) + hours.elapsed(second, third) == hours.elapsed(first, third)


@settings(max_examples=40)
@given(schedules, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_no_more_elapses_than_passes(hours: WorkingHours, start: datetime, span: timedelta) -> None:
    assert 0 <= hours.elapsed(start, start + span) <= span.total_seconds() + 1


@settings(max_examples=40)
@given(zones, moments, moments)
def test_without_closing_time_every_second_elapses(zone: ZoneInfo, start: datetime, end: datetime) -> None:
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    assert WorkingHours(zone, (ALL_DAY,) * 7).elapsed(start, end) == (end - start).total_seconds()
    assert always_open().elapsed(start, end) == (end - start).total_seconds()
