"""Everything works the same on Debian's PostgreSQL 15, with an owner and an application role of their own.

Makes a cluster in a temporary folder, listening on a socket alone, and runs the whole suite against it (journeys
included) by DATABASE_URL and RAPPORT_OWNER_DATABASE_URL. Installs the package where it is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path("/usr/lib/postgresql/15/bin")
OWNER, APPLICATION = "rapport_owner", "rapport"


def run(*command: object) -> None:
    """As the account that PostgreSQL demands where this is run by root."""
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*account, *map(str, command)], check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def cluster() -> Iterator[str]:
    """The folder of its socket."""
    if not PROGRAMS.exists():
        subprocess.run(["apt-get", "install", "--yes", "--quiet", "postgresql-15"], check=True)
    folder = Path(tempfile.mkdtemp(prefix="rapport-15-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    try:
        run(PROGRAMS / "initdb", "-D", folder / "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=60 -c fsync=off"
        run(PROGRAMS / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield str(folder)
        finally:
            run(PROGRAMS / "pg_ctl", "-D", folder / "data", "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def own_database(socket: str, name: str = "postgres") -> str:
    """A database of the owner's, and both roles where they are missing."""
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        for role, more in ((OWNER, "CREATEDB"), (APPLICATION, "")):
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount == 0:
                connection.execute(f"CREATE ROLE {role} LOGIN {more}")
        if name != "postgres":
            connection.execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    return name


def addresses(database: str, socket: str) -> dict[str, str]:
    """The variables that name it to Rapport."""
    return {
        "DATABASE_URL": f"postgresql://{APPLICATION}@/{database}?host={socket}",
        "RAPPORT_OWNER_DATABASE_URL": f"postgresql://{OWNER}@/{database}?host={socket}",
    }


def main() -> None:
    with cluster() as socket:
        environment = os.environ | addresses(own_database(socket), socket)
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            print(f"PostgreSQL {connection.info.parameter_status('server_version')}", flush=True)
        sys.exit(subprocess.run([ROOT / "script" / "test", *sys.argv[1:]], env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
