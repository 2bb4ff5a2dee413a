"""What proofs have in common: how they fail, and an installation that has been used for years."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import django

from rapport.config.database import running
from rapport.config.environment import load
from rapport.config.preparation import prepare_if_needed
from tests.installation import add_user, rapport, serve
from tests.visiting import Visitor

ROOT = Path(__file__).resolve().parent.parent
PEOPLE, BATCH = 100_000, 1_000
EMAIL, PASSWORD = "mara@ours.example", "a long enough sentence"


def fail(*words: object) -> NoReturn:
    sys.exit(" ".join(["Not proved:", *map(str, words)]))


@contextmanager
def installed(data: Path) -> Iterator[None]:
    """A database of its own in `data`, migrated; from here on the environment, and Django in this process, is its."""
    for name in ("DATABASE_URL", "RAPPORT_OWNER_DATABASE_URL", "RAPPORT_SECRET_KEY"):
        os.environ.pop(name, None)
    data.chmod(0o755)  # the database's account passes through it
    with running(load({**os.environ, "RAPPORT_DATA": str(data)})) as database:
        prepare_if_needed(database)
        os.environ.update(database.environment.variables(), PYTHONPATH=str(ROOT))
        os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
        django.setup()
        yield


@contextmanager
def populated(data: Path) -> Iterator[Visitor]:
    """The demonstration and 100,000 people besides, served; EMAIL may do everything."""
    made = rapport("demo", "--data", data, patience=1_800)
    assert made.returncode == 0, made.stderr
    add_user(data, EMAIL, "--admin", password=PASSWORD)
    token = rapport("token", "add", "fill", "--user", EMAIL, "--data", data).stdout.strip()
    served = serve(data)
    try:
        visitor = Visitor(f"http://localhost:{served.port}", token)
        _fill(visitor)
        yield visitor
    finally:
        served.stop()


def _fill(api: Visitor) -> None:
    for first in range(0, PEOPLE, BATCH):
        records = [
            {"name": f"Person {number}", "email": f"person{number}@firm{number % 997}.example", "job_title": "Clerk"}
            for number in range(first, first + BATCH)
        ]
        status, answer = api.ask("/api/v1/people/batch", {"records": records}, "POST")
        assert status == 200, answer[:500]


def first_person(api: Visitor) -> str:
    _status, answer = api.ask("/api/v1/people?limit=1&order=name")
    found: str = json.loads(answer)["results"][0]["id"]
    return found
