"""Everything that was done and looked at, for those who answer for it: who, what, when, and from where.

It names what was changed and which of its values, never the values: those stand in the record's own history, for whom
may read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from rapport.platform.history.models import Change, Read
from rapport.platform.history.telling import verb_of
from rapport.platform.resources.registry import RESOURCES, Resource

Kind = Literal["changes", "looks"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; what is left empty is not asked.

    `what` is a table, `whence` how an origin begins, such as page or api.
    """

    kind: Kind = "changes"
    who: UUID | None = None
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None
    whence: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One change of one row, or one look at some."""

    id: int
    at: datetime
    who: UUID | None
    whence: str
    verb: str
    resource: Resource | None
    table: str
    records: tuple[UUID, ...]
    fields: tuple[str, ...]


def lines(asked: Asked, limit: int, before: int | None = None) -> list[Line]:
    """The newest that answer the question, of those numbered below `before`. One query."""
    rows = _rows(asked)
    rows = rows if before is None else rows.filter(pk__lt=before)
    return list(_lines(rows.order_by("-pk")[:limit]))


def all_lines(asked: Asked, step: int, most: int) -> Iterator[Line]:
    """At most `most`, read in steps."""
    before = None
    for _number in range(0, most, step):
        found = lines(asked, step, before)
        yield from found
        if len(found) < step:
            return
        before = found[-1].id


def tables() -> dict[str, Resource]:
    """What a table holds, by its name: all of it, where several resources share one."""
    whole = [each for each in RESOURCES.values() if not each.model._meta.proxy]
    return {each.model._meta.db_table: each for each in reversed(whole)}


def sharing(resource: Resource) -> list[Resource]:
    """The resources with pages whose records may be among those of this one."""
    table = resource.model._meta.db_table
    return [each for each in RESOURCES.values() if each.page and each.model._meta.db_table == table]


def _rows(asked: Asked) -> QuerySet[Any]:
    rows: QuerySet[Any] = Read.objects.all() if asked.kind == "looks" else Change.objects.all()
    given: dict[str, Any] = {
        "actor_id": asked.who, "at__gte": asked.since, "at__lt": asked.until, "origin__startswith": asked.whence,
    }  # fmt: skip
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    if not asked.what:
        return rows
    # A look is noted with the resource that was asked for, of which several may share a table.
    return rows.filter(resource__in=_of(asked.what)) if asked.kind == "looks" else rows.filter(record_table=asked.what)


def _of(table: str) -> list[str]:
    return [each.name for each in RESOURCES.values() if each.model._meta.db_table == table]


def _lines(rows: Iterable[Any]) -> Iterator[Line]:
    known = tables()
    for row in rows:
        yield _look(row) if isinstance(row, Read) else _change(row, known)


def _look(row: Read) -> Line:
    resource = RESOURCES.get(row.resource)
    records = tuple(row.record_ids)
    return Line(row.pk, row.at, row.actor_id, row.origin, "look", resource, row.resource, records, ())


def _change(row: Change, known: dict[str, Resource]) -> Line:
    named = tuple(sorted(row.changed or {})) if row.verb == "update" else ()
    resource = known.get(row.record_table)
    return Line(
        row.pk, row.at, row.actor_id, row.origin, verb_of(row), resource, row.record_table, (row.record_id,), named
    )
