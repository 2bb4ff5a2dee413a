"""No acknowledged write is lost over `kill -9` of the user, the postmaster, or every database process.

A writer counts upwards, one committed row at a time, and prints each number only once it is committed.
It and the database are killed at random moments; what was printed must be there afterwards.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg

from rapport.config import embedded
from rapport.config.embedded.processes import cluster_processes, postmaster_pid

ROUNDS = 8
WRITER = """
import sys
from pathlib import Path
import psycopg
from rapport.config import embedded
with embedded.running(Path(sys.argv[1])) as cluster:
    connection = psycopg.connect(cluster.database_url, autocommit=True)
    while True:
        number = connection.execute("INSERT INTO written DEFAULT VALUES RETURNING id").fetchone()[0]
        print(number, flush=True)
"""


def postmaster(cluster: Path, _writer: int) -> list[int]:
    return [pid for pid in [postmaster_pid(cluster)] if pid]


def writer(_cluster: Path, writer: int) -> list[int]:
    return [writer]


def everything(cluster: Path, writer: int) -> list[int]:
    return [writer, *cluster_processes(cluster)]


def killed_while_writing(data: Path, victims: Callable[[Path, int], list[int]]) -> set[int]:
    """The numbers that were acknowledged before the kill."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(data)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(random.uniform(0.05, 0.6))
    for pid in victims(data / "postgresql" / "cluster", process.pid):
        with suppress(ProcessLookupError):  # it went with the one that was killed just before
            os.kill(pid, signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    return {int(line) for line in (first + rest).split(b"\n")[:-1]}


def main() -> None:
    acknowledged: set[int] = set()
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        with embedded.running(data) as cluster, psycopg.connect(cluster.owner_database_url) as owner:
            owner.execute("CREATE TABLE written (id bigint GENERATED ALWAYS AS IDENTITY)")
        for _ in range(ROUNDS):
            for victims in (postmaster, writer, everything):
                acknowledged |= killed_while_writing(data, victims)
        with embedded.running(data) as cluster, psycopg.connect(cluster.database_url) as application:
            found = {number for (number,) in application.execute("SELECT id FROM written")}
    lost = acknowledged - found
    print(f"{len(acknowledged)} writes acknowledged over {ROUNDS * 3} kills, {len(lost)} lost")
    sys.exit(1 if lost or not acknowledged else 0)


if __name__ == "__main__":
    main()
