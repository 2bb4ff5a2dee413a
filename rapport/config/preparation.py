"""Bringing the database to the state that this version needs, only when it isn't there yet."""

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from rapport.config.database import Running

PACKAGE = Path(__file__).resolve().parent.parent
RENAMED = {"interactions.0003_uploads": "interactions.0004_uploads"}
"""Migrations that had another name when some databases applied them."""
DISTRIBUTIONS_WITH_TABLES = ("django", "django-allauth", "pgqueuer")


class PreparationFailed(Exception):
    """Migrations did not complete; what they printed stands above."""


def digest() -> str:
    """A fingerprint of every migration that this installation knows."""
    found = hashlib.sha256()
    for path in sorted(PACKAGE.glob("**/migrations/*.py")):
        found.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes() + b"\0")
    for distribution in DISTRIBUTIONS_WITH_TABLES:
        found.update(f"{distribution} {version(distribution)}\0".encode())
    return found.hexdigest()


def known_migrations() -> set[str]:
    """`app.name` of every migration that this installation has, of Rapport and of what it builds on, under any name.

    Django must not have been set up in this process before, and is of no other use in it afterwards.
    """
    import django  # costs half a second: only where it is needed
    from django.db.migrations.loader import MigrationLoader

    without_key = {"RAPPORT_SECRET_KEY": "none is needed"}  # else the settings would make one
    with _variables_set({"DJANGO_SETTINGS_MODULE": "rapport.config.settings", **without_key}):
        django.setup()
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations} | RENAMED.keys()


@contextmanager
def _variables_set(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@dataclass(frozen=True, slots=True)
class Prepared:
    is_current: bool
    """Whether exactly this installation's migrations have been applied."""
    has_administrator: bool


PREPARED = """
SELECT digest, has_administrator OR EXISTS (SELECT FROM access_setup WHERE done_at IS NOT NULL) FROM rapport_prepared
"""
"""The first administrator is mostly made after the preparation, and says so then."""


def prepared(database_url: str) -> Prepared:
    """What `rapport.config.prepare` left in the database, and whether it has got an administrator since."""
    with psycopg.connect(database_url, connect_timeout=10) as connection:
        try:
            row = connection.execute(PREPARED).fetchone()
        except (errors.UndefinedTable, errors.UndefinedColumn):  # never, or by another version
            row = None
    return Prepared(row[0] == digest(), row[1]) if row else Prepared(False, False)


def prepare_if_needed(
    database: Running, *, give_link: bool = False, stop: threading.Event | None = None
) -> dict[str, Any]:
    """Migrate in a process of its own, as the owner, unless everything is in place.

    Answers what `rapport.config.prepare` printed: `migrated`, and with `give_link`, while there is no administrator,
    a new `link`. The one given before stops working, so that only who shows it to somebody may ask for it.
    Raises PreparationFailed; if `stop` is set meanwhile, the migrations are interrupted and rolled back.
    """
    found = prepared(database.database_url)
    if found.is_current and (found.has_administrator or not give_link):
        return {}
    command = [sys.executable, "-m", "rapport.config.serve.child", "rapport.config.prepare"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=_variables(database, give_link))
    with process:
        output = _output(process, stop or threading.Event())
    if process.returncode != 0:
        raise PreparationFailed(
            "The database could not be brought up to date; nothing was changed by the part that failed."
        )
    answer: dict[str, Any] = json.loads(output.splitlines()[-1])
    return answer


def _variables(database: Running, give_link: bool) -> dict[str, str]:
    return {
        **os.environ,
        **database.environment.variables(),
        "DATABASE_URL": database.owner_database_url,
        "RAPPORT_APPLICATION_ROLE": str(conninfo_to_dict(database.database_url).get("user", "")),
        "RAPPORT_GIVE_LINK": "1" if give_link else "0",
        "RAPPORT_PARENT": str(os.getpid()),
    }


def _output(process: "subprocess.Popen[bytes]", stop: threading.Event) -> str:
    while True:
        try:
            return process.communicate(timeout=0.2)[0].decode()
        except subprocess.TimeoutExpired:
            if stop.is_set():
                process.terminate()
