"""An installation of its own whose mail process is started, killed and measured: for proofs and the bench."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

from rapport.config.database import running
from rapport.config.environment import load
from rapport.config.preparation import prepare_if_needed
from tests.dovecot import Dovecot, dovecot

ROOT = Path(__file__).resolve().parent.parent
OWN = ("DATABASE_URL", "RAPPORT_OWNER_DATABASE_URL", "RAPPORT_SECRET_KEY")


@dataclass
class Followed:
    server: Dovecot
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "rapport.config.mail"]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def followed(data: Path) -> Iterator[Followed]:
    """Django is set up for it in this process from here on."""
    for name in OWN:
        os.environ.pop(name, None)
    environment = load({**os.environ, "RAPPORT_DATA": str(data)})
    with running(environment) as database, dovecot() as server:
        prepare_if_needed(database)
        os.environ.update(database.environment.variables())
        os.environ["SSL_CERT_FILE"] = str(server.place / "fullchain.pem")
        os.environ["RAPPORT_PRIVATE_SERVERS"] = "localhost"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
        django.setup()
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
