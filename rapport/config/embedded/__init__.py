"""PostgreSQL without installing it: a private server over the data folder, for as long as it is used."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.config.embedded.cluster import Cluster
from rapport.config.embedded.errors import ClusterUnusable, PostgresError, PostgresUnavailable, StartFailed
from rapport.config.embedded.folder import Folder
from rapport.config.embedded.locks import exclusive, open_lock, share, try_exclusive
from rapport.config.embedded.postmaster import stop

__all__ = ["Cluster", "ClusterUnusable", "PostgresError", "PostgresUnavailable", "StartFailed", "running"]


@contextmanager
def running(data: Path) -> Iterator[Cluster]:
    """The server over `data`, started if nobody has yet; the last of its users stops it.

    `data` and all above it are made when missing. Raises PostgresError.
    """
    folder = Folder(data / "postgresql")
    folder.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster = Cluster(folder)
    use = None
    try:
        with exclusive(folder.changing):
            use = share(folder.users)
            cluster.come_up()
        yield cluster
    finally:
        with exclusive(folder.changing):
            if use is not None:
                os.close(use)
            _stop_if_unused(folder)
            cluster.let_go()


def _stop_if_unused(folder: Folder) -> None:
    users = open_lock(folder.users)
    try:
        if try_exclusive(users):
            stop(folder)
    finally:
        os.close(users)
