"""A list as a board: a column for each value of a field, and the rows as cards between which they are moved."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grouping import leading, meant, tallies
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.forms import FOUND
from rapport.web.lists.address import Parameters, address
from rapport.web.lists.columns import names
from rapport.web.lists.figures import figures, read_figure, sums_of
from rapport.web.lists.groups import groupable
from rapport.web.lists.lanes import Lane, is_end, is_open, key, lanes, seen_in
from rapport.web.lists.shape import Asked, Context
from rapport.web.tones import tones_of
from rapport.web.values import Row, presenter

MOST = 25
"""Cards that a column shows at once."""
FEW = 3
"""Facts on a card when nobody has chosen columns."""


@dataclass(frozen=True, slots=True)
class Column:
    lane: Lane
    count: int
    sum: str
    cards: Sequence[Row]
    further: str
    href: str
    """The list of this column alone."""
    without: str
    """The board without this column."""
    takes: bool
    """Whether a card may be put here."""


def boardable(resource: Resource, actor: Actor) -> list[Field]:
    """By what a board may be: what has one of a few values, and days to which something can be moved."""
    editable = resource.editable(actor)
    return [
        field
        for field in groupable(resource, actor)
        if _is_of_few(field) or _is_day(field, editable) or is_end(resource, field)
    ]


def _is_of_few(field: Field) -> bool:
    target = RESOURCES.get(field.target)
    is_short = target is not None and not target.page and field.target not in FOUND
    return field.kind_name in ("choice", "boolean") or (field.kind_name == "link" and is_short)


def _is_day(field: Field, editable: Container[str]) -> bool:
    return field.kind_name == "date" and not field.custom and field.name in editable


def fits(resource: Resource, actor: Actor) -> bool:
    return bool(boardable(resource, actor))


def read_by(resource: Resource, given: Parameters, actor: Actor) -> Field:
    """The field whose values are the columns. Raises BadQuery for what can't be one."""
    offered = {field.name: field for field in boardable(resource, actor)}
    name = given.get("by") or next((each for each in ("stage", "due_on") if each in offered), next(iter(offered), ""))
    if name not in offered:
        raise BadQuery(fields={"by": _("Name a field whose values are the columns.")})
    return offered[name]


def show(asked: Asked) -> Context:
    """Three queries over the rows, whatever there is: counts with sums, cards, and the titles of what is linked."""
    resource, actor, given = asked.resource, asked.actor, asked.given
    field, figure = read_by(resource, given, actor), read_figure(resource, given, actor)
    hidden = set(_hidden(given))
    found = [] if asked.bar.problem else _columns(asked, field, figure)
    return {
        "is_empty": not any(column.count for column in found),
        "board": [column for column in found if column.lane.key not in hidden],
        "hidden": [(each, _showing(asked, hidden - {each.lane.key})) for each in found if each.lane.key in hidden],
        "by": field,
        "of": figure,
        "boardable": boardable(resource, actor),
        "figures": figures(resource, actor),
        **cards_of(asked),
    }  # fmt: skip


def cards_of(asked: Asked) -> Context:
    """What a card needs besides its row."""
    query, actor = asked.query, asked.actor
    field = read_by(query.resource, asked.given, actor)
    return {
        "facts": facts(query, field, actor),
        "seen": lambda row: seen_in(field, row),
        "is_movable": _is_movable(query.resource, field, actor),
    }


def facts(query: Query, by: Field, actor: Actor) -> Callable[[Row], list[tuple[Any, Markup]]]:
    """What a card says of its row beneath the title: the columns that somebody has chosen, else the first few."""
    readable, tones = query.resource.readable(actor), tones_of(query.resource, actor)
    told = [name for name in names(query, actor)[1:] if name != by.name]
    made = [(readable[name].label, presenter(readable[name], tones, in_cell=True)) for name in told]
    most = len(made) if query.names else FEW

    def of(row: Row) -> list[tuple[Any, Markup]]:
        return [(label, said) for label, present in made if (said := present(row))][:most]

    return of


def _is_movable(resource: Resource, by: Field, actor: Actor) -> bool:
    field = resource.editable(actor).get(by.name)
    is_editable = field is not None and not field.create_only
    return resource.may(actor, "edit") and (is_editable or is_end(resource, by))


def _columns(asked: Asked, field: Field, figure: Field | None) -> list[Column]:
    actor, query = asked.actor, meant(asked.query, asked.actor)
    lane_key = key(field, actor)
    counted = tallies(query, actor, [lane_key], figure)
    counts: dict[str, int] = {}
    for each in counted:
        counts[each.keys[0]] = counts.get(each.keys[0], 0) + each.count
    first = leading(query, lane_key, actor, names(query, actor), MOST)
    sums = sums_of(counted) if figure else {}
    listed = lanes(query, field, counts, actor)
    return [_column(asked, lane, counts.get(lane.key, 0), sums, first, is_open(field, lane)) for lane in listed]


def _column(
    asked: Asked,
    lane: Lane,
    count: int,
    sums: Mapping[str, str],
    first: Mapping[str, tuple[list[dict[str, Any]], str | None]],
    takes: bool,
) -> Column:
    cards, cursor = first.get(lane.key, ([], None))
    where = lane.where(asked.query, asked.actor)
    alone = {name: value for name, value in asked.given.items() if name not in ("as", "by", "of", "hide")}
    return Column(
        lane,
        count,
        sums.get(lane.key, ""),
        cards,
        address(asked.resource, asked.given, where=where, cursor=cursor) if cursor else "",
        address(asked.resource, alone, where=where),
        _showing(asked, {*_hidden(asked.given), lane.key}),
        takes,
    )


def _hidden(given: Parameters) -> Iterable[str]:
    return [unquote(each) for each in given["hide"].split(",")] if "hide" in given else []


def _showing(asked: Asked, hidden: Iterable[str]) -> str:
    """The board without these columns. The key of what has no value is empty, and stands there all the same."""
    listed = sorted(hidden)
    return address(
        asked.resource, asked.given, hide=",".join(quote(each, safe="") for each in listed) if listed else None
    )
