"""Jobs in the database, written in the transaction of what causes them, run by PgQueuer's worker.

PgQueuer's synchronous driver refuses to work inside a transaction, so that a job is queued here by an INSERT
of our own on Django's connection: it is rolled back with everything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection, transaction

Body = TypeVar("Body", bound=Callable[..., None])


class TryAgain(Exception):
    """Raised by a job for what may pass by itself; anything else that it raises is tried again as well, but
    is reported as a fault."""


class GiveUp(Exception):
    """Raised by a job for what no further try can mend: it is held at once, with this reason."""


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    body: Callable[..., None]
    tries: int
    concurrency: int


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A job to be done. Two with the same `key` are one for as long as the first is waiting."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    delay_seconds: float = 0
    priority: int = 0


JOBS: dict[str, Job] = {}
SCHEDULES: dict[str, tuple[str, Callable[[], None]]] = {}


def job(name: str, *, tries: int = 5, concurrency: int = 0) -> Callable[[Body], Body]:
    """Registers a job: a repeatable function of JSON values. `concurrency` 0 knows no limit."""

    def register(body: Body) -> Body:
        JOBS[name] = Job(name, body, tries, concurrency)
        return body

    return register


def schedule(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a repeatable function that runs by a cron expression, once in the whole cluster."""

    def register(body: Callable[[], None]) -> Callable[[], None]:
        SCHEDULES[name] = (cron, body)
        return body

    return register


QUEUED = """
    queued AS (
        INSERT INTO pgqueuer (priority, entrypoint, payload, execute_after, dedupe_key, status, created, updated)
        SELECT priority, entrypoint, convert_to(payload, 'UTF8'), now() + delay * interval '1 second',
            dedupe_key, 'queued', now(), now()
        FROM job
        ON CONFLICT (dedupe_key) WHERE status IN ('queued', 'picked') AND dedupe_key IS NOT NULL DO NOTHING
        RETURNING id, entrypoint, priority
    ), logged AS (
        INSERT INTO pgqueuer_log (job_id, status, entrypoint, priority)
        SELECT id, 'queued', entrypoint, priority FROM queued
    )
"""
"""SQL that queues the rows of `job` (priority, entrypoint, payload, delay, dedupe_key): what follows it in a WITH."""
INSERT = """
    WITH job (priority, entrypoint, payload, delay, dedupe_key) AS (
        SELECT * FROM unnest(%s::int[], %s::text[], %s::text[], %s::float[], %s::text[])
    ), %(queued)s SELECT count(*) FROM queued
""".replace("%(queued)s", QUEUED)
WAKE = """
    pg_notify('ch_pgqueuer', json_build_object('channel', 'ch_pgqueuer', 'operation', 'insert', 'sent_at', now(),
        'table', 'pgqueuer', 'type', 'table_changed_event')::text)
"""
"""SQL that tells the worker of new jobs, as PgQueuer's own trigger would within the transaction."""


def wake() -> None:
    """Tells the worker that there are jobs. After the commit (see `events.bus.announce`); it looks by itself, too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WAKE}")


def enqueue_many(specs: Iterable[JobSpec]) -> None:
    """Queues the jobs in the current transaction."""
    listed = list(specs)
    if not listed:
        return
    columns = (
        [each.priority for each in listed],
        [each.name for each in listed],
        [json.dumps(dict(each.arguments)) for each in listed],
        [each.delay_seconds for each in listed],
        [each.key for each in listed],
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, columns)
    transaction.on_commit(wake, robust=True)


def enqueue(name: str, *, key: str | None = None, delay_seconds: float = 0, **arguments: Any) -> None:
    """Queues one job in the current transaction."""
    enqueue_many([JobSpec(name, arguments, key, delay_seconds)])


WAITING = """
    SELECT EXISTS (
        SELECT FROM pgqueuer
        WHERE entrypoint = %s AND status = 'queued' AND payload = convert_to(%s, 'UTF8') AND execute_after <= now()
    )
"""


def is_queued(name: str, **arguments: Any) -> bool:
    """Whether such a job, with just these arguments, is about to run: a job whose work it does again may end."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [name, json.dumps(arguments)])
        found: bool = cursor.fetchone()[0]
    return found
