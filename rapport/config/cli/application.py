"""Django for a command, whether `rapport serve` runs or not."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rapport.config.database import Running, running
from rapport.config.environment import Environment
from rapport.config.preparation import prepare_if_needed


@contextmanager
def application(environment: Environment) -> Iterator[Running]:
    """Within the block the database runs, is up to date, and Django is set up over it.

    Import models inside the block. Raises PostgresError or PreparationFailed.
    """
    with running(environment) as database:
        prepare_if_needed(database)
        os.environ.update(database.environment.variables())
        os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.config.settings"
        import django  # not before the environment is complete

        django.setup()
        try:
            yield database
        finally:
            from django.db import connections

            connections.close_all()
