"""PostgreSQL without installing it: a private server over the data folder, for as long as it is used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rapport.config.embedded.cluster import Cluster
from rapport.config.embedded.errors import ClusterUnusable, PostgresError, PostgresUnavailable, StartFailed
from rapport.config.embedded.folder import Folder
from rapport.config.embedded.locks import exclusive, open_lock, share, try_exclusive
from rapport.config.embedded.postmaster import stop

__all__ = ["Cluster", "ClusterUnusable", "PostgresError", "PostgresUnavailable", "StartFailed", "discard", "running"]


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


def discard(data: Path) -> None:
    """Removes the database over `data`, whole or half made, running or not; the passwords stay.

    Raises ClusterUnusable when somebody uses it.
    """
    folder = Folder(data / "postgresql")
    if not folder.root.exists():
        return
    with exclusive(folder.changing):
        if not _stop_if_unused(folder):
            raise ClusterUnusable(f"The database in {data} is in use by another command.")
        folder.roles_prepared.unlink(missing_ok=True)
        for made in (folder.staging, folder.cluster):
            shutil.rmtree(made, ignore_errors=True)


def _stop_if_unused(folder: Folder) -> bool:
    """Whether nobody uses the server, so that it doesn't run any longer."""
    users = open_lock(folder.users)
    try:
        is_unused = try_exclusive(users)
        if is_unused:
            stop(folder)
    finally:
        os.close(users)
    return is_unused
