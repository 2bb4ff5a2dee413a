"""The processes that `rapport serve` keeps running, and how one of them is kept running."""

import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec

from rapport.config.serve.exposure import Exposure

log = logging.getLogger("rapport.serve")

PAUSES = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds before each restart in a row; the last one is kept."""
SETTLED_SECONDS = 60.0
"""A child that ran this long is forgiven its earlier deaths."""


@dataclass(slots=True)
class Child:
    name: str
    arguments: list[str]
    variables: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    next_start: float = 0.0
    deaths: int = 0

    def keep_running(self) -> None:
        """Start it if it isn't running and its pause is over. Call this often."""
        if self.process and (code := self.process.poll()) is not None:
            self._plan_restart(code)
        if self.process is None and time.monotonic() >= self.next_start:
            self._start()

    def _plan_restart(self, code: int) -> None:
        now = time.monotonic()
        self.deaths = 0 if now - self.started > SETTLED_SECONDS else self.deaths
        pause = PAUSES[min(self.deaths, len(PAUSES) - 1)]
        log.warning("child=%s pid=%s ended=%s restart_in=%ss", self.name, self._pid(), _reason(code), pause)
        self.deaths += 1
        self.next_start = now + pause
        self.process = None

    def _start(self) -> None:
        command = [sys.executable, "-m", "rapport.config.serve.child", *self.arguments]
        variables = {**os.environ, **self.variables, "RAPPORT_PARENT": str(os.getpid())}
        # A session of its own: the terminal's Ctrl-C reaches only us, and we stop children in order.
        self.process = subprocess.Popen(command, env=variables, start_new_session=True)
        self.started = time.monotonic()
        log.info("child=%s pid=%s started", self.name, self._pid())

    def _pid(self) -> int | None:
        return self.process.pid if self.process else None

    def stop(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None


@dataclass(slots=True)
class Children:
    all: list[Child] = field(default_factory=list)

    def keep_running(self) -> None:
        for child in self.all:
            child.keep_running()

    def stop(self, seconds: float) -> None:
        """Ask all to finish, give them `seconds` together, then end those that are left."""
        for child in self.all:
            child.stop(signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not all(child.has_ended() for child in self.all):
            time.sleep(0.02)
        for child in self.all:
            child.stop(signal.SIGKILL)
            if child.process:
                child.process.wait()


def planned(exposure: Exposure, variables: dict[str, str]) -> Children:
    """The table of children. A module that this installation doesn't have is left out."""
    table = {
        "web": ["rapport.config.serve.web", exposure.child_options()],
        "worker": ["rapport.config.worker"],
    }
    return Children([Child(name, command, variables) for name, command in table.items() if find_spec(command[0])])


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else str(code)
