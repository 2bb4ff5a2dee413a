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


def main() -> None:
    with cluster() as socket:
        with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")
            version = connection.execute("SHOW server_version").fetchone()
        print(f"PostgreSQL {version[0] if version else ''}", flush=True)
        environment = os.environ | {
            "DATABASE_URL": f"postgresql://{APPLICATION}@/postgres?host={socket}",
            "RAPPORT_OWNER_DATABASE_URL": f"postgresql://{OWNER}@/postgres?host={socket}",
        }
        sys.exit(subprocess.run([ROOT / "script" / "test", *sys.argv[1:]], env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
