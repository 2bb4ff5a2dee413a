"""Writing a backup while Rapport runs."""

import os
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

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
    ArchiveRefused,
    HashingReader,
    Manifest,
    attachments_in,
    attachments_in_bucket,
    copy_hashed,
    is_true_to_its_name,
    key_fingerprint,
)
from rapport.config.database import Running
from rapport.config.embedded.locks import try_exclusive
from rapport.config.environment import Environment
from rapport.kit.disks import sync
from rapport.platform.files import bucket


@dataclass(frozen=True, slots=True)
class Written:
    manifest: Manifest

    @property
    def damaged(self) -> list[str]:
        """Attachments that were no longer what had once been stored, and are in the backup as they were found."""
        return [name for name, digest in self.manifest.sha256.items() if not is_true_to_its_name(name, digest)]


def write_archive(database: Running, target: Path, *, with_key: bool) -> Written:
    """Put everything into `target`, which appears only when it is complete, readable by its owner alone.

    The database comes first: attachments are stored before their rows and never change, so whatever the
    dump names is there when its turn comes. Raises ArchiveRefused, also when `target` can't be written.
    """
    try:
        with _place_beside(target) as place:
            return _write_in(place, database, target, with_key=with_key)
    except OSError as error:
        raise ArchiveRefused(f"{target} can't be written: {error.strerror or error}.") from error


def _write_in(place: Path, database: Running, target: Path, *, with_key: bool) -> Written:
    dumped, partial = place / DATABASE, place / "backup.tar"
    programs.dump(database.owner_database_url, dumped)
    with partial.open("xb") as file:
        manifest = _write(database, dumped, file.fileno(), with_key=with_key)
        os.fsync(file.fileno())
    partial.chmod(0o600)
    partial.replace(target)
    sync(target.parent)
    return Written(manifest)


@contextmanager
def _place_beside(target: Path) -> Iterator[Path]:
    """An empty folder on the target's disk, ours alone; a backup that was killed may have left it, filled."""
    place = target.parent / f".{target.name}.unfinished"
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        about = os.fstat(descriptor)
        if about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) != 0o700:
            raise ArchiveRefused(f"{place} isn't ours. Remove it, or write the backup elsewhere.")
        if not try_exclusive(descriptor) or place.stat().st_ino != about.st_ino:
            raise ArchiveRefused(f"Another backup is being written to {target}.")
        _empty(place)
        try:
            yield place
        finally:
            shutil.rmtree(place)
    finally:
        os.close(descriptor)


def _empty(place: Path) -> None:
    for left in place.iterdir():
        left.unlink()


def _write(database: Running, dumped: Path, descriptor: int, *, with_key: bool) -> Manifest:
    environment = database.environment
    with os.fdopen(os.dup(descriptor), "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        hashes = {DATABASE: _add_file(archive, DATABASE, dumped)}
        for name, path in attachments_in(environment.attachments):
            hashes[name] = _add_file(archive, name, path)
        for name, size in attachments_in_bucket(environment.files_url):
            if name not in hashes:
                hashes[name] = _add_from_bucket(archive, environment.files_url, name, size)
        if with_key:
            hashes[KEY] = _add_bytes(archive, KEY, f"{environment.secret_key}\n".encode())
        manifest = _manifest(database, environment, hashes)
        _add_bytes(archive, MANIFEST, manifest.to_json())
    return manifest


def _add_file(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as source:
        return _add(archive, name, source, path.stat().st_size)


def _add_from_bucket(archive: tarfile.TarFile, url: str, name: str, size: int) -> str:
    source = bucket.open_named(url, name.removeprefix(f"{ATTACHMENTS}/"))
    if source is None:
        raise ArchiveRefused(f"{name} vanished from {url} while it was backed up.")
    with source:
        return _add(archive, name, source, size)


def _add(archive: tarfile.TarFile, name: str, source: BinaryIO, size: int) -> str:
    about = tarfile.TarInfo(name)
    about.size = size
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
