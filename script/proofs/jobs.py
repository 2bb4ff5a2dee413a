"""A job whose worker is killed with SIGKILL half-way is taken over, and done once in effect.

The job marks that it has begun (committed), works for a while, and writes its effect in one transaction under
a key. The first worker is killed while it works; a second one must have done the job within a minute.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from rapport.config import embedded
from rapport.config.environment import load

LONGEST = 60
WORKER = """
import asyncio, sys, time
import django
django.setup()
from django.db import connection, transaction
from rapport.platform.jobs.queue import enqueue, job
from rapport.platform.jobs.worker import work

@job("proof.work")
def proof():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO begun DEFAULT VALUES")
    time.sleep(3)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO effect (key) VALUES ('once') ON CONFLICT DO NOTHING")

if sys.argv[1] == "first":
    enqueue("proof.work")
asyncio.run(work())
"""


def worker(name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WORKER, name], env=environment)


def wait_for(connection: psycopg.Connection, table: str, number: int, seconds: float) -> float:
    """How long it took until the table had so many rows. Raises TimeoutError."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        if row and row[0] >= number:
            return time.monotonic() - began
        time.sleep(0.2)
    raise TimeoutError(f"{table} did not reach {number} within {seconds} s")


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        data.chmod(0o755)
        os.environ["RAPPORT_DATA"] = str(data)
        with embedded.running(data) as cluster:
            environment = os.environ | {
                "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
                "DATABASE_URL": cluster.owner_database_url,
                "RAPPORT_OWNER_DATABASE_URL": cluster.owner_database_url,
                "RAPPORT_SECRET_KEY": load().secret_key,
            }
            migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
            subprocess.run(migrate, check=True, env=environment)
            with psycopg.connect(cluster.owner_database_url, autocommit=True) as connection:
                connection.execute("CREATE TABLE begun (at timestamptz DEFAULT now())")
                connection.execute("CREATE TABLE effect (key text PRIMARY KEY)")
                took = killed_and_taken_over(connection, environment)
                effects = connection.execute("SELECT count(*) FROM effect").fetchone()
                left = connection.execute("SELECT count(*) FROM pgqueuer").fetchone()
    print(f"taken over after {took:.0f} s; effects: {effects}, jobs left: {left}")
    sys.exit(0 if effects == (1,) and left == (0,) else 1)


def killed_and_taken_over(connection: psycopg.Connection, environment: dict[str, str]) -> float:
    """The seconds from the kill to the second beginning of the job."""
    first = worker("first", environment)
    wait_for(connection, "begun", 1, LONGEST)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    second = worker("second", environment)
    try:
        took = wait_for(connection, "begun", 2, LONGEST)
        wait_for(connection, "effect", 1, LONGEST)
        time.sleep(2)  # until the worker has said that it is done
    finally:
        second.terminate()
        second.wait(timeout=30)
    return took


if __name__ == "__main__":
    main()
