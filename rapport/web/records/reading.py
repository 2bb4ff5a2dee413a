"""One record as its page reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.resources.output import page
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource


def read_record(resource: Resource, record: UUID, actor: Actor, *, trash: bool = False) -> dict[str, Any]:
    """Every field that the actor may read, links with their words; with `trash`, of one in the trash.

    Raises NotFound.
    """
    readable = resource.readable(actor)
    linked = [n for n, f in readable.items() if f.target and not f.display]
    asked = {"id": str(record), "limit": "1", **({"expand": ",".join(linked)} if linked else {})}
    if trash:
        asked["trash"] = "true"
    found = page(read_query(resource, asked, actor), actor, names=readable, display=True).records
    if not found:
        raise NotFound()
    return found[0]


def may(resource: Resource, record: UUID, actor: Actor, verb: str) -> bool:
    """Whether the actor may do `verb` on this very record."""
    return resource.may(actor, verb) and resource.rows(actor, verb).filter(pk=record).exists()
