"""The database of an environment: the named server, or the embedded one for as long as it is used."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psycopg

from rapport.config import embedded
from rapport.config.environment import Environment


class RestoreUnfinished(Exception):
    """The data folder is being filled from a backup, or that was cut short."""


@dataclass(frozen=True, slots=True)
class Running:
    """An environment whose `database_url` and `owner_database_url` are certain."""

    environment: Environment
    cluster: embedded.Cluster | None
    """The embedded server; None where DATABASE_URL names one that isn't ours to start."""

    @property
    def database_url(self) -> str:
        return self.environment.database_url or ""

    @property
    def owner_database_url(self) -> str:
        return self.environment.owner_database_url or ""

    def analyze(self) -> None:
        """Tells the planner what a bulk load has brought. Autovacuum does so a minute later, where a server stays."""
        with psycopg.connect(self.owner_database_url, autocommit=True) as owner:
            owner.execute("ANALYZE")


@contextmanager
def running(environment: Environment, *, while_restoring: bool = False) -> Iterator[Running]:
    """Raises PostgresError when the embedded server can't be used, and RestoreUnfinished."""
    environment.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if environment.restoring.exists() and not while_restoring:
        raise RestoreUnfinished(
            f"A backup is being restored into {environment.data}, or that was cut short: "
            "then run `rapport restore` again, which begins anew."
        )
    if environment.database_url:
        yield Running(environment, None)
        return
    with embedded.running(environment.data) as cluster:
        found = replace(environment, database_url=cluster.database_url, owner_database_url=cluster.owner_database_url)
        yield Running(found, cluster)
