"""Rows become output here, and only here: this is where fields that an actor may not see drop out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.history.context import saw
from rapport.platform.records.models import Record, Rows
from rapport.platform.resources.expressions import value_of
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Query, order_values, shows_title
from rapport.platform.resources.registry import RESOURCES, Resource


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records as dictionaries of JSON-ready values, and the cursor of the next."""

    records: list[dict[str, Any]]
    next: str | None
    count: int | None = None


def page(query: Query, actor: Actor, *, names: Iterable[str] | None = None, display: bool = False) -> Page:
    """Runs the query. With `display`, each field with a display path brings it along as `<name>.display`."""
    resource = query.resource
    fields = chosen(resource, actor, names if names is not None else query.names)
    rows, order = query.page(actor), order_values(query)
    found = _select(rows, resource, actor, fields, display=display, extra=order)
    cursor = None
    if len(found) > query.limit:
        found.pop()
        last = found[-1]
        cursor = query.cursor([*(last[name] for name in order), last["id"]])
    for row in found:
        for name in order:
            del row[name]
    if resource.logs_reads:
        saw(actor, resource.name, [row["id"] for row in found])
    _expand(found, query.expand, fields, actor)
    return Page(found, cursor, query.matching(actor).count() if query.count else None)


def one(
    resource: Resource, actor: Actor, rows: Rows, *, expand: Iterable[str] = (), is_look: bool = True
) -> dict[str, Any] | None:
    """The single row of `rows`, with every field that the actor may read.

    `is_look` says whether the actor asked to see it, rather than being told what they have just written.
    """
    fields = chosen(resource, actor, ())
    found = _select(rows[:1], resource, actor, fields)
    if resource.logs_reads and is_look:
        saw(actor, resource.name, [row["id"] for row in found])
    _expand(found, expand, fields, actor)
    return found[0] if found else None


def chosen(resource: Resource, actor: Actor, names: Iterable[str]) -> dict[str, Field]:
    """The readable ones among the named fields; all readable ones when none is named."""
    readable = resource.readable(actor)
    listed = list(names)
    return {name: readable[name] for name in listed if name in readable} if listed else readable


def _select(
    rows: Rows,
    resource: Resource,
    actor: Actor,
    fields: Mapping[str, Field],
    *,
    display: bool = False,
    extra: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    columns: dict[str, Any] = {"id": "pk"}
    if issubclass(resource.model, Record):
        columns["version"] = "version"
    for name, field in fields.items():
        is_computed = field.custom or field.mask or field.computed
        columns[name] = value_of(field, actor) if is_computed else field.source
        if display and field.display and shows_title(field, actor):
            shown = replace(field, source=field.display)
            columns[f"{name}.display"] = value_of(shown, actor) if field.mask else field.display
    computed = {key: path for key, path in columns.items() if not isinstance(path, str)} | dict(extra or {})
    keys = [key for key, path in columns.items() if isinstance(path, str)]
    named = {f"_v{position}": value for position, value in enumerate(computed.values())}
    tuples = rows.annotate(**named).values_list(*(columns[key] for key in keys), *named)
    found = [dict(zip((*keys, *computed), row, strict=True)) for row in tuples]
    _load([field for field in fields.values() if field.custom], found)
    return found


def _load(custom: Iterable[Field], records: list[dict[str, Any]]) -> None:
    """Makes of stored JSON what a column of the same kind would hold."""
    for field in custom:
        load = field.kind.load
        if load is None:
            continue
        for row in records:
            if row[field.name] is not None:
                row[field.name] = load(row[field.name])


def _expand(records: list[dict[str, Any]], names: Iterable[str], fields: Mapping[str, Field], actor: Actor) -> None:
    """Replaces ids by the records they name, one query per link; what isn't visible stays an id."""
    for name in names:
        if name not in fields:
            continue
        target = RESOURCES[fields[name].target]
        ids = {UUID(str(row[name])) for row in records if row.get(name)}
        visible = target.rows(actor).filter(pk__in=ids)
        by_id = {row["id"]: row for row in _select(visible, target, actor, chosen(target, actor, ()))}
        if target.logs_reads:
            saw(actor, target.name, list(by_id))
        for row in records:
            row[name] = by_id.get(row[name], row[name])
