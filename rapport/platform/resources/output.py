"""Rows become output here, and only here: this is where fields that an actor may not see drop out."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.history.context import saw
from rapport.platform.records.models import Record, Rows
from rapport.platform.resources.expressions import value_of
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Query, order_values, shows_title
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.resources.statements import ANY_RECORD, StandIn, Statement, kept

NONE: Mapping[StandIn, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records as dictionaries of JSON-ready values, and the cursor of the next."""

    records: list[dict[str, Any]]
    next: str | None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which values of rows are read, under which keys."""

    keys: tuple[str, ...]
    statement: Statement | None
    custom: tuple[Field, ...]

    @classmethod
    def of(
        cls, rows: Rows, resource: Resource, actor: Actor, fields: Mapping[str, Field], *, display: bool = False,
        extra: Mapping[str, Any] | None = None, stand_ins: Container[StandIn] = (),
    ) -> Selection:  # fmt: skip
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
        listed = rows.annotate(**named).values_list(*(columns[key] for key in keys), *named)
        custom = tuple(field for field in fields.values() if field.custom)
        return cls((*keys, *computed), Statement.of(listed, stand_ins), custom)

    def read(self, statement: Statement | None, values: Mapping[StandIn, Any] = NONE) -> list[dict[str, Any]]:
        """The rows of this selection's statement, or of one that was made of it."""
        rows = statement.run(values) if statement else []
        found = [dict(zip(self.keys, row, strict=True)) for row in rows]
        _load(self.custom, found)
        return found


def page(query: Query, actor: Actor, *, names: Iterable[str] | None = None, display: bool = False) -> Page:
    """Runs the query. With `display`, each field with a display path brings it along as `<name>.display`."""
    found = Page([], None, 0 if query.count else None)
    for meant in query.meant():
        found = Reading.of(meant, actor, names=names, display=display).page()
        if found.records:
            break
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """A question that is ready to be asked, as often as one likes."""

    query: Query
    actor: Actor
    fields: Mapping[str, Field]
    order: tuple[str, ...]
    selection: Selection
    statement: Statement | None
    linked: tuple[Field, ...] = ()
    """Custom links whose titles are brought along, one query for each kind that they lead to."""

    @classmethod
    def of(
        cls, query: Query, actor: Actor, *, names: Iterable[str] | None = None, display: bool = False,
        stand_ins: Iterable[StandIn] = (),
    ) -> Reading:  # fmt: skip
        """`stand_ins` are those that the query's conditions hold."""
        resource, order = query.resource, order_values(query)
        fields = chosen(resource, actor, names if names is not None else query.names)
        selection = Selection.of(
            query.page(actor), resource, actor, fields, display=display, extra=order,
            stand_ins={ANY_RECORD, *stand_ins},
        )  # fmt: skip
        statement = selection.statement
        if statement and resource.logs_reads and not actor.is_system:
            places = [
                (selection.keys.index(name), term.descending) for name, term in zip(order, query.order, strict=True)
            ]
            places.append((0, query.is_reversed))
            statement = statement.noting(actor, resource.name, most=query.limit, order=places)
        linked = [each for each in fields.values() if display and each.custom and each.kind_name == "link"]
        titled = tuple(each for each in linked if each.name not in query.expand and shows_title(each, actor))
        return cls(query, actor, fields, tuple(order), selection, statement, titled)

    def page(self, values: Mapping[StandIn, Any] = NONE) -> Page:
        """`values` says what the query's stand-ins stand for."""
        found = self.selection.read(self.statement, values)
        cursor = None
        if len(found) > self.query.limit:
            found.pop()
            last = found[-1]
            cursor = self.query.cursor([*(last[name] for name in self.order), last["id"]])
        for row in found:
            for name in self.order:
                del row[name]
        _expand(found, self.query.expand, self.fields, self.actor)
        _name(found, self.linked, self.actor)
        return Page(found, cursor, self.query.matching(self.actor).count() if self.query.count else None)


def one(
    resource: Resource, actor: Actor, record: UUID, *, expand: Iterable[str] = (), is_look: bool = True
) -> dict[str, Any] | None:
    """The record with every field that the actor may read; None where they may not see it.

    `is_look` says whether the actor asked to see it, rather than being told what they have just written.
    """
    selection, noting = _one(resource, actor)
    found = selection.read(noting if is_look else selection.statement, {ANY_RECORD: record})
    _expand(found, expand, chosen(resource, actor, ()), actor)
    return found[0] if found else None


@kept(2_000)
def _one(resource: Resource, actor: Actor) -> tuple[Selection, Statement | None]:
    """How one record is read, and how it is when that is noted."""
    rows = resource.rows(actor).filter(pk=ANY_RECORD)
    selection = Selection.of(rows, resource, actor, chosen(resource, actor, ()), stand_ins=(ANY_RECORD,))
    statement = selection.statement
    if statement is None or not resource.logs_reads or actor.is_system:
        return selection, statement
    return selection, statement.noting(actor, resource.name, most=1)


def chosen(resource: Resource, actor: Actor, names: Iterable[str]) -> dict[str, Field]:
    """The readable ones among the named fields; all readable ones when none is named."""
    readable = resource.readable(actor)
    listed = list(names)
    return {name: readable[name] for name in listed if name in readable} if listed else readable


def _load(custom: Iterable[Field], records: list[dict[str, Any]]) -> None:
    """Makes of stored JSON what a column of the same kind would hold."""
    for field in custom:
        load = field.kind.load
        if load is None:
            continue
        for row in records:
            if row[field.name] is not None:
                row[field.name] = load(row[field.name])


def titles_of(resource: Resource, ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """What these records are called, those of them that the actor may see; none where titles aren't theirs to read."""
    title = resource.readable(actor).get(resource.title)
    if not ids or title is None or title.mask or not resource.may(actor, "view"):
        return {}
    rows = resource.rows(actor).filter(pk__in=ids).values_list("pk", title.source)
    return {pk: str(text or "") for pk, text in rows}


def _name(records: list[dict[str, Any]], fields: Iterable[Field], actor: Actor) -> None:
    """Says by `<name>.display` what linked records are called that the actor may see."""
    by_target: dict[str, list[str]] = {}
    for field in fields:
        by_target.setdefault(field.target, []).append(field.name)
    for name, links in by_target.items():
        ids = {UUID(str(row[link])) for row in records for link in links if row.get(link)}
        titles = titles_of(RESOURCES[name], ids, actor)
        for row in records:
            for link in links:
                row[f"{link}.display"] = titles.get(UUID(str(row[link]))) if row.get(link) else None


def _expand(records: list[dict[str, Any]], names: Iterable[str], fields: Mapping[str, Field], actor: Actor) -> None:
    """Replaces ids by the records they name, one query per link; what isn't visible stays an id."""
    for name in names:
        if name not in fields:
            continue
        target = RESOURCES[fields[name].target]
        ids = {UUID(str(row[name])) for row in records if row.get(name)}
        selection = Selection.of(target.rows(actor).filter(pk__in=ids), target, actor, chosen(target, actor, ()))
        by_id = {row["id"]: row for row in selection.read(selection.statement)}
        if target.logs_reads:
            saw(actor, target.name, list(by_id))
        for row in records:
            row[name] = by_id.get(row[name], row[name])
