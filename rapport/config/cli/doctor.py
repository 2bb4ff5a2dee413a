"""`rapport doctor`"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal

import click
import psycopg
from psycopg import errors

from rapport.config.cli.invocation import Invocation, command_options
from rapport.config.database import RestoreUnfinished, Running, running
from rapport.config.embedded import PostgresError
from rapport.config.embedded.locks import is_locked
from rapport.config.environment import Environment
from rapport.config.preparation import prepared
from rapport.config.serve.data_lock import live_address
from rapport.config.serve.exposure import Exposure

OLDEST_SERVER = 150000
SMALLEST_FREE = 1_000_000_000
STALE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    state: Literal["ok", "note", "fault"]
    detail: str


@click.command()
@command_options
def command(invocation: Invocation) -> None:
    """Look whether everything is in order. Ends with 1 when something isn't."""
    findings = [*_surroundings(invocation.environment), *_database(invocation.environment)]
    lines = [f"{finding.state:6}{finding.what}: {finding.detail}" for finding in findings]
    result = {finding.what: {"state": finding.state, "detail": finding.detail} for finding in findings}
    invocation.answer(result, "\n".join(lines))
    sys.exit(any(finding.state == "fault" for finding in findings))


def _found(what: str, is_right: bool, detail: str, advice: str = "") -> Finding:
    return Finding(what, "ok" if is_right else "fault", detail if is_right or not advice else f"{detail}. {advice}")


def _surroundings(environment: Environment) -> Iterator[Finding]:
    data = environment.data
    yield Finding("versions", "ok", f"rapport {version('rapport')}, Python {sys.version.split()[0]}")
    if not data.is_dir():
        yield Finding("data folder", "note", f"{data} will be made at the first start")
        return
    open_to_others = data.stat().st_mode & 0o077
    yield _found(
        "data folder",
        not open_to_others,
        f"{data}, mode {data.stat().st_mode & 0o777:o}",
        f"chmod 700 {data}",
    )
    free = shutil.disk_usage(data).free
    yield _found("disk space", free > SMALLEST_FREE, f"{free / 1e9:.1f} GB free", "Make room before writes fail.")


def _database(environment: Environment) -> Iterator[Finding]:
    try:
        with (
            running(environment) as database,
            psycopg.connect(database.database_url, connect_timeout=10) as connection,
        ):
            yield from _server(connection)
            yield from _roles(connection, database)
            yield from _content(connection, database)
    except (PostgresError, RestoreUnfinished, psycopg.OperationalError) as error:
        yield Finding("database", "fault", str(error))


def _server(connection: psycopg.Connection) -> Iterator[Finding]:
    number = connection.info.server_version
    yield _found("database", number >= OLDEST_SERVER, f"PostgreSQL {number // 10000}.{number % 10000}", "15 is needed.")
    checksums = connection.execute("SHOW data_checksums").fetchone() == ("on",)
    detail = "on" if checksums else "off: damage by the disk goes unnoticed; see pg_checksums"
    yield Finding("checksums", "ok" if checksums else "note", detail)
    durable = connection.execute("SELECT current_setting('fsync'), current_setting('full_page_writes')").fetchone()
    yield _found(
        "durability",
        durable == ("on", "on"),
        "fsync and full_page_writes " + ("on" if durable == ("on", "on") else "off"),
    )


def _roles(connection: psycopg.Connection, database: Running) -> Iterator[Finding]:
    superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (True,)
    yield _found("application role", not superuser, "is a superuser" if superuser else "is not a superuser")
    if database.owner_database_url == database.database_url:
        yield Finding("owner role", "note", "the same as the application's; set RAPPORT_OWNER_DATABASE_URL to separate")
        return
    query = "SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole"
    owns_nothing = connection.execute(query).fetchone() == (0,)
    yield _found(
        "owner role",
        owns_nothing,
        "owns all tables" if owns_nothing else "the application's role owns tables",
    )


def _content(connection: psycopg.Connection, database: Running) -> Iterator[Finding]:
    state = prepared(database.database_url)
    detail = "applied" if state.is_current else "not applied yet: the next start does it"
    yield Finding("migrations", "ok" if state.is_current else "note", detail)
    if state.is_current:
        yield Finding("administrator", "ok" if state.has_administrator else "note", _set_up(state.has_administrator))
        data = database.environment.data
        is_serving = is_locked(data / "serve.lock")
        yield _worker(connection, is_serving)
        if is_serving:
            yield _live(live_address(data))


def _set_up(has_administrator: bool) -> str:
    return "exists" if has_administrator else "none yet: use the link that `rapport serve` prints"


def _live(address: tuple[str, int] | None) -> Finding:
    if address is None:
        return Finding("live updates", "note", "the server is starting")
    host, port = address
    is_open = Exposure(host=host, port=port, workers=0).is_open()
    return _found("live updates", is_open, f"port {port} {'answers' if is_open else 'does not answer'}")


def _worker(connection: psycopg.Connection, is_serving: bool) -> Finding:
    if not is_serving:
        return Finding("worker", "note", "Rapport isn't being served from this data folder")
    try:
        row = connection.execute("SELECT extract(epoch FROM now() - max(at)) FROM jobs_heartbeat").fetchone()
    except errors.UndefinedTable:
        row = None
    if row is None or row[0] is None:
        return Finding("worker", "fault", "has never reported")
    return _found("worker", row[0] < STALE_SECONDS, f"reported {row[0]:.0f} s ago")
