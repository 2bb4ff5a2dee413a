"""A field gets the value back that it had before a change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.history.models import Change
from rapport.platform.history.telling import FieldChange, Teller
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import Resource


def restore_value(resource: Resource, record_id: UUID, change_id: int, name: str, actor: Actor) -> None:
    """Writes the value that the field `name` of the record had before the change, as an update like any other.

    Raises NotFound for a change or field that the actor isn't told of, Forbidden, and Invalid where the value is
    none any more, such as a choice that is gone.
    """
    verbs.update(resource, [record_id], {name: _before(resource, record_id, change_id, name, actor)}, actor=actor)


def _before(resource: Resource, record_id: UUID, change_id: int, name: str, actor: Actor) -> Any:
    seen = resource.rows(actor).filter(pk=record_id)
    table = resource.model._meta.db_table
    row = Change.objects.filter(pk=change_id, record_table=table, record_id=record_id, verb="update").first()
    if row is None or not seen.exists():
        raise NotFound()
    told: list[FieldChange] = Teller(record_id, resource, seen, (), actor).fields(row, {})
    for each in told:
        if each.field.name == name:
            return each.old
    raise NotFound()
