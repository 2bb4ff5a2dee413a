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
from rapport.platform.history.beginnings import beginnings
from rapport.platform.history.chapters import chapters_of, hanging_on
from rapport.platform.history.models import Change
from rapport.platform.history.telling import FieldChange, Teller, verb_of
from rapport.platform.resources.query import shows_title
from rapport.platform.resources.registry import RESOURCES, Resource

MOST = 200


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One change of one row: the record's own, or one that hangs on it (an address, a tag).

    `verb` is create, update, trash, restore or delete; `who` is empty for Rapport itself.
    """

    id: int
    at: datetime
    who: str
    origin: str
    verb: str
    resource: Resource
    row_id: UUID
    fields: tuple[FieldChange, ...]


def changes_of(
    resource: Resource, record_id: UUID, actor: Actor, *, before: int | None = None, limit: int = MOST
) -> list[RecordChange]:
    """The newest changes of one record and of what hangs on it, in the fields that the actor may read; newest first.

    A change of nothing that the actor may read is left out. Raises NotFound.
    """
    seen = resource.rows(actor).filter(pk=record_id)
    if not seen.exists():
        raise NotFound()
    chapters = chapters_of(resource)
    teller = Teller(record_id, resource, seen, chapters, actor)
    ids = [record_id, *hanging_on(record_id, chapters, actor)]
    read: list[tuple[Change, list[FieldChange]]] = []
    for rows in _pieces(_numbers(ids, before), limit):
        made = beginnings(row for row in rows if row.verb == "create" and row.record_id != record_id)
        told = ((row, teller.fields(row, made.get(row.record_id, {}))) for row in rows)
        read += [(row, fields) for row, fields in told if fields or teller.tells(row)]
        if len(read) >= limit:
            break
    del read[limit:]
    names = _names([row for row, _fields in read])
    titles = _titles([change for _row, fields in read for change in fields], actor)
    return [_change(row, teller.resources[row.record_table], fields, names, titles) for row, fields in read]


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


def _numbers(ids: list[UUID], before: int | None) -> list[int]:
    """The ids of all changes of these rows, the newest first.

    Found first and sorted then: asked for in their order, PostgreSQL may walk through everybody's changes instead.
    """
    rows = Change.objects.filter(record_id__in=ids)
    return sorted((rows if before is None else rows.filter(pk__lt=before)).values_list("pk", flat=True), reverse=True)


def _pieces(numbers: list[int], size: int) -> Iterator[list[Change]]:
    for place in range(0, len(numbers), size):
        yield list(Change.objects.filter(pk__in=numbers[place : place + size]).order_by("-pk"))


def _names(rows: list[Change]) -> dict[UUID, str]:
    users = User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id})
    return {user.pk: str(user) for user in users}


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
        for row in _once_seen(RESOURCES[target], actor).filter(pk__in=ids)
    }


def _once_seen(resource: Resource, actor: Actor) -> Any:
    """Rows in the trash keep their names in the history of others."""
    return resource.model._default_manager.filter(resource.scope(actor, "view"))


def _change(
    row: Change, resource: Resource, fields: list[FieldChange], names: dict[UUID, str], titles: Titles
) -> RecordChange:
    said = tuple(_said(change, titles) if change.field.target else change for change in fields)
    who = names.get(row.actor_id, "") if row.actor_id else ""
    return RecordChange(row.pk, row.at, who, row.origin, verb_of(row), resource, row.record_id, said)


def _said(change: FieldChange, titles: Titles) -> FieldChange:
    def title(value: Any) -> str | None:
        return titles.get((change.field.target, str(value))) if value else None

    return FieldChange(change.field, title(change.old), title(change.new))
