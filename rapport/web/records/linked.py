"""Records of other kinds that link to this one by a custom field: each such field a card beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.output import page
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import RESOURCES, Resource

MOST = 8


@dataclass(frozen=True, slots=True)
class Linked:
    resource: Resource
    field: Field
    rows: list[dict[str, Any]]
    has_more: bool
    may_add: bool


def linked(parent: Resource, record: UUID, actor: Actor) -> list[Linked]:
    """One query for each field that leads here."""
    return [_linked(resource, field, record, actor) for resource, field in _leading_to(parent, actor)]


def _leading_to(parent: Resource, actor: Actor) -> Iterator[tuple[Resource, Field]]:
    for resource in RESOURCES.values():
        if resource.page and resource.custom_fields and resource.may(actor, "view"):
            for field in resource.readable(actor).values():
                if field.custom and field.kind_name == "link" and field.target == parent.name:
                    yield resource, field


def _linked(resource: Resource, field: Field, record: UUID, actor: Actor) -> Linked:
    asked = {field.name: str(record), "limit": str(MOST)}
    names = tuple({resource.title} & resource.readable(actor).keys())
    found = page(read_query(resource, asked, actor), actor, names=names)
    may_add = resource.may(actor, "create") and field.name in resource.editable(actor)
    return Linked(resource, field, found.records, found.next is not None, may_add)
