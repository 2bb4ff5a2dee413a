"""What a backup says about itself, and the names that may be in one."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
KEY = "secret-key"
ATTACHMENTS = "attachments"
BLOCK = 1 << 20


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

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises ArchiveRefused."""
        try:
            manifest = cls(**json.loads(content))
        except (ValueError, TypeError):
            raise ArchiveRefused("This isn't a backup that this version of Rapport understands.") from None
        if manifest.format != FORMAT:
            raise ArchiveRefused(f"This backup has format {manifest.format}; this version reads {FORMAT}.")
        return manifest


def is_expected_name(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if len(parts) == 1:
        return name in (MANIFEST, DATABASE, KEY)
    return parts[0] == ATTACHMENTS and ".." not in parts and str(PurePosixPath(name)) == name


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


def files_below(folder: Path) -> Iterable[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
