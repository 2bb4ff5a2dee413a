"""Bringing a backup back: everything is checked before anything is changed."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from rapport.config.archive import programs
from rapport.config.archive.manifest import (
    ATTACHMENTS,
    DATABASE,
    KEY,
    MANIFEST,
    ArchiveRefused,
    Manifest,
    copy_hashed,
    is_expected_name,
    key_fingerprint,
)
from rapport.config.database import Running, running
from rapport.config.environment import SECRET_KEY_FILE, Environment
from rapport.config.preparation import known_migrations, prepare_if_needed
from rapport.config.serve.data_lock import only_server

TABLES = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relkind IN ('r', 'p')
"""


def restore_archive(environment: Environment, source: Path, *, without_key: bool) -> Manifest:
    """Fill an empty data folder and database from `source`, then migrate to this version.

    Raises ArchiveRefused, AlreadyServed, PostgresError or PreparationFailed.
    """
    held = only_server(environment.data, "nowhere, as a backup is being restored into it")
    with held, tempfile.TemporaryDirectory(dir=environment.data, prefix="restore-") as place:
        unpacked = Path(place)
        manifest = _unpack(source, unpacked)
        _refuse_newer(manifest)
        _refuse_full_folder(environment)
        _settle_key(environment, unpacked, manifest, without_key=without_key)
        with running(environment) as database:
            _fill(database, unpacked, manifest)
            prepare_if_needed(database)
    return manifest


def _unpack(source: Path, target: Path) -> Manifest:
    """Write the members below `target` while hashing them. Raises ArchiveRefused unless all is as it was."""
    hashes: dict[str, str] = {}
    try:
        with tarfile.open(source, mode="r:") as archive:
            for member in archive:
                hashes[member.name] = _unpack_member(archive, member, target)
    except tarfile.TarError as error:
        raise ArchiveRefused(f"{source} is damaged or no backup: {error}") from None
    if hashes.pop(MANIFEST, None) is None:
        raise ArchiveRefused(f"{source} is incomplete: its end is missing.")
    manifest = Manifest.from_json((target / MANIFEST).read_bytes())
    wrong = sorted(
        name for name in hashes.keys() | manifest.sha256.keys() if hashes.get(name) != manifest.sha256.get(name)
    )
    if wrong:
        raise ArchiveRefused(f"{source} is damaged: {', '.join(wrong[:5])} differ from what was backed up.")
    return manifest


def _unpack_member(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    content = archive.extractfile(member) if member.isreg() and is_expected_name(member.name) else None
    if content is None:
        raise ArchiveRefused(f"The backup holds something that no backup holds: {member.name!r}.")
    path = target / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, path.open("xb") as file:
        found = copy_hashed(content, file)
        os.fchmod(file.fileno(), 0o600)
    return found


def _refuse_newer(manifest: Manifest) -> None:
    unknown = set(manifest.migrations) - known_migrations()
    if unknown:
        raise ArchiveRefused(
            f"This backup was made by Rapport {manifest.rapport}, which is newer than this one "
            f"(it has {sorted(unknown)[0]}). Upgrade first."
        )


def _refuse_full_folder(environment: Environment) -> None:
    cluster = environment.data / "postgresql" / "cluster"
    attachments = environment.attachments
    if cluster.exists() or (attachments.exists() and any(attachments.iterdir())):
        raise ArchiveRefused(f"{environment.data} already holds data. Restore into an empty folder.")


def _settle_key(environment: Environment, unpacked: Path, manifest: Manifest, *, without_key: bool) -> None:
    """See that secrets in the database can be read afterwards."""
    kept = environment.data / SECRET_KEY_FILE
    if (unpacked / KEY).exists() and not environment.given_secret_key and not kept.exists():
        (unpacked / KEY).replace(kept)
    has_key = environment.given_secret_key or kept.exists()
    if without_key or (has_key and key_fingerprint(environment.secret_key) == manifest.key_fingerprint):
        return
    raise ArchiveRefused(
        f"The key of this backup (fingerprint {manifest.key_fingerprint}) is needed to read the secrets "
        f"in it. Put it into {kept} or RAPPORT_SECRET_KEY, or give them up with --without-key."
    )


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
