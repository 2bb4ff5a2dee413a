"""Doing what is queued, inside a test's transaction, where no worker sees it."""

from __future__ import annotations

import json

from django.db import connection

from rapport.platform.jobs.queue import JOBS

TAKE = "DELETE FROM pgqueuer WHERE status = 'queued' RETURNING id, entrypoint, convert_from(payload, 'UTF8')"


def work() -> None:
    """Runs the jobs that are queued, and those that they queue, in their order."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(TAKE)
            taken = sorted(cursor.fetchall())
        if not taken:
            return
        for _id, name, arguments in taken:
            JOBS[name].body(**json.loads(arguments))
