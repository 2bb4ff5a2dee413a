"""Bringing a backup back: everything is checked before anything is changed, and all is there in the end or nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from rapport.config import embedded
from rapport.config.archive import programs
from rapport.config.archive.manifest import ATTACHMENTS, DATABASE, KEY, ArchiveRefused, Manifest, key_fingerprint
from rapport.config.archive.unpacking import unpack
from rapport.config.database import Running, running
from rapport.config.environment import SECRET_KEY_FILE, Environment, kept_secret
from rapport.config.preparation import known_migrations, prepare_if_needed
from rapport.config.serve.data_lock import only_server

TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p')
"""


def restore_archive(environment: Environment, source: Path, *, without_key: bool) -> Manifest:
    """Fill an empty data folder and database from `source`, then migrate to this version.

    Raises ArchiveRefused, AlreadyServed, PostgresError or PreparationFailed, and nothing is there then. Except: what a
    server that isn't ours has taken in can't be taken back, and when only migrating fails, all of it stays for the
    next start to try again.
    """
    with only_server(environment.data, "nowhere, as a backup is being restored into it"):
        _clear(environment)
        _refuse_full_folder(environment)
        try:
            manifest = _restore(environment, source, without_key=without_key)
        except OSError as error:
            about = error.filename or environment.data
            raise ArchiveRefused(f"Nothing was restored: {about}: {error.strerror or error}.") from error
        if environment.database_url:
            with running(environment) as database:
                prepare_if_needed(database)
    return manifest


def _restore(environment: Environment, source: Path, *, without_key: bool) -> Manifest:
    _refuse_full_disk(environment, source)
    with _place(environment) as unpacked:
        manifest = unpack(source, unpacked)
        _refuse_newer(manifest)
        _refuse_other_key(environment, unpacked, manifest, without_key=without_key)
        with running(environment, while_restoring=True) as database:
            _fill(database, unpacked, manifest)
            _place_key(environment, unpacked)
            if database.cluster:
                prepare_if_needed(database)
        os.sync()  # attachments and key, before anybody is told that all is there
    return manifest


@contextmanager
def _place(environment: Environment) -> Iterator[Path]:
    """Where to unpack. While it is there nobody else uses the folder; if the block fails, all goes that it brought."""
    environment.restoring.mkdir(mode=0o700)
    try:
        yield environment.restoring
    except BaseException:
        _clear(environment)
        raise
    shutil.rmtree(environment.restoring)


def _clear(environment: Environment) -> None:
    """Take away what an unfinished restore has brought, if there was one: the folder was empty before it."""
    unpacked = environment.restoring
    if not unpacked.exists():
        return
    embedded.discard(environment.data)
    shutil.rmtree(environment.attachments, ignore_errors=True)
    kept, brought = environment.data / SECRET_KEY_FILE, unpacked / KEY
    if kept.exists() and brought.exists() and kept.samefile(brought):
        kept.unlink()
    shutil.rmtree(unpacked)


def _refuse_full_folder(environment: Environment) -> None:
    cluster = environment.data / "postgresql" / "cluster"
    folders = (environment.attachments, environment.data / "uploads")
    if cluster.exists() or any(folder.exists() and any(folder.iterdir()) for folder in folders):
        raise ArchiveRefused(f"{environment.data} already holds data. Restore into an empty folder.")


def _refuse_full_disk(environment: Environment, source: Path) -> None:
    """What is unpacked takes as much as the file; the database then takes more, which nobody knows beforehand."""
    needed, free = source.stat().st_size, shutil.disk_usage(environment.data).free
    if free < needed:
        raise ArchiveRefused(
            f"{environment.data} has {free / 1e6:.0f} MB left, and this backup needs more than {needed / 1e6:.0f} MB."
        )


def _refuse_newer(manifest: Manifest) -> None:
    unknown = set(manifest.migrations) - known_migrations()
    if unknown:
        raise ArchiveRefused(
            f"This backup was made by Rapport {manifest.rapport}, which is newer than this one "
            f"(it has {sorted(unknown)[0]}). Upgrade first."
        )


def _refuse_other_key(environment: Environment, unpacked: Path, manifest: Manifest, *, without_key: bool) -> None:
    """See that secrets in the database can be read afterwards."""
    kept, brought = environment.data / SECRET_KEY_FILE, unpacked / KEY
    has_key = environment.given_secret_key or kept.exists() or brought.exists()
    key = environment.given_secret_key or (kept_secret(kept if kept.exists() else brought) if has_key else "")
    if without_key or key_fingerprint(key) == manifest.key_fingerprint:
        return
    raise ArchiveRefused(
        f"The key of this backup (fingerprint {manifest.key_fingerprint}) is needed to read the secrets "
        f"in it. Put it into {kept} or RAPPORT_SECRET_KEY, or give them up with --without-key."
    )


def _place_key(environment: Environment, unpacked: Path) -> None:
    """The backup's key, or where it was given up a new one; as a link, so that `_clear` knows whence it came."""
    kept = environment.data / SECRET_KEY_FILE
    if not environment.given_secret_key and not kept.exists():
        kept_secret(unpacked / KEY)
        kept.hardlink_to(unpacked / KEY)


def _fill(database: Running, unpacked: Path, manifest: Manifest) -> None:
    role = str(conninfo_to_dict(database.database_url).get("user", ""))
    if role != manifest.application_role:
        raise ArchiveRefused(f"Rights in this backup are for the role {manifest.application_role}, not {role}.")
    with psycopg.connect(database.owner_database_url) as connection:
        if connection.execute(TABLES).fetchone() != (0,):
            raise ArchiveRefused("The database already holds tables. Restore into an empty one.")
    if (unpacked / ATTACHMENTS).exists():
        shutil.rmtree(database.environment.attachments, ignore_errors=True)
        (unpacked / ATTACHMENTS).replace(database.environment.attachments)
        database.environment.attachments.chmod(0o700)
    programs.restore(database.owner_database_url, unpacked / DATABASE)
