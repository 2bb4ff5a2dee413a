"""Rapport as its administrator runs it: the command line in processes of its own. For tests and proofs."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

COMMAND = [sys.executable, "-c", "from rapport.config.cli import main; main()"]
PATIENCE = 180


def surroundings() -> dict[str, str]:
    """Our variables without those that name a server or a data folder: these tests bring their own."""
    own = {"DATABASE_URL", "RAPPORT_OWNER_DATABASE_URL", "RAPPORT_DATA", "RAPPORT_SECRET_KEY"}
    return {name: value for name, value in os.environ.items() if name not in own}


def rapport(
    *arguments: str | Path, given: str = "", patience: float = PATIENCE, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with `given` on its standard input."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(
        command, env=surroundings() | variables, input=given, capture_output=True, text=True, check=False,
        timeout=patience,
    )  # fmt: skip


def start(*arguments: str | Path) -> "subprocess.Popen[bytes]":
    """Run a command beside us, whatever it says unheard."""
    silent = subprocess.DEVNULL
    return subprocess.Popen([*COMMAND, *map(str, arguments)], env=surroundings(), stdout=silent, stderr=silent)


def started_before(data: Path) -> Path:
    """Makes `data` a folder in which Rapport has been started: the first start of a run is made, the others copied."""
    first = Path(os.environ["RAPPORT_DATA"]) / "started-before"
    with (first.parent / "starting.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not first.exists():
            making = first.with_name("starting")
            assert serve(making).stop() == 0
            making.rename(first)
    subprocess.run(["cp", "--archive", first, data], check=True)  # with its owners: PostgreSQL never runs as root
    return data


def add_user(data: Path, email: str, *options: str, password: str = "a long enough sentence") -> None:
    done = rapport("user", "add", email, *options, "--password-stdin", "--data", data, given=f"{password}\n")
    assert done.returncode == 0, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass(slots=True)
class Served:
    data: Path
    port: int
    process: "subprocess.Popen[str]"
    announced: dict[str, Any]

    def health(self) -> int:
        """The status of /healthz; 0 when nobody answers."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                status: int = answer.status
        except (URLError, OSError):
            return 0
        return status

    def descendants(self) -> dict[int, str]:
        """Process id → command line of everything that serves, but PostgreSQL."""
        parents = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdecimal()}
        found = {self.process.pid}
        for _ in range(3):
            found |= {pid for pid in parents if _parent(pid) in found}
        found.discard(self.process.pid)
        lines = {pid: _command_line(pid) for pid in found}
        return {pid: line for pid, line in lines.items() if "rapport.config" in line}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=15)
        return self.process.returncode


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "did not become true within 15 seconds"
        time.sleep(0.05)


def serve(data: Path, *arguments: str) -> Served:
    """Start `rapport serve` and wait until it says that it is there."""
    port = free_port()
    command = [
        *COMMAND,
        "serve",
        "--json",
        "--data",
        str(data),
        "--port",
        str(port),
        "--workers",
        "1",
        *arguments,
    ]
    process = subprocess.Popen(
        command, env=surroundings(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    return Served(data, port, process, announced)
