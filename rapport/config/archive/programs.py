"""pg_dump, pg_restore and psql, with the address in variables, as a command line can be read by anybody."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO

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
LEFT_OUT = ("django_session", "usersessions_usersession", "cache_entry")
"""Tables whose rows stay behind: who holds a backup must not be able to go on in somebody's session."""
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
"""Written by pg_restore of PostgreSQL 17 and newer, and unknown to older servers. Zero is the default anyway."""
MOST_SAID = 2_000
PREAMBLE_LINES = 60
"""The settings stand before anything else in what pg_restore writes."""


def dump(owner_url: str, target: Path) -> None:
    """One consistent picture of the database, compressed. Raises ArchiveRefused."""
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    command = [_program("pg_dump"), "--format=custom", f"--file={target}", *left_out]
    answer = subprocess.run(command, env=_variables(owner_url), capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise ArchiveRefused(f"pg_dump failed:\n{answer.stderr.strip()}")


def restore(owner_url: str, source: Path) -> None:
    """All or nothing, into an empty database of any version that Rapport runs on. Raises ArchiveRefused.

    The transaction is begun and committed by us, not by psql: if we or pg_restore end early, nothing is committed.
    """
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen([_program("pg_restore"), "--no-owner", "--file=-", str(source)],
                         stdout=subprocess.PIPE, stderr=complaints) as script,
        subprocess.Popen([_program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"],
                         env=_variables(owner_url), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                         stderr=complaints) as session,
    ):  # fmt: skip
        assert script.stdout
        assert session.stdin
        is_whole = _feed(script.stdout, session.stdin) and script.wait() == 0
        _end(session.stdin, commit=is_whole)
        if session.wait() != 0 or not is_whole:
            complaints.seek(0)
            said = complaints.read(MOST_SAID).decode(errors="replace").strip()
            raise ArchiveRefused(f"The database could not be restored, and nothing was:\n{said}")


def _feed(script: IO[bytes], session: IO[bytes]) -> bool:
    """Whether the session took all of the script; one that met an error takes no more."""
    try:
        session.write(b"BEGIN;\n")
        for _ in range(PREAMBLE_LINES):
            line = script.readline()
            session.write(b"\n" if line == NEWER_SETTING else line)
        shutil.copyfileobj(script, session)
        session.flush()
    except BrokenPipeError:
        script.close()
        return False
    return True


def _end(session: IO[bytes], *, commit: bool) -> None:
    """Closing without a commit rolls back."""
    try:
        if commit:
            session.write(b"\nCOMMIT;\n")
        session.close()
    except BrokenPipeError:
        return


def _program(name: str) -> str:
    return find_binaries().program(name)


def _variables(owner_url: str) -> dict[str, str]:
    address = {VARIABLES[name]: str(value) for name, value in conninfo_to_dict(owner_url).items() if name in VARIABLES}
    return {**os.environ, **address}
