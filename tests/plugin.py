"""The database of a test run, ready before Django reads its settings.

One PostgreSQL for the whole run: the one that DATABASE_URL (and RAPPORT_OWNER_DATABASE_URL) name, else the
embedded one in a folder of its own. It is migrated once, by the owner; every worker then works, as the
application's role, in a copy.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from rapport.config.translations import compile_all

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
TEMPLATE = "rapport_tests"
COPY = f"rapport_tests_{WORKER or 'main'}"


def named(url: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def prepare() -> None:
    """Starts the server and makes the migrated template; the workers find both in the environment."""
    compile_all()  # as script/setup does
    stack = ExitStack()
    atexit.register(stack.close)
    data = Path(tempfile.mkdtemp(prefix="rapport-tests-"))
    stack.callback(shutil.rmtree, data, ignore_errors=True)
    data.chmod(0o755)
    os.environ["RAPPORT_DATA"] = str(data)
    if "DATABASE_URL" not in os.environ:
        from rapport.config.embedded import running

        cluster = stack.enter_context(running(data))
        os.environ["DATABASE_URL"] = cluster.database_url
        os.environ["RAPPORT_OWNER_DATABASE_URL"] = cluster.owner_database_url
    os.environ.setdefault("RAPPORT_OWNER_DATABASE_URL", os.environ["DATABASE_URL"])
    os.environ["RAPPORT_TESTS_APP_URL"] = os.environ["DATABASE_URL"]
    os.environ["RAPPORT_TESTS_OWNER_URL"] = os.environ["RAPPORT_OWNER_DATABASE_URL"]
    _migrate_template()


def _migrate_template() -> None:
    owner = os.environ["RAPPORT_TESTS_OWNER_URL"]
    recreate(TEMPLATE, "template1")
    role = urlsplit(os.environ["RAPPORT_TESTS_APP_URL"]).username
    with psycopg.connect(named(owner, TEMPLATE), autocommit=True) as connection:
        if role != urlsplit(owner).username:
            for kind, rights in (
                ("TABLES", "SELECT, INSERT, UPDATE, DELETE"),
                ("SEQUENCES", "USAGE, SELECT"),
            ):
                connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT {rights} ON {kind} TO {role}")
    environment = os.environ | {
        "DATABASE_URL": named(owner, TEMPLATE),
        "DJANGO_SETTINGS_MODULE": "rapport.config.settings",
    }
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
        check=True,
        env=environment,
        cwd=Path(__file__).parent.parent,
    )


def recreate(database: str, template: str) -> None:
    owner = os.environ["RAPPORT_TESTS_OWNER_URL"]
    with psycopg.connect(named(owner, "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}")


def fresh_copy() -> None:
    """A new copy of the template under this worker's name."""
    recreate(COPY, TEMPLATE)
    os.environ["DATABASE_URL"] = named(os.environ["RAPPORT_TESTS_APP_URL"], COPY)
    os.environ["RAPPORT_OWNER_DATABASE_URL"] = named(os.environ["RAPPORT_TESTS_OWNER_URL"], COPY)


if not WORKER:
    prepare()
fresh_copy()
