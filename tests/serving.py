"""Rapport's web processes over a test's database: pages, and live updates beside them."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg

from rapport.config.serve.exposure import Exposure
from rapport.platform.events.bus import CHANNEL
from tests.certificates import Certificate

NO_MAIL = "django.core.mail.backends.locmem.EmailBackend"


@contextmanager
def serving(certificate: Certificate | None = None) -> Iterator[Exposure]:
    """With TLS where there is a certificate, else without."""
    own = (certificate.certificate, certificate.key) if certificate else (None, None)
    exposure = Exposure(host="localhost", port=_free_port(), workers=1, certificate=own[0], key=own[1]).with_live_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "rapport.config.serve.web", exposure.child_options()],
        cwd=Path(__file__).parents[1],
        env={**os.environ, **exposure.variables(), "RAPPORT_EMAIL_BACKEND": NO_MAIL, "RAPPORT_DEVELOPMENT": "1"},
    )
    try:
        _wait_for(f"{exposure.url}/healthz", process, own[0])
        _wait_for_listener()
        yield exposure
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _wait_for_listener() -> None:
    """Until the live process hears what happens; before, it would only tell that something may have been missed."""
    asked = f"SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN {CHANNEL}' AND datname = current_database()"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for _attempt in range(300):
            if connection.execute(asked).fetchone():
                return
            time.sleep(0.05)
    raise AssertionError("Nobody listens.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, process: subprocess.Popen[bytes], certificate: Path | None) -> None:
    trust = ssl.create_default_context(cafile=certificate) if certificate else None
    for _attempt in range(300):
        assert process.poll() is None, "The server ended."
        try:
            with urlopen(address, context=trust) as answer:
                assert answer.status == 200
                return
        except URLError:
            time.sleep(0.1)
    raise AssertionError("The server doesn't answer.")
