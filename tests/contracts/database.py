"""The state of the database, to be compared before and after what must not change it."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from rapport.platform.attention.models import Attention
from rapport.platform.history.models import Read

LOOKS = (Read, Attention)
"""What tells that somebody looked."""


def state() -> list[tuple[str, int]]:
    """Rows per table, and the number of the last change; what was looked at may grow."""
    tables = [model._meta.db_table for model in apps.get_models() if model not in LOOKS and not model._meta.proxy]
    counts = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"{counts} UNION ALL SELECT 'last change', coalesce(max(id), 0) FROM history_change")
        return sorted(cursor.fetchall())
