"""What rows were when they were made. A creation names its row alone, so that bulk loads stay cheap; its values follow
from what the row is now, or was when it was deleted, less every change since."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import sql

from rapport.platform.history.models import Change

Values = dict[str, Any]
"""A row by its columns, as JSON."""


def beginnings(created: Iterable[Change]) -> dict[UUID, Values]:
    """The first values of the rows that these changes made, by their ids. Two queries; none where there are none."""
    tables: dict[str, list[UUID]] = {}
    for change in created:
        tables.setdefault(change.record_table, []).append(change.record_id)
    if not tables:
        return {}
    states = _now(tables)
    ids = [pk for listed in tables.values() for pk in listed]
    for change in Change.objects.filter(record_id__in=ids).exclude(verb="create").order_by("-pk"):
        before = {column: pair[0] for column, pair in (change.changed or {}).items()}
        states.setdefault(change.record_id, {}).update(before)
    return states


def _now(tables: Mapping[str, Collection[UUID]]) -> dict[UUID, Values]:
    one = sql.SQL("SELECT r.id, to_jsonb(r) FROM {} r WHERE r.id = ANY (%s)")
    asked = sql.SQL(" UNION ALL ").join(one.format(sql.Identifier(table)) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked, [list(ids) for ids in tables.values()])
        return {pk: json.loads(row) for pk, row in cursor.fetchall()}  # Django leaves JSON as text
