"""The private folder of the server's socket, whose path must be short however long the data path is."""

import os
import tempfile
from pathlib import Path

from rapport.config.embedded.account import Account
from rapport.config.embedded.errors import ClusterUnusable
from rapport.config.embedded.folder import Folder

SOCKET_NAME = ".s.PGSQL.5432"
REMAINS = (SOCKET_NAME, f"{SOCKET_NAME}.lock")
LONGEST_PATH = 103
"""Bytes; `sockaddr_un` holds 108 on Linux and 104 on macOS, with the closing zero."""


def prepare_socket_folder(folder: Folder, account: Account) -> Path:
    """A folder that only `account` may use, the same one as last time if possible, without remains."""
    last = folder.socket_folder
    if last and _made(last, account):
        _clear(last)
        return last
    made = _new_socket_folder(folder.root)
    account.own(made)
    folder.note_socket_folder(made)
    return made


def remove_socket_folder(folder: Folder) -> None:
    """Remove what the server listened in; anything that isn't its socket stays."""
    last = folder.socket_folder
    if last is None:
        return
    try:
        _clear(last)
        last.rmdir()
    except OSError:  # gone already, or no longer ours alone: an empty folder is no harm
        pass


def _clear(place: Path) -> None:
    """Remove a dead server's socket and lock; the process id in the latter may be another's by now."""
    for name in REMAINS:
        (place / name).unlink(missing_ok=True)


def _made(place: Path, account: Account) -> bool:
    """Whether `place` exists, or could be made, as a private folder of `account`'s."""
    try:
        place.mkdir(mode=0o700)
        account.own(place)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = place.lstat()
    return found.st_uid == account.user and found.st_mode & 0o170777 == 0o040700


def _new_socket_folder(root: Path) -> Path:
    """Beside the data if that path is short enough, else a temporary folder.

    Root's goes to /run: the server's account may not be able to enter the data folder.
    """
    first = Path("/run") if os.geteuid() == 0 else root
    for parent in (first, Path("/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 - made by mkdtemp, 0700
        example = parent / "rapport-12345678" / SOCKET_NAME
        if len(os.fsencode(example)) <= LONGEST_PATH and os.access(parent, os.W_OK | os.X_OK):
            return Path(tempfile.mkdtemp(prefix="rapport-", dir=parent))
    raise ClusterUnusable("No folder with a short path can be written to for the database's socket.")
