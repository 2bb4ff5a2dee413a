"""What happened to a record, as far as its reader may know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.history.models import Change
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """`verb` is create, update, trash, restore or delete; `changes` names readable fields alone."""

    id: int
    at: datetime
    verb: str
    actor_id: UUID | None
    origin: str
    changes: list[FieldChange]


def changes_of(
    resource: Resource, record_id: UUID, actor: Actor, limit: int, before: int | None = None
) -> list[RecordChange]:
    """The newest changes of one record, older than the change `before`.

    Nothing for a record that the actor may not see; a change of hidden fields alone is left out.
    """
    if not resource.rows(actor).filter(pk=record_id).exists():
        return []
    readable = resource.readable(actor)
    found: list[RecordChange] = []
    while len(found) < limit:
        rows = _rows(resource, record_id, limit, before)
        found += [told for row in rows if (told := _told(row, resource, readable))]
        if len(rows) < limit:
            break
        before = rows[-1].pk
    return found[:limit]


def _rows(resource: Resource, record_id: UUID, limit: int, before: int | None) -> list[Change]:
    rows = Change.objects.filter(record_id=record_id, record_table=resource.model._meta.db_table)
    return list((rows.filter(pk__lt=before) if before is not None else rows).order_by("-pk")[:limit])


def _told(row: Change, resource: Resource, readable: Mapping[str, Field]) -> RecordChange | None:
    changed: dict[str, list[Any]] = row.changed or {}
    changes = list(_field_changes(changed, resource, readable))
    verb = row.verb
    if "deleted_at" in changed:
        verb = "restore" if changed["deleted_at"][1] is None else "trash"
    if verb == "update" and not changes:
        return None
    return RecordChange(row.pk, row.at, verb, row.actor_id, row.origin, changes)


def _field_changes(
    changed: Mapping[str, list[Any]], resource: Resource, readable: Mapping[str, Field]
) -> Iterator[FieldChange]:
    old_custom, new_custom = (each or {} for each in changed.get("custom", [{}, {}]))
    for name, field in readable.items():
        if field.custom:
            old, new = old_custom.get(name), new_custom.get(name)
            if old != new:
                yield FieldChange(name, old, new)
        elif field.is_column and (column := _column(resource, field)) in changed:
            yield FieldChange(name, *changed[column])


def _column(resource: Resource, field: Field) -> str:
    return str(resource.model._meta.get_field(field.source).column)  # type: ignore[union-attr]
