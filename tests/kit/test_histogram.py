import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.kit.histogram import RELATIVE_ERROR, bucket, merge, percentile, value

durations = st.integers(0, 10_000_000_000) | st.floats(0, 1e10)
TOLERANCE = RELATIVE_ERROR * (1 + 1e-9)


def histogram(seconds: list[float]) -> dict[int, int]:
    return dict(Counter(bucket(one) for one in seconds))


@given(durations)
def test_a_bucket_stands_for_its_durations_within_two_percent(seconds: float) -> None:
    if seconds < 1:
        assert (bucket(seconds), value(bucket(seconds))) == (0, 0.0)
    else:
        assert abs(value(bucket(seconds)) - seconds) <= TOLERANCE * seconds


@given(durations, durations)
def test_longer_durations_have_no_smaller_buckets(one: float, other: float) -> None:
    assert bucket(min(one, other)) <= bucket(max(one, other))


@given(st.lists(st.floats(1, 1e10) | st.just(0.0), min_size=1, max_size=50), st.floats(0, 1))
def test_percentiles_are_exact_within_two_percent(seconds: list[float], q: float) -> None:
    exact = sorted(seconds)[max(1, math.ceil(q * len(seconds))) - 1]
    estimate = percentile(histogram(seconds), q)
    assert estimate is not None
    assert abs(estimate - exact) <= TOLERANCE * exact


@given(st.lists(st.lists(durations, max_size=20), max_size=4))
def test_merging_is_counting_everything_together(several: list[list[float]]) -> None:
    together = [seconds for one in several for seconds in one]
    assert merge(histogram(one) for one in several) == histogram(together)


def test_a_median() -> None:
    assert percentile(histogram([60, 60, 3600, 86400, 86400]), 0.5) == pytest.approx(3600, rel=RELATIVE_ERROR)
    assert percentile(histogram([60, 3600]), 0.5) == pytest.approx(60, rel=RELATIVE_ERROR)


def test_nothing_has_no_percentile() -> None:
    assert percentile({}, 0.5) is None
    assert percentile({3: 0}, 0.5) is None


def test_a_year_takes_few_buckets() -> None:
    assert bucket(365 * 86400) < 500


@pytest.mark.parametrize("seconds", [-1, -0.001, math.inf, math.nan])
def test_a_duration_is_finite_and_not_negative(seconds: float) -> None:
    with pytest.raises(ValueError, match="duration"):
        bucket(seconds)


@pytest.mark.parametrize("q", [-0.1, 1.1, math.nan])
def test_a_share_lies_between_0_and_1(q: float) -> None:
    with pytest.raises(ValueError, match="share"):
        percentile({1: 1}, q)
