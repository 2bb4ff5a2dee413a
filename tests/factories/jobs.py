"""What waits in the queue, done at once, in this thread and transaction, where no worker sees it."""

from __future__ import annotations

import json

from django.db import connection

from rapport.platform.jobs.queue import JOBS

TAKE = """
    DELETE FROM pgqueuer WHERE status = 'queued' AND (entrypoint = %s OR %s = '')
    RETURNING id, entrypoint, convert_from(payload, 'UTF8')
"""


def do_waiting(name: str = "") -> int:
    """Does the jobs that wait, of one name or all, in their order, and says how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [name, name])
        taken = sorted(cursor.fetchall())
    for _id, queued, arguments in taken:
        JOBS[queued].body(**json.loads(arguments))
    return len(taken)


def work() -> None:
    """Does the jobs that wait, and those that they queue."""
    while do_waiting():
        pass
