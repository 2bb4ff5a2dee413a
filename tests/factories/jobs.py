"""What waits in the queue, done at once, in this thread and transaction."""

from __future__ import annotations

import json

from django.db import connection

from rapport.platform.jobs.queue import JOBS


def do_waiting(name: str) -> int:
    """Does the jobs of one name that wait, and says how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pgqueuer WHERE entrypoint = %s RETURNING payload", [name])
        payloads = [json.loads(bytes(payload)) for (payload,) in cursor.fetchall()]
    for arguments in payloads:
        JOBS[name].body(**arguments)
    return len(payloads)
