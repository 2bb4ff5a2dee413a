"""What the surroundings decide: where data lives, which database, which key.

Quick to import (no Django, no driver), since every command and every process reads it first.
"""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

SYSTEM_DATA = Path("/var/lib/rapport")
SECRET_KEY_FILE = "secret-key"  # noqa: S105 - the name of a file


class EnvironmentInvalid(Exception):
    """A variable of the environment can't be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The resolved surroundings of one process.

    `database_url` is None when nobody names a server: the embedded PostgreSQL in `data` is then
    used, and whoever starts or joins it (`rapport.config.embedded.running`) knows its address.
    """

    data: Path
    database_url: str | None
    owner_database_url: str | None
    given_secret_key: str | None
    files_url: str = ""
    """The bucket in which files lie; in the data folder if empty."""

    @property
    def attachments(self) -> Path:
        return self.data / "attachments"

    @property
    def restoring(self) -> Path:
        """Is there while a backup is being restored into the data folder, and when that was cut short."""
        return self.data / "restore-unfinished"

    @property
    def secret_key(self) -> str:
        """The given key, else the one kept in the data folder, made when there is none yet."""
        return self.given_secret_key or kept_secret(self.data / SECRET_KEY_FILE)

    def variables(self) -> dict[str, str]:
        """The variables that make a child process resolve to this same environment."""
        named = {
            "RAPPORT_DATA": str(self.data),
            "DATABASE_URL": self.database_url,
            "RAPPORT_OWNER_DATABASE_URL": self.owner_database_url,
            "RAPPORT_SECRET_KEY": self.given_secret_key,
            "RAPPORT_FILES_URL": self.files_url,
        }
        return {name: value for name, value in named.items() if value}


def load(variables: Mapping[str, str] = os.environ) -> Environment:
    """Resolve RAPPORT_DATA, DATABASE_URL, RAPPORT_OWNER_DATABASE_URL, RAPPORT_SECRET_KEY and RAPPORT_FILES_URL.

    Without an owner's address migrations run as the application's role.
    Raises EnvironmentInvalid.
    """
    database_url = variables.get("DATABASE_URL") or None
    owner_database_url = variables.get("RAPPORT_OWNER_DATABASE_URL") or database_url
    if owner_database_url and not database_url:
        raise EnvironmentInvalid("RAPPORT_OWNER_DATABASE_URL is set but DATABASE_URL is not.")
    for name, url in (("DATABASE_URL", database_url), ("RAPPORT_OWNER_DATABASE_URL", owner_database_url)):
        if url and not url.startswith(("postgres://", "postgresql://")):
            raise EnvironmentInvalid(f"{name} must start with postgresql://")
    files_url = variables.get("RAPPORT_FILES_URL", "")
    if files_url and not files_url.startswith("s3://"):
        raise EnvironmentInvalid("RAPPORT_FILES_URL must start with s3://")
    return Environment(
        data=data_folder(variables),
        database_url=database_url,
        owner_database_url=owner_database_url,
        given_secret_key=variables.get("RAPPORT_SECRET_KEY") or None,
        files_url=files_url,
    )


def hosts(variables: Mapping[str, str] = os.environ) -> list[str]:
    """RAPPORT_HOSTS: the host names that are answered; without it this machine's own."""
    return _named(variables) or ["localhost", "127.0.0.1", "[::1]"]


def site_name(variables: Mapping[str, str] = os.environ) -> str:
    """The first of RAPPORT_HOSTS that is a name and no pattern: what others type into their browsers. Perhaps empty."""
    return next((name for name in _named(variables) if name[0] not in ".*"), "")


def _named(variables: Mapping[str, str]) -> list[str]:
    return [name for each in variables.get("RAPPORT_HOSTS", "").split(",") if (name := each.strip())]


def data_folder(variables: Mapping[str, str] = os.environ) -> Path:
    """RAPPORT_DATA as an absolute path, else the platform's folder for this user; not created."""
    if given := variables.get("RAPPORT_DATA"):
        return Path(given).expanduser().absolute()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return SYSTEM_DATA
    return Path(platformdirs.user_data_dir("rapport", appauthor=False))


def kept_secret(path: Path) -> str:
    """The secret in `path`, mode 0600; 256 random bits are put there first if it doesn't exist.

    Of several processes that make it at once, one wins and all get the winner's.
    """
    try:
        secret = path.read_text().strip()
    except FileNotFoundError:
        _place_secret(path)
        secret = path.read_text().strip()
    if not secret:
        raise EnvironmentInvalid(f"{path} is empty: restore it from a backup.")
    return secret


def _place_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, written = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(written, path)  # unlike a rename, a link never replaces the winner's secret
        except FileExistsError:
            pass
    finally:
        Path(written).unlink()
