"""Finding and ending the processes of one cluster, without trusting its pid file."""

import os
import signal
from pathlib import Path

PROC = Path("/proc")


def cluster_processes(cluster: Path) -> list[int]:
    """The ids of all living processes whose working folder is `cluster`, as every server process's is.

    Where there is no /proc, the one that the pid file names; call this only while the cluster is known
    to be alive, since that one may be somebody else's by now.
    """
    if not PROC.exists():
        return [pid for pid in [postmaster_pid(cluster)] if pid]
    folder = os.path.realpath(cluster)
    return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal() and _works_in(entry, folder)]


def _works_in(entry: Path, folder: str) -> bool:
    try:
        return str((entry / "cwd").readlink()) == folder
    except OSError:  # it ended meanwhile, is a zombie, or belongs to another user
        return False


def postmaster_pid(cluster: Path) -> int | None:
    """What the pid file says, true or not."""
    try:
        return int((cluster / "postmaster.pid").read_text().partition("\n")[0])
    except (FileNotFoundError, ValueError):
        return None


def signal_postmaster(cluster: Path, number: signal.Signals) -> None:
    """Signal the cluster's first process, if the pid file's process is really one of the cluster's."""
    pid = postmaster_pid(cluster)
    if pid in cluster_processes(cluster):
        _send(pid, number)


def kill_all(cluster: Path) -> None:
    """SIGKILL whatever is left; PostgreSQL recovers from its log at the next start."""
    for pid in cluster_processes(cluster):
        _send(pid, signal.SIGKILL)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
