"""Indexes of custom fields: brought in line with their definitions by a job, as the owner of the tables.

This is a narrow door: what it executes is made of declared fields alone, never of anything a caller wrote.
"""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import errors, sql

from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.fields.models import CustomField
from rapport.platform.jobs.queue import GiveUp, enqueue, job
from rapport.platform.resources.constraints import index_name
from rapport.platform.resources.expressions import comparable
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource

STANDING = """
    SELECT i.relname, x.indisvalid, x.indisunique FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
    WHERE t.relname = %s AND t.relnamespace = current_schema()::regnamespace AND i.relname ~ '^custom_[0-9a-f]{32}$'
"""


@subscribe("custom_fields.*")
def follow(event: Event) -> None:
    """A definition came, changed or went: its table's indexes follow."""
    align_later(CustomField.objects.filter(pk__in=event.record_ids).values_list("resource", flat=True))


def align_later(resources: Iterable[str]) -> None:
    """Queues that the indexes of these resources' tables are brought in line."""
    names = set(resources)
    for table in sorted({RESOURCES[name].model._meta.db_table for name in names if name in RESOURCES}):
        enqueue("fields.index", key=f"fields.index:{table}", table=table)


@job("fields.index", tries=5, concurrency=1)
def align(table: str) -> None:
    """Builds the indexes that the custom fields of a table want, and drops those that none wants any more.

    Raises GiveUp when values that stand already keep a field from being unique.
    """
    wanted = {
        index_name(resource.name, field.name): (resource, field)
        for resource in RESOURCES.values()
        if resource.custom_fields and resource.model._meta.db_table == table
        for field in resource.all_fields(Actor.system("job")).values()
        if field.custom and (field.unique or field.indexed)
    }
    url = settings.OWNER_DATABASE_URL or ""
    with psycopg.connect(url, autocommit=True) as owner:
        standing = {name: (valid, unique) for name, valid, unique in owner.execute(STANDING, [table])}
        for name, (is_valid, is_unique) in standing.items():
            if name not in wanted or not is_valid or is_unique != wanted[name][1].unique:
                _drop(owner, name)
                standing = {other: kept for other, kept in standing.items() if other != name}
        for name in wanted.keys() - standing.keys():
            _build(owner, name, *wanted[name])


def _drop(owner: psycopg.Connection, name: str) -> None:
    owner.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))


def _build(owner: psycopg.Connection, name: str, resource: Resource, field: Field) -> None:
    try:
        owner.execute(statement(name, resource, field).encode())
    except errors.UniqueViolation as fault:
        _drop(owner, name)
        raise GiveUp(f"Several of {resource.name} have the same {field.name}.") from fault


def statement(name: str, resource: Resource, field: Field) -> str:
    """The index over exactly what filters and sorts compare, and over the rows that they look at."""
    rows = resource.model._default_manager.kept()  # type: ignore[attr-defined]
    compiler = rows.query.get_compiler(connection=connection)
    value, values = compiler.compile(comparable(field).resolve_expression(rows.query))  # type: ignore[attr-defined]
    where, conditions = compiler.compile(rows.query.where)
    columns = f"({value})" if field.unique else f'({value}), "id"'
    made = (
        f"CREATE {'UNIQUE ' if field.unique else ''}INDEX CONCURRENTLY IF NOT EXISTS {name}"
        f" ON {resource.model._meta.db_table} ({columns}) WHERE {where}"
    )
    return str(connection.ops.compose_sql(made, [*values, *conditions]))  # type: ignore[attr-defined]
