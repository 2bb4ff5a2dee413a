"""The picture of a chart as SVG: lengths across are in percent of its width, so that words keep their size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from rapport.web.lists.figures import in_words

HEIGHT, FOOT, HEAD = 300, 24, 18
"""Of an upright picture in pixels: what is drawn, beneath it the words of the axis, above it those of the top line."""
ROW, BAR = 42, 14
"""Of a bar that lies: its row with its words, and itself."""
TICKS, FEW_LABELS, MANY_LABELS = 5, 4, 9
MOST_COLUMNS = 31
"""Periods beyond which a line says more than columns."""


@dataclass(frozen=True, slots=True)
class Series:
    key: str
    label: Any
    colour: int
    """Which of the colours, from 1."""


@dataclass(frozen=True, slots=True)
class Point:
    """What is drawn at one place."""

    key: str
    label: Any
    short: Any
    values: tuple[Decimal, ...]
    """One for each series."""
    words: tuple[str, ...]
    total: str
    href: str
    """The list of exactly these records; empty where no condition says which they are."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A rectangle: across in percent, down in pixels."""

    x: str
    y: str
    width: str
    height: str
    colour: int
    point: int


@dataclass(frozen=True, slots=True)
class Tick:
    at: str
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    body: ClassVar[int] = HEIGHT
    foot: ClassVar[int] = FOOT
    head: ClassVar[int] = HEAD
    row: ClassVar[int] = ROW

    kind: str
    height: int
    ticks: list[Tick]
    zero: str
    """Where the axis is from which bars grow."""
    marks: list[Mark] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    """Colour and points of each line, in a square of 100."""
    labels: list[tuple[str, int, bool]] = field(default_factory=list)
    """Where words of the axis stand, of which point, and whether narrow pictures have them, too."""
    slots: list[tuple[str, str]] = field(default_factory=list)
    """Where each point is, and how wide, for the pointer."""


@dataclass(frozen=True, slots=True)
class Scale:
    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def of(cls, values: Sequence[Decimal]) -> Scale:
        """From and to round numbers around these, zero always among them."""
        low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
        rough = float(high - low) / TICKS or 1.0
        power = Decimal(10) ** math.floor(math.log10(rough))
        step = next((power * each for each in (1, 2, 5, 10) if float(power * each) >= rough), power * 10)
        return cls((low / step).to_integral_value("ROUND_FLOOR") * step, _ceiling(high, step, low), step)

    def share(self, value: Decimal) -> float:
        """How far from the low end, from 0 to 1."""
        return float((value - self.low) / (self.high - self.low))

    @property
    def ticks(self) -> list[Decimal]:
        return [self.low + self.step * number for number in range(int((self.high - self.low) / self.step) + 1)]


def _ceiling(high: Decimal, step: Decimal, low: Decimal) -> Decimal:
    found = (high / step).to_integral_value("ROUND_CEILING") * step
    return step if found == 0 and low == 0 else found


def across(points: Sequence[Point], series: Sequence[Series], currency: str) -> Picture:
    """Bars that lie, each beneath its words; those of several series follow one another."""
    scale = Scale.of(_ends(points))
    marks = [
        Mark(_percent(scale.share(start)), str(ROW * row + 20), _percent(scale.share(end) - scale.share(start)),
             str(BAR), series[place].colour, row)
        for row, point in enumerate(points)
        for place, start, end in _stack(point.values)
    ]  # fmt: skip
    ticks = [Tick(_percent(scale.share(each)), in_words(each, currency)) for each in scale.ticks]
    return Picture("across", ROW * len(points) + FOOT, ticks, _percent(scale.share(Decimal(0))), marks)


def upright(points: Sequence[Point], series: Sequence[Series], currency: str) -> Picture:
    """Columns over time; lines where there are many periods, or several series."""
    is_line = len(points) > MOST_COLUMNS or (len(series) > 1 and len(points) > 2)
    scale = Scale.of([each for point in points for each in point.values] if is_line else _ends(points))
    ticks = [Tick(_down(scale.share(each)), in_words(each, currency)) for each in scale.ticks]
    width = 1 / max(1, len(points))
    slots = [(_percent(place * width), _percent(width)) for place in range(len(points))]
    picture = Picture(
        "line" if is_line else "upright", HEAD + HEIGHT + FOOT, ticks, _down(scale.share(Decimal(0))),
        labels=_labels(len(points)), slots=slots,
    )  # fmt: skip
    if is_line:
        picture.lines.extend(_lines(points, series, scale))
    else:
        picture.marks.extend(_columns(points, series, scale, width))
    return picture


def _columns(points: Sequence[Point], series: Sequence[Series], scale: Scale, width: float) -> list[Mark]:
    gap = width * 0.16
    return [
        Mark(_percent(number * width + gap), _down(scale.share(end)), _percent(width - 2 * gap),
             f"{(scale.share(end) - scale.share(start)) * HEIGHT:.1f}", series[place].colour, number)
        for number, point in enumerate(points)
        for place, start, end in _stack(point.values)
    ]  # fmt: skip


def _lines(points: Sequence[Point], series: Sequence[Series], scale: Scale) -> list[tuple[int, str]]:
    width = 100 / max(1, len(points))
    return [
        (
            each.colour,
            " ".join(
                f"{(number + 0.5) * width:.2f},{(1 - scale.share(point.values[place])) * 100:.2f}"
                for number, point in enumerate(points)
            ),
        )
        for place, each in enumerate(series)
    ]


def _labels(count: int) -> list[tuple[str, int, bool]]:
    """As many as there is room for, counted from the latest."""
    every, rarely = math.ceil(count / MANY_LABELS), math.ceil(count / FEW_LABELS)
    rarely = math.ceil(rarely / every) * every if every else 1
    return [
        (_percent((place + 0.5) / count), place, (count - 1 - place) % rarely == 0)
        for place in range(count)
        if (count - 1 - place) % every == 0
    ]


def _stack(values: Sequence[Decimal]) -> list[tuple[int, Decimal, Decimal]]:
    """Which series, from where to where: what is above zero grows one way, what is below the other."""
    found, above, below = [], Decimal(0), Decimal(0)
    for place, value in enumerate(values):
        if value > 0:
            found.append((place, above, above + value))
            above += value
        elif value < 0:
            found.append((place, below + value, below))
            below += value
    return found


def _ends(points: Sequence[Point]) -> list[Decimal]:
    return [end for point in points for _place, *ends in _stack(point.values) for end in ends]


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _down(share: float) -> str:
    return f"{HEAD + (1 - share) * HEIGHT:.1f}"
