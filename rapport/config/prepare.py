"""`python -m rapport.config.prepare`: apply migrations as the owner.

Prints one line of JSON: `migrated` (how many migrations ran) and `link` (with RAPPORT_GIVE_LINK=1 a new one-time
link that makes the first administrator; null once there is one). Run by `preparation.prepare_if_needed`.
"""

import json
import os
import sys
import time
from contextlib import redirect_stdout

import django
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import errors, sql

from rapport.config.embedded.roles import grant_by_default
from rapport.config.preparation import RENAMED, digest

LOCK = 7_265_717_054  # any constant: two that migrate at once take turns
LOCK_TIMEOUT = "2s"
"""While a migration waits for a table, all others wait behind it: so it waits shortly, but several times."""
PAUSES = (1, 1, 2, 3, 5, 8, 13)
"""Seconds between attempts to get a lock."""
STATEMENT_TIMEOUT = "15min"
UNFINISHED_INDEXES = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace AND c.relname !~ '^custom_[0-9a-f]{32}$'
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid)
"""
"""Left by a migration that was interrupted while it built one concurrently. Those of custom fields have a job."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    limit = os.environ.get("RAPPORT_MIGRATION_TIMEOUT", STATEMENT_TIMEOUT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [limit])
    _grant()
    try:
        migrated = _migrate_patiently()
    except OperationalError as error:
        sys.exit(_explanation(error, limit))
    has_administrator, link = _set_up()
    _remember(has_administrator=has_administrator)
    print(json.dumps({"migrated": migrated, "link": link}))  # noqa: T201 - the answer to our parent


def _grant() -> None:
    role = os.environ.get("RAPPORT_APPLICATION_ROLE", "")
    owner = connection.settings_dict["USER"]
    if role and role != owner:
        connection.ensure_connection()
        grant_by_default(connection.connection, role)


def _migrate_patiently() -> int:
    """How many migrations ran in the end. Each is applied whole or not at all: an attempt begins where one stopped."""
    for pause in PAUSES:
        try:
            return _migrate()
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            time.sleep(pause)
    return _migrate()


def _explanation(error: OperationalError, limit: str) -> str:
    match error.__cause__:
        case errors.LockNotAvailable():
            return "The tables are in use by something that takes long, perhaps a backup or an import. Try again later."
        case errors.QueryCanceled():
            return f"A migration took longer than {limit}. To give it longer, set RAPPORT_MIGRATION_TIMEOUT, say to 2h."
    return str(error)


def _migrate() -> int:
    _drop_unfinished_indexes()
    _rename()
    executor = MigrationExecutor(connection)
    planned = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if planned:
        with redirect_stdout(sys.stderr):
            call_command("migrate", interactive=False, verbosity=0)
    return planned


def _rename() -> None:
    """Django would apply again what a database knows by an earlier name."""
    if "django_migrations" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for earlier, present in RENAMED.items():
            renaming = "UPDATE django_migrations SET name = %s WHERE app = %s AND name = %s"
            cursor.execute(renaming, [present.split(".")[1], *earlier.split(".")])


def _drop_unfinished_indexes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED_INDEXES)
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))


def _set_up() -> tuple[bool, str | None]:
    from rapport.platform.access import setup  # models can be imported only after django.setup()

    link = setup.one_time_link() if os.environ.get("RAPPORT_GIVE_LINK") == "1" else None
    return setup.is_done(), link


def _remember(*, has_administrator: bool) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS rapport_prepared")
        cursor.execute("CREATE TABLE rapport_prepared (digest text, has_administrator boolean)")
        cursor.execute("INSERT INTO rapport_prepared VALUES (%s, %s)", [digest(), has_administrator])


if __name__ == "__main__":
    main()
