"""Jobs that failed for good: held, listed in Settings, and run again when somebody says so."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class QueuedJob:
    id: int
    name: str
    status: str
    arguments: dict[str, Any]
    created: datetime
    attempts: int
    error: str


NEWEST = 2**63 - 1
LIST = """
    SELECT job.id, job.entrypoint, job.status::text, convert_from(job.payload, 'UTF8'), job.created, job.attempts,
        (SELECT log.traceback ->> 'exception_message' FROM pgqueuer_log log
         WHERE log.job_id = job.id AND log.traceback IS NOT NULL ORDER BY log.id DESC LIMIT 1)
    FROM pgqueuer job WHERE job.status::text = ANY (%s) AND job.id < %s ORDER BY job.id DESC LIMIT %s
"""


def jobs(statuses: Iterable[str] = ("failed",), limit: int = 100, *, before: int | None = None) -> list[QueuedJob]:
    """The newest jobs in these states (queued, picked, failed), of those older than `before` where it is given."""
    with connection.cursor() as cursor:
        cursor.execute(LIST, [list(statuses), NEWEST if before is None else before, limit])
        rows = cursor.fetchall()
    return [
        QueuedJob(pk, name, status, json.loads(payload or "{}"), created, attempts, error or "")
        for pk, name, status, payload, created, attempts, error in rows
    ]


def run_again(ids: Iterable[int]) -> int:
    """Queues held jobs once more, from their first try. Says how many were held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pgqueuer SET status = 'queued', attempts = 0, execute_after = now(), updated = now(),"
            " queue_manager_id = NULL WHERE id = ANY (%s) AND status = 'failed'",
            [list(ids)],
        )
        return int(cursor.rowcount)
