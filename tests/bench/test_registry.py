"""A goal is met or missed as its direction says; the numbers come from the database that is asked."""

from __future__ import annotations

import pytest

from bench.measure import alternate, per_second
from bench.registry import Figure


@pytest.mark.parametrize(
    ("figure", "is_met"),
    [
        (Figure("list", "ms", 5, goal=6), True),
        (Figure("list", "ms", 7, goal=6), False),
        (Figure("list", "ms", 5, goal=6, floor=0.4, ratio_goal=12), False),
        (Figure("import", "1/s", 400, goal=300, better="more", floor=900, ratio_goal=0.4), True),
        (Figure("import", "1/s", 400, goal=300, better="more", floor=1_100, ratio_goal=0.4), False),
        (Figure("memory", "MB", 1), True),
    ],
)
def test_a_figure_meets_its_goals(figure: Figure, is_met: bool) -> None:
    assert figure.is_met is is_met


def test_the_two_sides_take_turns() -> None:
    said: list[str] = []
    alternate(lambda: said.append("ours"), lambda: said.append("floor"), rounds=2, each=3)
    assert said == ["ours", "floor"] * 3 + (["ours"] * 3 + ["floor"] * 3) * 2


def test_every_thread_does_its_share() -> None:
    done: list[int] = []
    assert per_second([lambda: done.append(1), lambda: done.append(2)], 10) > 0
    assert sorted(done) == [1] * 10 + [2] * 10
