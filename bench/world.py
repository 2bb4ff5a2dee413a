"""An installation to measure: a data folder of its own, `rapport serve` over it, a user with a token."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import psycopg

from rapport.config import embedded

ROOT = Path(__file__).resolve().parent.parent
RAPPORT = [sys.executable, "-c", "from rapport.config.cli import main; main()"]
EMAIL, PASSWORD = "bench@nordlys.example", "nobody measures with this one"
PORT = 8793


def environment(data: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "RAPPORT_OWNER_DATABASE_URL")
    }
    return kept | {
        "RAPPORT_DATA": str(data),
        "PYTHONPATH": str(ROOT),
        "RAPPORT_API_REQUESTS_PER_MINUTE": "100000000",
    }


def command(data: Path, *arguments: str, given: str = "") -> dict[str, Any]:
    """Runs `rapport … --json` and gives back its answer."""
    done = subprocess.run(
        [*RAPPORT, *arguments, "--json"],
        env=environment(data),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"rapport {' '.join(arguments)}: {done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@dataclass
class Client:
    """One kept connection, signed in by token or by session."""

    headers: dict[str, str] = field(default_factory=dict)
    port: int = PORT
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("localhost", self.port, timeout=120)
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        kind = {} if body is None or isinstance(body, bytes) else {"Content-Type": "application/json"}
        self._connection.request(method, path, content, {**self.headers, **kind, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def get(self, path: str) -> bytes:
        status, body, _headers = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path}: {status} {body[:300]!r}")
        return body

    def post(self, path: str, body: Any) -> Any:
        status, answer, _headers = self.ask("POST", path, body)
        if status not in (200, 201):
            raise RuntimeError(f"POST {path}: {status} {answer[:300]!r}")
        return json.loads(answer)

    def sign_in(self) -> None:
        """By the form, as a person does."""
        _status, page, headers = self.ask("GET", "/accounts/login/")
        cookies = _cookies(headers)
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {"csrfmiddlewaretoken": token[1].decode() if token else "", "login": EMAIL, "password": PASSWORD}
        status, answer, headers = self.ask(
            "POST", "/accounts/login/", urlencode(form).encode(),
            **{"Content-Type": "application/x-www-form-urlencoded", "Cookie": _joined(cookies), "Referer": f"http://localhost:{self.port}/"},
        )  # fmt: skip
        if status != 302:
            raise RuntimeError(f"signing in: {status} {answer[:300]!r}")
        self.headers["Cookie"] = _joined(cookies | _cookies(headers))


def _cookies(headers: http.client.HTTPMessage) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in headers.get_all("Set-Cookie") or ():
        found |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
    return found


def _joined(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


@dataclass
class World:
    data: Path
    token: str
    database: psycopg.Connection[Any]
    database_url: str
    owner_database_url: str
    processes: list[int]
    """`rapport serve` itself; its children are found below it."""
    first_start: float
    """Seconds to the first page, on an empty folder."""
    later_start: float
    facts: dict[str, Any] = field(default_factory=dict)
    """What one line found out and others need."""

    def api(self) -> Client:
        return Client({"Authorization": f"Bearer {self.token}"})

    def browser(self) -> Client:
        client = Client()
        client.sign_in()
        return client

    def analyze(self) -> None:
        """As autovacuum has done wherever a server has run for a while."""
        with psycopg.connect(self.owner_database_url, autocommit=True) as owner:
            owner.execute("ANALYZE")

    def row(self, sql: str, *values: Any) -> tuple[Any, ...]:
        found: tuple[Any, ...] | None = self.database.execute(sql, values).fetchone()
        assert found is not None
        return found


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """`rapport serve` with two workers, as in production; seconds until it served its first page."""
    begin = perf_counter()
    process = subprocess.Popen(
        [*RAPPORT, "serve", "--port", str(PORT), "--workers", "2", "--json"],
        env=environment(data), stdout=subprocess.PIPE, stderr=(data.parent / "serve.log").open("w"), text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError((data.parent / "serve.log").read_text())
        Client().get("/healthz")
        yield process, perf_counter() - begin
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def world() -> Iterator[World]:
    """A fresh installation; everything in it is gone afterwards."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="rapport-bench-")))
        place.chmod(0o755)
        data = place / "data"
        with serving(data) as (_process, first):
            pass
        command(data, "user", "add", EMAIL, "--admin", "--password-stdin", given=PASSWORD)
        token = command(data, "token", "add", "bench", "--user", EMAIL)["token"]
        cluster = stack.enter_context(embedded.running(data))
        process, later = stack.enter_context(serving(data))
        database = stack.enter_context(psycopg.connect(cluster.database_url, autocommit=True))
        urls = cluster.database_url, cluster.owner_database_url
        yield World(data, token, database, *urls, [process.pid], first, later)
