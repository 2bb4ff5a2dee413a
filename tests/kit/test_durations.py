from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from zoneinfo import ZoneInfo

import pytest

from rapport.kit.durations import clock, coarse, short

MIN, H, D = 60, 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (48 * MIN + 59, "48 min"),
        (3 * H, "3 h"),
        (3 * H + 10 * MIN, "3 h 10 m"),
        (D - 1, "23 h 59 m"),
        (D, "1 day"),
        (2.3 * D, "2.3 days"),
        (2 * D, "2 days"),
        (9.94 * D, "9.9 days"),
        (12.4 * D, "12 days"),
    ],
)
def test_short(seconds: float, text: str) -> None:
    assert short(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (30, "30 s"),
        (48.5 * MIN, "48 min"),
        (3 * H + 10 * MIN, "3 h"),
        (1.9 * D, "1 day"),
        (2.3 * D, "2 days"),
    ],
)
def test_coarse(seconds: float, text: str) -> None:
    assert coarse(seconds) == text


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(hours=-3, minutes=-20), "3 h over"),
        (timedelta(days=-2), "2 days over"),
        (timedelta(0), "due in 0 s"),
        (timedelta(hours=2), "due in 2 h"),
        (timedelta(hours=9), "due in 9 h"),
        (timedelta(hours=13), "due tomorrow"),
        (timedelta(hours=31), "due tomorrow"),
        (timedelta(hours=32), "due in 2 days"),
        (timedelta(days=4), "due in 4 days"),
    ],
)
def test_clock(left: timedelta, text: str) -> None:
    now = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert clock(now + left, now) == text


def test_clock_reckons_days_where_the_reader_is() -> None:
    now = datetime(2026, 3, 2, 1, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert clock(datetime(2026, 3, 2, 14, 30, tzinfo=UTC), now) == "due in 22 h"
    assert clock(datetime(2026, 3, 2, 15, 30, tzinfo=UTC), now) == "due tomorrow"


class German(NullTranslations):
    """A catalogue, as gettext's."""

    words = {"due in {duration}": "fällig in {duration}", "{hours} h": "{hours} Std."}

    def gettext(self, message: str) -> str:
        return self.words[message]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return {("1 day", "{days} days"): ("1 Tag", "{days} Tage")}[msgid1, msgid2][n != 1]


def test_templates_are_translated() -> None:
    now = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert clock(now + timedelta(days=4), now, German()) == "fällig in 4 Tage"
    assert [short(2 * H, German()), short(D, German())] == ["2 Std.", "1 Tag"]
