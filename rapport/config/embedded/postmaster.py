"""Starting, judging and stopping the server of one folder. Callers hold the folder's `changing` lock."""

import os
import signal
import subprocess
import time

from psycopg import pq

from rapport.config.embedded.account import Account
from rapport.config.embedded.binaries import Binaries
from rapport.config.embedded.configuration import write_configuration
from rapport.config.embedded.creation import path_for, spawn
from rapport.config.embedded.errors import StartFailed
from rapport.config.embedded.folder import OWNER, Folder
from rapport.config.embedded.locks import is_locked, open_lock, try_exclusive
from rapport.config.embedded.processes import kill_all, signal_postmaster
from rapport.config.embedded.socket_folder import prepare_socket_folder, remove_socket_folder

RECOVERY_SECONDS = 600
"""How long a start may take: after a crash the server first replays its log."""
UNRESPONSIVE_SECONDS = 30
STOP_SECONDS = 4


def answers(folder: Folder) -> bool:
    """Whether connections are accepted."""
    return _ping(folder) == pq.Ping.OK


def _ping(folder: Folder) -> int:
    if folder.socket_folder is None:
        return pq.Ping.NO_RESPONSE
    return pq.PGconn.ping(f"{folder.url(OWNER, 'postgres')}&connect_timeout=2".encode())


def start(folder: Folder, binaries: Binaries, account: Account) -> subprocess.Popen[bytes]:
    """Start the server, after `clear_remains`; follow with `await_start`. Raises StartFailed."""
    write_configuration(folder.cluster, prepare_socket_folder(folder, account), account)
    alive = open_lock(folder.alive)
    log = os.open(folder.start_log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        if not try_exclusive(alive):
            raise StartFailed(f"Another process holds {folder.alive}.")
        with path_for(account, folder.cluster) as (place, descriptors):
            command = [binaries.program("postgres"), "-D", place]
            return spawn(command, account, (*descriptors, alive), log)
    finally:
        os.close(alive)
        os.close(log)


def await_start(folder: Folder, server: subprocess.Popen[bytes]) -> None:
    """Wait until it accepts connections. Raises StartFailed when it ends instead."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while not answers(folder):
        if server.poll() is not None or time.monotonic() > deadline:
            kill_all(folder.cluster)
            raise StartFailed(f"PostgreSQL did not start in {folder.cluster}:\n{_last_words(folder)}")
        time.sleep(0.02)


def _last_words(folder: Folder) -> str:
    logs = [folder.start_log, *(folder.cluster / "log").glob("*.log")]
    written = [log.read_text(errors="replace").splitlines() for log in logs if log.exists()]
    return "\n".join(line for lines in written for line in lines[-5:])


def await_answer(folder: Folder) -> bool:
    """Wait for a living server that doesn't answer; whether it does in the end.

    It may be recovering or stopping, or the machine is busy. One that is alive but does not even refuse
    a connection for half a minute is hanging, or its socket was deleted.
    """
    silent_since = time.monotonic()
    while is_locked(folder.alive):
        state = _ping(folder)
        if state == pq.Ping.OK:
            return True
        if state == pq.Ping.REJECT:
            silent_since = time.monotonic()
        if time.monotonic() - silent_since > UNRESPONSIVE_SECONDS:
            return False
        time.sleep(0.05)
    return False


def clear_remains(folder: Folder) -> None:
    """End what is left of a dead or hanging server, and remove its pid file.

    The pid file is removed only once no process of the cluster is left, as it guards the data against
    a second server; its process id alone may by now be a zombie's or somebody else's.
    """
    kill_all(folder.cluster)
    alive = open_lock(folder.alive)
    try:
        if not try_exclusive(alive, seconds=10):
            raise StartFailed(f"A server on {folder.cluster} is alive but out of reach, perhaps in a container.")
        (folder.cluster / "postmaster.pid").unlink(missing_ok=True)
    finally:
        os.close(alive)


def stop(folder: Folder) -> None:
    """Stop the server: in order if that is quick, else at once (the next start then recovers)."""
    alive = open_lock(folder.alive)
    try:
        for number in (signal.SIGINT, signal.SIGQUIT):
            signal_postmaster(folder.cluster, number)
            if try_exclusive(alive, seconds=STOP_SECONDS):
                break
        else:
            kill_all(folder.cluster)
    finally:
        os.close(alive)
    remove_socket_folder(folder)
