"""The columns of a list: which, in what order, sorted how."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import Resource
from rapport.web.lists.address import Parameters, address


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    sort: str
    """ascending, descending, or nothing."""
    href: str
    """The same list, sorted by this column; empty where it can't be."""
    is_editable: bool


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


def _href(resource: Resource, field: Field, sort: str, given: Parameters) -> str:
    if not field.kind.sortable:
        return ""
    return address(resource, given, order=f"-{field.name}" if sort == "ascending" else field.name)
