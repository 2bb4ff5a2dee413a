"""Timing on machines that are shared: ours and the floor in turns, medians of many."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter

Work = Callable[[], object]


def seconds(work: Work) -> float:
    begin = perf_counter()
    work()
    return perf_counter() - begin


def alternate(ours: Work, floor: Work, *, rounds: int = 5, each: int = 40) -> tuple[float, float]:
    """Milliseconds of each, by the median of every round and the best round: (ours, floor)."""
    for warm in (ours, floor) * 3:
        warm()
    rows = [(_round(ours, each), _round(floor, each)) for _ in range(rounds)]
    return min(row[0] for row in rows), min(row[1] for row in rows)


def _round(work: Work, times: int) -> float:
    return 1_000 * median(seconds(work) for _ in range(times))


def best_median(work: Work, *, rounds: int = 4, each: int = 50) -> float:
    """Milliseconds: the best round's median, as the peers were measured."""
    work()
    return min(_round(work, each) for _ in range(rounds))


def per_second(makers: list[Work], times: int) -> float:
    """How often per second all of these together, each in a thread of its own, can be done."""

    def repeat(work: Work) -> None:
        for _ in range(times):
            work()

    with ThreadPoolExecutor(len(makers)) as pool:
        took = seconds(lambda: list(pool.map(repeat, makers)))
    return len(makers) * times / took
