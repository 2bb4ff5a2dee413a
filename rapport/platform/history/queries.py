"""What was changed on a record, as somebody may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.errors import NotFound
from rapport.platform.history.models import Change
from rapport.platform.records.models import Rows
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import shows_title
from rapport.platform.resources.registry import RESOURCES, Resource

MOST = 200


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: Field
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One change: `verb` is create, update, trash, restore or delete; `who` is empty for Rapport itself."""

    id: int
    at: datetime
    who: str
    origin: str
    verb: str
    fields: tuple[FieldChange, ...]


def changes_of(
    resource: Resource, record_id: UUID, actor: Actor, *, before: int | None = None, limit: int = MOST
) -> list[RecordChange]:
    """The newest changes of one record's own row, in the fields that the actor may read; newest first.

    A change of nothing that the actor may read is left out. Raises NotFound.
    """
    seen = resource.rows(actor).filter(pk=record_id)
    if not seen.exists():
        raise NotFound()
    readable = _shown(resource, seen, actor)
    read: list[tuple[Change, list[FieldChange]]] = []
    while len(read) < limit:
        rows = _rows(resource, record_id, limit, before)
        told = ((row, list(_fields(resource, row, readable))) for row in rows)
        read += [(row, fields) for row, fields in told if fields or _verb(row) != "update"]
        if len(rows) < limit:
            break
        before = rows[-1].pk
    del read[limit:]
    names = _names([row for row, _fields in read])
    titles = _titles([change for _row, fields in read for change in fields], actor)
    return [_change(row, fields, names, titles) for row, fields in read]


@dataclass(frozen=True, slots=True)
class Trashed:
    at: datetime
    who: str


def trashed(resource: Resource, record_id: UUID) -> Trashed | None:
    """When a record that is in the trash was put there, and by whom; the caller may see it. Two queries."""
    rows = Change.objects.filter(
        record_table=resource.model._meta.db_table, record_id=record_id, changed__has_key="deleted_at"
    )
    last = rows.order_by("-pk").first()
    return Trashed(last.at, _names([last]).get(last.actor_id, "") if last.actor_id else "") if last else None


def _rows(resource: Resource, record_id: UUID, limit: int, before: int | None) -> list[Change]:
    rows = Change.objects.filter(record_table=resource.model._meta.db_table, record_id=record_id)
    return list((rows if before is None else rows.filter(pk__lt=before)).order_by("-pk")[:limit])


def _verb(row: Change) -> str:
    """What was done, in the words of resources: into the trash and back are changes of a column."""
    if "deleted_at" not in (row.changed or {}) or row.verb == "delete":
        return row.verb
    return "trash" if (row.changed or {})["deleted_at"][1] else "restore"


def _names(rows: list[Change]) -> dict[UUID, str]:
    users = User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})
    return {user.pk: str(user) for user in users}


Shown = dict[str, Field]


def _shown(resource: Resource, seen: Rows, actor: Actor) -> Shown:
    """The fields of this one record that the actor may read: those that are masked on it are not told of."""
    readable = resource.readable(actor)
    return {n: f for n, f in readable.items() if f.mask is None or seen.filter(f.mask(actor)).exists()}


def _fields(resource: Resource, row: Change, readable: Shown) -> Iterator[FieldChange]:
    columns = _columns(resource, readable)
    for column, (old, new) in (row.changed or {}).items():
        if column == "custom":
            yield from _custom(readable, old or {}, new or {})
        elif column in columns:
            yield FieldChange(columns[column], old, new)


def _columns(resource: Resource, readable: Shown) -> dict[str, Field]:
    """The readable fields by the column of the record's table that holds them."""
    found = {}
    for field in readable.values():
        if field.is_column:
            column = resource.model._meta.get_field(field.source)
            found[getattr(column, "column", field.source)] = field
    return found


def _custom(readable: Shown, old: dict[str, Any], new: dict[str, Any]) -> Iterator[FieldChange]:
    for name, field in readable.items():
        if field.custom and old.get(name) != new.get(name):
            yield FieldChange(field, old.get(name), new.get(name))


Titles = dict[tuple[str, str], str]


def _titles(changes: list[FieldChange], actor: Actor) -> Titles:
    """What linked records are called, as far as the actor may see them."""
    wanted: dict[str, set[str]] = {}
    for change in changes:
        if change.field.target and shows_title(change.field, actor):
            ids = {str(value) for value in (change.old, change.new) if value}
            wanted.setdefault(change.field.target, set()).update(ids)
    return {
        (target, str(row.pk)): str(row)
        for target, ids in wanted.items()
        for row in RESOURCES[target].rows(actor).filter(pk__in=ids)
    }


def _change(row: Change, fields: list[FieldChange], names: dict[UUID, str], titles: Titles) -> RecordChange:
    said = tuple(_said(change, titles) if change.field.target else change for change in fields)
    who = names.get(row.actor_id, "") if row.actor_id else ""
    return RecordChange(row.pk, row.at, who, row.origin, _verb(row), said)


def _said(change: FieldChange, titles: Titles) -> FieldChange:
    def title(value: Any) -> str | None:
        return titles.get((change.field.target, str(value))) if value else None

    return FieldChange(change.field, title(change.old), title(change.new))
