"""The shapes that a list can take. Another one is another line here; its address is `as=` its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.errors import BadQuery
from rapport.web.lists import board, calendar, chart, table
from rapport.web.lists.address import LAYOUT, address
from rapport.web.lists.shape import Asked, Shape

TABLE = ""
SHAPES: Mapping[str, Shape] = {
    TABLE: Shape(
        gettext_lazy("Table"), "rows", "lists/table.html", table.show,
        tools="lists/table_tools.html", further="lists/rows.html", more=table.columns_of,
    ),
    "board": Shape(
        gettext_lazy("Board"), "board", "lists/board.html", board.show,
        tools="lists/board_tools.html", further="lists/cards.html", more=board.cards_of, fits=board.fits,
    ),
    "calendar": Shape(
        gettext_lazy("Calendar"), "calendar", "lists/calendar.html", calendar.show,
        tools="lists/calendar_tools.html", fits=calendar.fits, has_columns=False,
    ),
    "chart": Shape(
        gettext_lazy("Chart"), "chart", "lists/chart.html", chart.show,
        tools="lists/chart_tools.html", fits=chart.fits, has_columns=False,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    label: Any
    icon: str
    href: str
    is_current: bool


def read_shape(asked: Asked) -> Shape:
    """The shape that the address names; the trash is a table always. Raises BadQuery for one that there isn't."""
    name = asked.given.get("as", TABLE)
    if name not in SHAPES or not SHAPES[name].fits(asked.resource, asked.actor):
        raise BadQuery(fields={"as": _("A list doesn't come in this shape.")})
    return SHAPES[TABLE if asked.query.trash else name]


def choices(asked: Asked) -> list[Choice]:
    """The same set in each of its shapes. What belongs to one shape alone isn't taken along to another."""
    current = asked.given.get("as", TABLE)
    kept = {name: value for name, value in asked.given.items() if name == "group" or name not in LAYOUT}
    return [
        Choice(shape.label, shape.icon, address(asked.resource, kept, **{"as": name or None}), name == current)
        for name, shape in SHAPES.items()
        if shape.fits(asked.resource, asked.actor)
    ]
