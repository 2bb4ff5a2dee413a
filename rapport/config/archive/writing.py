"""Writing a backup while Rapport runs."""

import os
import tarfile
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from rapport.config.archive import programs
from rapport.config.archive.manifest import (
    ATTACHMENTS,
    DATABASE,
    FORMAT,
    KEY,
    MANIFEST,
    HashingReader,
    Manifest,
    copy_hashed,
    files_below,
    key_fingerprint,
)
from rapport.config.database import Running
from rapport.config.environment import Environment


def write_archive(database: Running, target: Path, *, with_key: bool) -> Manifest:
    """Put everything into `target`, which appears only when it is complete, readable by its owner alone.

    The database comes first: attachments are stored before their rows and never change, so whatever the
    dump names is there when its turn comes. Raises ArchiveRefused, or OSError when `target` can't be written.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as place:
        dumped, partial = Path(place) / DATABASE, Path(place) / target.name
        programs.dump(database.owner_database_url, dumped)
        with partial.open("xb") as file:
            manifest = _write(database, dumped, file.fileno(), with_key=with_key)
            os.fsync(file.fileno())
        partial.chmod(0o600)
        partial.replace(target)
    return manifest


def _write(database: Running, dumped: Path, descriptor: int, *, with_key: bool) -> Manifest:
    environment = database.environment
    with os.fdopen(os.dup(descriptor), "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        hashes = {DATABASE: _add_file(archive, DATABASE, dumped)}
        for path in files_below(environment.attachments):
            name = f"{ATTACHMENTS}/{path.relative_to(environment.attachments).as_posix()}"
            hashes[name] = _add_file(archive, name, path)
        if with_key:
            hashes[KEY] = _add_bytes(archive, KEY, f"{environment.secret_key}\n".encode())
        manifest = _manifest(database, environment, hashes)
        _add_bytes(archive, MANIFEST, manifest.to_json())
    return manifest


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> str:
    about = tarfile.TarInfo(name)
    about.size = path.stat().st_size
    with path.open("rb") as source:
        hashing = HashingReader(source)
        archive.addfile(about, hashing)
    return hashing.hexdigest()


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> str:
    about = tarfile.TarInfo(name)
    about.size = len(content)
    archive.addfile(about, BytesIO(content))
    return copy_hashed(BytesIO(content), BytesIO())


def _manifest(database: Running, environment: Environment, hashes: dict[str, str]) -> Manifest:
    return Manifest(
        format=FORMAT,
        rapport=version("rapport"),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        application_role=str(conninfo_to_dict(database.database_url).get("user", "")),
        key_fingerprint=key_fingerprint(environment.secret_key),
        migrations=_applied(database.owner_database_url),
        sha256=hashes,
    )


def _applied(owner_url: str) -> list[str]:
    with psycopg.connect(owner_url) as connection:
        try:
            rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        except errors.UndefinedTable:
            return []
    return [name for (name,) in rows]
