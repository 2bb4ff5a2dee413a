"""The columns of a list: which, in what order, sorted how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Query, is_sortable
from rapport.web.lists.address import Parameters, address
from rapport.web.values import Row, presenter

NARROWEST, USUAL, WIDEST = 60, 180, 800
"""Of a column in pixels: the least, what one has that came when others had been given widths, and the most."""


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    sort: str
    """ascending, descending, or nothing."""
    place: int
    """Which of the terms of the order it is, from 1; 0: none."""
    href: str
    """The same list, sorted by this column alone; empty where it can't be."""
    further: str
    """The same list with this column as a further term: first ascending, then descending, then none any more."""
    is_editable: bool
    width: int
    """In pixels; 0 where nobody has said."""

    @property
    def is_figure(self) -> bool:
        return self.field.kind.numeric or self.field.kind_name == "money"


def names(query: Query, actor: Actor) -> list[str]:
    """The fields to show: those asked for, else the resource's own choice; the title always first."""
    resource = query.resource
    readable = resource.readable(actor)
    wanted = query.names or resource.columns or tuple(readable)
    return [resource.title, *(n for n in wanted if n in readable and n != resource.title)]


def columns(query: Query, actor: Actor, given: Parameters) -> list[Column]:
    readable = query.resource.readable(actor)
    shown = [readable[name] for name in names(query, actor) if name in readable]
    chosen = widths(given)
    return [_column(query, field, actor, given, chosen.get(field.name, USUAL if chosen else 0)) for field in shown]


def widths(given: Parameters) -> dict[str, int]:
    """The widths that somebody has given to columns, by name: `widths=name:240,email:180`. Others are passed over."""
    said = (each.partition(":") for each in given.get("widths", "").split(","))
    found = {name: int(width) for name, _colon, width in said if width.isascii() and width.isdigit() and len(width) < 5}
    return {name: min(WIDEST, max(NARROWEST, width)) for name, width in found.items()}


def _column(query: Query, field: Field, actor: Actor, given: Parameters, width: int) -> Column:
    resource, editable = query.resource, query.resource.editable(actor)
    terms = {term.field.name: "-" if term.descending else "" for term in query.order}
    sign = terms.get(field.name)
    alone = further = ""
    if is_sortable(field, actor):
        is_first = next(iter(terms), None) == field.name
        alone = address(resource, given, order=field.name if not is_first or sign else f"-{field.name}")
        further = address(resource, given, order=_with(terms, field.name))
    return Column(
        field,
        "" if sign is None else "descending" if sign else "ascending",
        0 if sign is None else 1 + list(terms).index(field.name),
        alone,
        further,
        field.name in editable and not editable[field.name].create_only and field.name != resource.title,
        width,
    )


def _with(terms: Mapping[str, str], name: str) -> str | None:
    """The order with one more turn of a column; None leaves none."""
    turned = {"": "-", "-": None}[terms[name]] if name in terms else ""
    signs = {**terms, name: turned}
    return ",".join(f"{sign}{each}" for each, sign in signs.items() if sign is not None) or None


def cells(shown: Sequence[Column], tones: Mapping[Any, str], *, trash: bool) -> Callable[[Row], Markup]:
    """What makes the cells of a row; built here rather than in the template, which takes three times as long."""
    made = [(_opening(each, trash), presenter(each.field, tones, in_cell=True)) for each in shown]

    def row_cells(row: Row) -> Markup:
        return Markup("".join([f"{opening}{present(row)}</td>" for opening, present in made]))  # noqa: S704  all Markup

    return row_cells


def _opening(column: Column, trash: bool) -> str:
    marks = " data-edit" if column.is_editable and not trash else ""
    marks += ' class="num"' if column.is_figure else ""
    return f'<td data-field="{escape(column.field.name)}"{marks}>'
