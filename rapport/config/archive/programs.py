"""pg_dump and pg_restore, with the address in variables, as a command line can be read by anybody."""

import os
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from rapport.config.archive.manifest import ArchiveRefused
from rapport.config.embedded.binaries import find_binaries

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


def dump(owner_url: str, target: Path) -> None:
    """One consistent picture of the database, compressed. Raises ArchiveRefused."""
    _run(["pg_dump", "--format=custom", f"--file={target}"], owner_url)


def restore(owner_url: str, source: Path) -> None:
    """All or nothing, into an empty database. Raises ArchiveRefused."""
    options = ["--no-owner", "--exit-on-error", "--single-transaction", "--dbname="]
    _run(["pg_restore", *options, str(source)], owner_url)


def _run(command: list[str], owner_url: str) -> None:
    address = {VARIABLES[name]: str(value) for name, value in conninfo_to_dict(owner_url).items() if name in VARIABLES}
    if command[0] == "pg_restore":
        command = [f"{part}{address['PGDATABASE']}" if part == "--dbname=" else part for part in command]
    program = find_binaries().program(command[0])
    answer = subprocess.run(
        [program, *command[1:]], env={**os.environ, **address}, capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise ArchiveRefused(f"{command[0]} failed:\n{answer.stderr.strip()}")
