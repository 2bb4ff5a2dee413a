"""Logarithmic histograms of durations: percentiles of any number of rows from a few counts.

As in DDSketch (Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
relative-error guarantees", VLDB 2019): bucket i > 0 holds the seconds in (growth^(i-2), growth^(i-1)], so
that its value is within RELATIVE_ERROR of each of them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

RELATIVE_ERROR = 0.02
_GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GROWTH = math.log(_GROWTH)


def bucket(seconds: float) -> int:
    """The bucket of a duration: 0 for less than a second, else from 1 upwards.

    Raises ValueError for a negative duration and one that is not a finite number.
    """
    if not 0 <= seconds < math.inf:
        raise ValueError(f"A duration cannot be {seconds} s.")
    return 0 if seconds < 1 else 1 + math.ceil(math.log(seconds) / _LOG_GROWTH)


def value(bucket: int) -> float:
    """The seconds that stand for a bucket: within 2 % of each duration in it (less than a second is 0)."""
    return 0.0 if bucket == 0 else 2 * _GROWTH ** (bucket - 1) / (_GROWTH + 1)


def merge(histograms: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """The counts per bucket of several histograms together."""
    merged: Counter[int] = Counter()
    for counts in histograms:
        merged.update(counts)
    return dict(merged)


def percentile(counts: Mapping[int, int], q: float) -> float | None:
    """The duration, in seconds within 2 %, that a share `q` (0 to 1) of all do not exceed; None without any.

    The nearest-rank percentile: an element of the data, never a mean of two.
    """
    if not 0 <= q <= 1:
        raise ValueError(f"A share lies between 0 and 1, not at {q}.")
    rank = max(1, math.ceil(q * sum(counts.values())))
    for number in sorted(counts):
        rank -= counts[number]
        if rank <= 0:
            return value(number)
    return None
