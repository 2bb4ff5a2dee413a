"""A record's changes in words: who made them, and what the linked records are called."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.history.queries import RecordChange
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource

Titles = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class ToldField:
    field: Field
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ToldChange:
    """`who` is empty for Rapport itself."""

    id: int
    at: datetime
    who: str
    origin: str
    verb: str
    fields: tuple[ToldField, ...]


def tell(changes: list[RecordChange], resource: Resource, actor: Actor) -> list[ToldChange]:
    """The changes with names in place of ids. One query, and one per kind of link that was changed."""
    fields = resource.readable(actor)
    users = User.objects.filter(pk__in={each.actor_id for each in changes if each.actor_id})
    names: dict[UUID | None, str] = {user.pk: str(user) for user in users}
    titles = _titles(changes, fields, actor)
    return [
        ToldChange(
            each.id,
            each.at,
            names.get(each.actor_id, ""),
            each.origin,
            each.verb,
            tuple(_told(fields[one.field], one.old, one.new, titles) for one in each.changes if one.field in fields),
        )
        for each in changes
    ]


def _titles(changes: list[RecordChange], fields: dict[str, Field], actor: Actor) -> Titles:
    """What linked records are called, as far as the actor may see them."""
    wanted: dict[str, set[str]] = {}
    for change in changes:
        for one in change.changes:
            target = fields[one.field].target if one.field in fields else ""
            if target:
                wanted.setdefault(target, set()).update(str(value) for value in (one.old, one.new) if value)
    return {
        (target, str(row.pk)): str(row)
        for target, ids in wanted.items()
        for row in RESOURCES[target].rows(actor).filter(pk__in=ids)
    }


def _told(field: Field, old: Any, new: Any, titles: Titles) -> ToldField:
    if not field.target:
        return ToldField(field, old, new)
    return ToldField(field, titles.get((field.target, str(old))), titles.get((field.target, str(new))))
