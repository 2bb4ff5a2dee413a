"""The columns of a list: which, in what order, sorted how."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import Resource
from rapport.web.lists.address import Parameters, address
from rapport.web.values import Row, presenter


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    sort: str
    """ascending, descending, or nothing."""
    href: str
    """The same list, sorted by this column; empty where it can't be."""
    is_editable: bool

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
    readable, editable = query.resource.readable(actor), query.resource.editable(actor)
    order = {term.field.name: "descending" if term.descending else "ascending" for term in query.order[:1]}
    return [
        Column(
            readable[name],
            order.get(name, ""),
            _href(query.resource, readable[name], order.get(name, ""), given),
            name in editable and not editable[name].create_only and name != query.resource.title,
        )
        for name in names(query, actor)
        if name in readable
    ]


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


def _href(resource: Resource, field: Field, sort: str, given: Parameters) -> str:
    if not field.kind.sortable:
        return ""
    return address(resource, given, order=f"-{field.name}" if sort == "ascending" else field.name)
