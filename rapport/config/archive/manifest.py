"""What a backup says about itself, and the names that may be in one."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from rapport.platform.files import bucket

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
KEY = "secret-key"
ATTACHMENTS = "attachments"
BLOCK = 1 << 20

ATTACHMENT = re.compile(r"attachments/([0-9a-f]{2})/(\1[0-9a-f]{62}|([0-9a-f]{2})/\1\3[0-9a-f]{60})", re.ASCII)
"""As `rapport.platform.files.store` names them, or did once: by their content's SHA-256."""
TEXTS = ("rapport", "made_at", "application_role", "key_fingerprint", "seal")


class ArchiveRefused(Exception):
    """The backup is damaged, foreign, newer than this installation, or has nowhere to go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    format: int
    rapport: str
    made_at: str
    application_role: str
    key_fingerprint: str
    migrations: list[str]
    """`app.name` of each that had been applied."""
    sha256: dict[str, str]
    """Of every other member, by name."""
    seal: str = ""
    """SHA-256 of the manifest without it; empty in the backups of early versions."""

    def to_json(self) -> bytes:
        """With its seal."""
        return _json(replace(self, seal=self.sealing()))

    def sealing(self) -> str:
        return hashlib.sha256(_json(replace(self, seal=""))).hexdigest()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises ArchiveRefused."""
        try:
            given = json.loads(content)
            manifest = cls(**given)
        except (ValueError, TypeError, RecursionError):
            raise ArchiveRefused("This isn't a backup that this version of Rapport understands.") from None
        if manifest.format != FORMAT:
            raise ArchiveRefused(f"This backup has format {manifest.format}; this version reads {FORMAT}.")
        if not _is_well_formed(given) or manifest.seal not in ("", manifest.sealing()):
            raise ArchiveRefused("This backup is damaged: its manifest isn't what was written.")
        return manifest


def _json(manifest: Manifest) -> bytes:
    return json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()


def _is_well_formed(given: dict[str, Any]) -> bool:
    migrations, hashes = given["migrations"], given["sha256"]
    texts = [given.get(name, "") for name in TEXTS]
    if not isinstance(migrations, list) or not isinstance(hashes, dict):
        return False
    return all(isinstance(each, str) for each in (*texts, *migrations, *hashes.values()))


def is_expected_name(name: str) -> bool:
    return name in (MANIFEST, DATABASE, KEY) or ATTACHMENT.fullmatch(name) is not None


def is_true_to_its_name(name: str, digest: str) -> bool:
    """Whether an attachment still is what was once stored under this name. Other members have no such name."""
    return ATTACHMENT.fullmatch(name) is None or name.endswith(f"/{digest}")


def key_fingerprint(key: str) -> str:
    """Tells keys apart without telling the key."""
    return hashlib.sha256(b"rapport key fingerprint\0" + key.encode()).hexdigest()[:16]


class HashingReader:
    """A file that remembers the hash of what has been read from it."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._found = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        self._found.update(block)
        return block

    def hexdigest(self) -> str:
        return self._found.hexdigest()


def copy_hashed(source: IO[bytes], target: BinaryIO) -> str:
    """Copy to the end; the SHA-256 of what was copied, in hexadecimal."""
    found = hashlib.sha256()
    while block := source.read(BLOCK):
        found.update(block)
        target.write(block)
    return found.hexdigest()


def attachments_in(folder: Path) -> Iterable[tuple[str, Path]]:
    """The name in a backup and the path of each attachment. What is just being written isn't one yet."""
    for path in sorted([*folder.glob("*/*"), *folder.glob("*/*/*")]):
        name = f"{ATTACHMENTS}/{path.relative_to(folder).as_posix()}"
        if ATTACHMENT.fullmatch(name) and path.is_file():
            yield name, path


def attachments_in_bucket(url: str) -> Iterable[tuple[str, int]]:
    """The name in a backup and the size of each attachment in a bucket; nothing where there is no bucket.

    They come back into the data folder, where they are found as well.
    """
    for path, size in bucket.listed(url) if url else ():
        name = f"{ATTACHMENTS}/{path}"
        if ATTACHMENT.fullmatch(name):
            yield name, size
