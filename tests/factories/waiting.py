"""Knowing that another connection has come as far as it can."""

from __future__ import annotations

from time import monotonic, sleep

from django.db import connection

LONGEST = 10.0
WAITING = """
    SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""


def until_somebody_waits() -> None:
    """Returns when another connection to this database waits for a lock. Raises TimeoutError when none does."""
    end = monotonic() + LONGEST
    while monotonic() < end:
        with connection.cursor() as cursor:
            # Within a transaction the view is read once, unless it is told to forget.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        sleep(0.02)
    raise TimeoutError("Nobody waits for a lock.")
