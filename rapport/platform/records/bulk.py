"""New rows as tuples: a few in one statement, many by COPY. The triggers see them like any others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

New = tuple[type[models.Model], Sequence[str], Sequence[Sequence[Any]]]
"""Rows of one table that are to be written: its model, the names of fields, and values in their order."""

FEW = 20
"""Up to how many rows one INSERT is quicker than COPY, which is three round trips."""


def write(*new: New) -> None:
    """Writes new rows of several tables. Few of them are written together, in one statement."""
    wanted = [each for each in new if each[2]]
    if sum(len(rows) for _model, _fields, rows in wanted) > FEW:
        for model, fields, rows in wanted:
            copy(model, fields, rows)
    elif wanted:
        _insert(wanted)


def insert(records: Sequence[models.Model]) -> None:
    """Writes new records of one model, as they stand in memory."""
    if records:
        columns = records[0]._meta.concrete_fields
        rows = [[getattr(record, column.attname) for column in columns] for record in records]
        write((type(records[0]), [column.name for column in columns], rows))


def _insert(new: Sequence[New]) -> None:
    statements, values = [], []
    for model, fields, rows in new:
        columns = _columns(model, tuple(fields))
        line = f"({', '.join(['%s'] * len(fields))})"
        into = f"INSERT INTO {_name(model._meta.db_table)} ({columns}) VALUES {', '.join([line] * len(rows))}"  # noqa: S608
        statements.append(into)
        values += [value for row in _ready(model, fields, rows) for value in row]
    *first, last = statements
    named = ", ".join(f"new_{place} AS ({each})" for place, each in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if first else last, values)


def copy(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows of `model`; values stand in the order of `fields`, columns not named get no default but NULL.

    Dictionaries become JSON. Says how many rows there were. `rows` may not ask this same connection anything
    while they are copied: that would wait for ever, and so is refused.
    """
    count = 0
    statement = f"COPY {_name(model._meta.db_table)} ({_columns(model, tuple(fields))}) FROM STDIN"
    with (
        connection.cursor() as cursor,
        connection.execute_wrapper(_refuse),
        connection.wrap_database_errors,
        cursor.copy(statement) as writer,
    ):
        for row in _ready(model, fields, rows):
            writer.write_row(row)
            count += 1
    return count


def _ready(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The rows with their JSON as PostgreSQL reads it."""
    places = [i for i, name in enumerate(fields) if isinstance(model._meta.get_field(name), models.JSONField)]
    if not places:
        return rows
    return ([_json(value) if i in places else value for i, value in enumerate(row)] for row in rows)


def _json(value: Any) -> Any:
    """None is NULL, as Django's own writes have it."""
    if value is None:
        return None
    return "{}" if value == {} else Jsonb(value)


@lru_cache(maxsize=500)
def _columns(model: type[models.Model], fields: tuple[str, ...]) -> str:
    columns: Iterable[Any] = (model._meta.get_field(name) for name in fields)
    return ", ".join(_name(column.column) for column in columns)


def _name(name: str) -> str:
    return connection.ops.quote_name(name)


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise RuntimeError("The rows of a COPY asked the connection that copies them.")
