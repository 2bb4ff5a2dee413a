"""An installation of its own whose worker is started, killed and measured: for proofs and the bench."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.dovecot import Dovecot, dovecot
from tests.proving import ROOT, installed


@dataclass
class Followed:
    server: Dovecot
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "rapport.config.worker"]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def followed(data: Path) -> Iterator[Followed]:
    """In an installation of its own in `data`, with a Dovecot that it trusts (see `proving.installed`)."""
    data.mkdir()
    with dovecot() as server:
        os.environ |= {"SSL_CERT_FILE": str(server.place / "fullchain.pem"), "RAPPORT_PRIVATE_SERVERS": "localhost"}
        with installed(data):
            found = Followed(server)
            try:
                yield found
            finally:
                found.kill()


def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False
