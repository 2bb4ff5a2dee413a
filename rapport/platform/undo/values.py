"""What the fields of many records hold: before a change, after it, and when it is to be taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.resources.expressions import value_of
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource

KINDS = ("choice", "link", "boolean", "date", "datetime", "number", "integer", "money", "tags")
"""Kinds whose values are kept: none of them is a person's name, address or words, which nothing but erasure may end."""
SYSTEM = Actor.system("undo")
"""What is kept is what was there, whatever of it the actor may read; nobody is shown it."""
Values = dict[str, Any]
Group = dict[str, Any]


def watched(resource: Resource, names: Collection[str], actor: Actor) -> dict[str, Field]:
    """The fields that are set, and those that may follow from them, as a stage goes with its relationship."""
    editable = resource.editable(actor)
    elsewhere = any(editable[name].elsewhere for name in names if name in editable)
    return {
        name: field
        for name, field in editable.items()
        if field.kind_name in KINDS and not field.create_only and (name in names or (elsewhere and field.elsewhere))
    }


def is_kept(resource: Resource, names: Collection[str], actor: Actor) -> bool:
    """Whether a change of these fields can be taken back as one."""
    return set(names) <= set(watched(resource, names, actor))


def read(resource: Resource, ids: Iterable[UUID], fields: Mapping[str, Field], actor: Actor) -> dict[UUID, Values]:
    """The values as JSON, by record, of those that the actor may edit."""
    named = {f"_v{place}": value_of(field, SYSTEM) for place, field in enumerate(fields.values())}
    rows = resource.rows(actor, "edit").filter(pk__in=list(ids)).order_by().annotate(**named)
    return {
        row[0]: {name: _plain(value) for name, value in zip(fields, row[1:], strict=True)}
        for row in rows.values_list("pk", *named)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, (UUID, Decimal)) else value


def differences(before: Mapping[UUID, Values], after: Mapping[UUID, Values]) -> list[Group]:
    """The records that have changed, those together whose values were and are alike."""
    found: dict[str, Group] = {}
    for record, old in before.items():
        new = after.get(record, old)
        changed = sorted(name for name in old if old[name] != new[name])
        if changed:
            was, now = {name: old[name] for name in changed}, {name: new[name] for name in changed}
            group = found.setdefault(repr((was, now)), {"ids": [], "before": was, "after": now})
            group["ids"].append(str(record))
    return list(found.values())
