"""The job worker: PgQueuer fetches, a thread per job runs it with Django's own connections."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import close_old_connections, connection
from pgqueuer import PgQueuer
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.models import Job as Queued
from pgqueuer.models import Schedule
from psycopg import AsyncConnection

from rapport.platform.access.actors import epoch_now
from rapport.platform.jobs.models import Heartbeat
from rapport.platform.jobs.queue import JOBS, SCHEDULES, GiveUp, Job

log = logging.getLogger(__name__)

LONGEST_PAUSE = 600
TAKEOVER = timedelta(seconds=30)


async def work(threads: int = 4, *, drain: bool = False) -> None:
    """Runs jobs until SIGTERM; with `drain`, until none is waiting."""
    listener = await AsyncConnection.connect(**connection_parameters(), autocommit=True)
    application = PgQueuer.from_psycopg_connection(listener)
    for each in JOBS.values():
        _serve(application, each)
    for name, (cron, body) in SCHEDULES.items():
        _keep_time(application, name, cron, body)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(stop, application.shutdown.set)
    beat = asyncio.create_task(_beat())
    try:
        if drain:
            from pgqueuer.types import QueueExecutionMode  # only tests and commands drain

            await application.qm.run(mode=QueueExecutionMode.drain, batch_size=threads)
        else:
            await application.run(batch_size=threads, max_concurrent_tasks=2 * threads, heartbeat_timeout=TAKEOVER)
    finally:
        beat.cancel()
        await listener.close()


def connection_parameters() -> dict[str, Any]:
    """What psycopg needs to connect to Django's database."""
    database = settings.DATABASES["default"]
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {libpq: database[name] for name, libpq in names.items() if database.get(name)}


def _serve(application: PgQueuer, job: Job) -> None:
    async def run(queued: Queued) -> None:
        arguments = json.loads(queued.payload or b"{}")
        try:
            await asyncio.to_thread(_in_thread, job.body, arguments)
        except Exception as fault:
            # A job may raise anything; what it raised decides only whether, and when, it is tried again.
            if isinstance(fault, GiveUp) or queued.attempts + 1 >= job.tries:
                raise
            pause = min(2.0 ** (queued.attempts + 1), LONGEST_PAUSE)
            raise RetryRequested(delay=timedelta(seconds=pause), reason=repr(fault)) from fault

    application.entrypoint(job.name, concurrency_limit=job.concurrency, on_failure="hold")(run)


def _keep_time(application: PgQueuer, name: str, cron: str, body: Callable[[], None]) -> None:
    async def run(schedule: Schedule) -> None:
        await asyncio.to_thread(_in_thread, body, {})

    application.schedule(name, cron)(run)


def _in_thread(body: Callable[..., None], arguments: dict[str, object]) -> None:
    close_old_connections()
    try:
        epoch_now()
        body(**arguments)
    finally:
        connection.close()


async def _beat() -> None:
    """Says every few seconds that a worker is alive, for `/readyz` and `rapport doctor`."""
    while True:
        try:
            await asyncio.to_thread(_in_thread, Heartbeat.beat, {})
        except Exception:
            # Without a database there is nobody to tell; the supervisor brings it back.
            log.exception("The worker could not say that it is alive")
        await asyncio.sleep(5)
