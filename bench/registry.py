"""The lines of the table. A line is a function of the world it measures; what doesn't exist yet has none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bench.world import World

Better = Literal["less", "more"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: `ours` and `floor` in `unit`; the floor is the bare work, None where there is nothing to compare."""

    name: str
    unit: str
    ours: float
    goal: float | None = None
    better: Better = "less"
    floor: float | None = None
    ratio_goal: float | None = None
    """How many times the floor is allowed (less is better), or what share of it is to be reached (more)."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def is_met(self) -> bool:
        """Both goals, where there are two."""
        return _within(self.ours, self.goal, self.better) and _within(self.ratio, self.ratio_goal, self.better)


def _within(value: float | None, goal: float | None, better: Better) -> bool:
    if goal is None or value is None:
        return True
    return value <= goal if better == "less" else value >= goal


Line = Callable[[World], Iterable[Figure]]
LINES: dict[str, Line] = {}


def line(name: str) -> Callable[[Line], Line]:
    """Adds a line, or several that are measured together, in the order in which they are run."""

    def register(function: Line) -> Line:
        LINES[name] = function
        return function

    return register
