"""nginx and Caddy as docs/admin/installation.md configures them, on ports 80 and 443."""

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.certificates import Certificate

DOCUMENTED = Path(__file__).parents[1] / "docs/admin/installation.md"


def documented(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENTED.read_text(), re.DOTALL)
    if not found:
        raise SystemExit(f"{DOCUMENTED} has no configuration for {language}")
    return found[1]


@contextmanager
def nginx(place: Path, certificate: Certificate) -> Iterator[None]:
    site = documented("nginx").replace("/etc/ssl/crm.example.com/fullchain.pem", str(certificate.certificate))
    site = site.replace("/etc/ssl/crm.example.com/key.pem", str(certificate.key))
    temporary = [f"{kind}_temp_path {place}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")]
    (place / "nginx.conf").write_text(
        f"daemon off; pid {place}/nginx.pid; error_log {place}/error.log; events {{}}\n"
        f"http {{ access_log off; {' '.join(temporary)}\n{site}\n}}"
    )
    with running("nginx", "-c", str(place / "nginx.conf"), "-e", str(place / "error.log")):
        yield


@contextmanager
def caddy(place: Path, certificate: Certificate) -> Iterator[None]:
    """Its own certificates come from the network, which isn't here: it gets ours."""
    own = f"tls {certificate.certificate} {certificate.key}"
    site = documented("caddy").replace("crm.example.com {\n", f"crm.example.com {{\n    {own}\n", 1)
    (place / "Caddyfile").write_text(f"{{\n    admin off\n}}\n{site}")
    with running("caddy", "run", "--adapter", "caddyfile", "--config", str(place / "Caddyfile")):
        yield


@contextmanager
def nobody(_place: Path, _certificate: Certificate) -> Iterator[None]:
    yield


@contextmanager
def running(*command: str) -> Iterator[None]:
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait_for(lambda: is_open(443), f"{command[0]} on port 443")
            yield
        finally:
            process.terminate()


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Callable[[], Any], what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds} s")
        time.sleep(0.1)
