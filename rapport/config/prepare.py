"""`python -m rapport.config.prepare`: apply migrations as the owner.

Prints one line of JSON: `migrated` (how many migrations ran) and `link` (with RAPPORT_GIVE_LINK=1 a new one-time
link that makes the first administrator; null once there is one). Run by `preparation.prepare_if_needed`.
"""

import json
import os
import sys
from contextlib import redirect_stdout

import django
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from rapport.config.embedded.roles import grant_by_default
from rapport.config.preparation import digest

LOCK = 7_265_717_054  # any constant: two that migrate at once take turns
LOCK_TIMEOUT = "15s"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
    _grant()
    migrated = _migrate()
    has_administrator, link = _set_up()
    _remember(has_administrator=has_administrator)
    print(json.dumps({"migrated": migrated, "link": link}))  # noqa: T201 - the answer to our parent


def _grant() -> None:
    role = os.environ.get("RAPPORT_APPLICATION_ROLE", "")
    owner = connection.settings_dict["USER"]
    if role and role != owner:
        connection.ensure_connection()
        grant_by_default(connection.connection, role)


def _migrate() -> int:
    executor = MigrationExecutor(connection)
    planned = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if planned:
        with redirect_stdout(sys.stderr):
            call_command("migrate", interactive=False, verbosity=0)
    return planned


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
