"""Many rows at once, by COPY. The triggers see them like any others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def copy(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Writes rows of `model`; values stand in the order of `fields`, columns not named get no default but NULL.

    Dictionaries become JSON. Says how many rows there were. `rows` may not ask this same connection anything
    while they are copied: that would wait for ever, and so is refused.
    """
    columns = [model._meta.get_field(name) for name in fields]
    json_places = [i for i, column in enumerate(columns) if isinstance(column, models.JSONField)]
    count = 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(str(column.column)) for column in columns),  # type: ignore[union-attr, misc]
    )
    with (
        connection.cursor() as cursor,
        connection.execute_wrapper(_refuse),
        connection.wrap_database_errors,
        cursor.copy(statement) as writer,
    ):
        for row in rows:
            if json_places:
                row = [Jsonb(value) if i in json_places else value for i, value in enumerate(row)]
            writer.write_row(row)
            count += 1
    return count


def insert(records: Sequence[models.Model]) -> None:
    """Writes new records of one model, as they stand in memory."""
    if not records:
        return
    columns = records[0]._meta.concrete_fields
    rows = ([getattr(record, column.attname) for column in columns] for record in records)
    copy(type(records[0]), [column.name for column in columns], rows)


def _refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise RuntimeError("The rows of a COPY asked the connection that copies them.")
