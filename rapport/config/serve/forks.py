"""Processes forked from one that has loaded Rapport, so that they share its memory."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from rapport.config.serve.child import die_with_parent

log = logging.getLogger("rapport.serve")

PAUSE_SECONDS = 1.0

Body = Callable[[], None]


@dataclass(slots=True)
class Forks:
    """`main` decides how long: when it ends, so do the others. Another one that ends is forked again."""

    main: str
    bodies: dict[str, Body]
    running: dict[int, str] = field(default_factory=dict)
    is_stopping: bool = False

    def keep(self) -> int:
        """Keeps them running until SIGTERM or until the main one has ended. Answers how that ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: self.stop())
        for name in self.bodies:
            self._fork(name)
        code = 0
        while self.running:
            pid, status = os.wait()
            name = self.running.pop(pid, "")
            if name == self.main:
                code = os.waitstatus_to_exitcode(status)
                self.stop()
            elif name and not self.is_stopping:
                log.warning("child=%s pid=%s ended=%s", name, pid, os.waitstatus_to_exitcode(status))
                time.sleep(PAUSE_SECONDS)
                self._fork(name)
        return code

    def stop(self) -> None:
        self.is_stopping = True
        for pid in self.running:
            os.kill(pid, signal.SIGTERM)

    def _fork(self, name: str) -> None:
        if self.is_stopping:
            return
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _run(self.bodies[name], parent)
        self.running[pid] = name


def _run(body: Body, parent: int) -> None:
    """Runs `body` as this process, and ends it."""
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        die_with_parent(parent)
        body()
        code = 0
    except BaseException:  # noqa: BLE001
        # Nothing may go on behind a fork as if it were the parent: whatever it was is told, and the process ends.
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
