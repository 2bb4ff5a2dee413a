"""Files by their content: each is kept once, under its SHA-256, and never changed.

They lie in the data folder, or with RAPPORT_FILES_URL in a bucket; what the folder holds is found there even then.
"""

from __future__ import annotations

import ctypes
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from rapport.kit.disks import sync
from rapport.platform.errors import NotFound
from rapport.platform.files import bucket

FEW = 8
"""Up to so many files are waited for one by one."""
_SYNCFS = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


def root() -> Path:
    return Path(settings.DATA) / "attachments"


def receiving() -> Path:
    """Where contents lie while they come in: on the disk of the store, so that they move there in one step."""
    return root() / "receiving"


def path_of(digest: bytes) -> Path:
    name = digest.hex()
    return root() / name[:2] / name


def put(content: bytes, digest: bytes | None = None) -> bytes:
    """Keeps the content and says its digest. Whole or not at all, whatever happens meanwhile.

    It is on the disk for certain after `flush`, which the caller calls before the commit that names it.
    """
    digest = digest or sha256(content).digest()
    if settings.FILES_URL:
        bucket.put(settings.FILES_URL, digest, content)
        return digest
    path = path_of(digest)
    if path.exists():
        return digest
    try:
        descriptor, written = tempfile.mkstemp(dir=path.parent)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, written = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(written).replace(path)
    return digest


def take(received: Path, digest: bytes) -> None:
    """The same with a content that lies in a file, which is gone then."""
    if settings.FILES_URL:
        bucket.put(settings.FILES_URL, digest, received)
        received.unlink()
        return
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    received.replace(path)


def flush(digests: Iterable[bytes]) -> None:
    """Waits until these files, and their names, are on the disk. (A bucket has them when it says so.)"""
    if settings.FILES_URL:
        return
    listed = set(digests)
    if len(listed) > FEW and _SYNCFS is not None:
        _sync_all()
        return
    folders = set()
    for digest in listed:
        path = path_of(digest)
        sync(path)
        folders |= {path.parent, root()}
    for folder in folders:
        sync(folder)


def _sync_all() -> None:
    """The whole file system at once (Linux, syncfs(2)): hundreds of files cost little more than one."""
    assert _SYNCFS is not None
    descriptor = os.open(root(), os.O_RDONLY)
    try:
        if _SYNCFS(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(root()))
    finally:
        os.close(descriptor)


def open_file(digest: bytes) -> BinaryIO:
    """Raises NotFound for what isn't kept here."""
    for path in (path_of(digest), _earlier_path_of(digest)):
        with suppress(FileNotFoundError):
            return path.open("rb")
    if settings.FILES_URL and (found := bucket.read(settings.FILES_URL, digest)):
        return found
    raise NotFound()


def _earlier_path_of(digest: bytes) -> Path:
    """Where early versions kept it: what they stored stays there."""
    name = digest.hex()
    return root() / name[:2] / name[2:4] / name
