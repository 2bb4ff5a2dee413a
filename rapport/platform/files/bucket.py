"""Contents in a bucket of any S3 store, under the names that they have in the folder.

The URL is `s3://BUCKET` or `s3://BUCKET/FOLDER`; keys, region and endpoint come from the standard AWS_ variables
(https://docs.rs/object_store/latest/object_store/aws/enum.AmazonS3ConfigKey.html). Nothing of Django is used here,
and the client is loaded only where a bucket is named.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    from obstore.store import ObjectStore


@lru_cache(maxsize=4)
def _store(url: str) -> ObjectStore:
    from obstore.store import from_url  # 15 MB that most installations never need

    return from_url(url)


def name_of(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name}"


def put(url: str, digest: bytes, content: bytes | Path) -> None:
    """Stores a content, unless it is there already. It is there for certain when this comes back."""
    store, name = _store(url), name_of(digest)
    try:
        store.head(name)
    except FileNotFoundError:
        store.put(name, content)


def read(url: str, digest: bytes) -> BinaryIO | None:
    """The content, to be read from its beginning; None where it isn't there."""
    return open_named(url, name_of(digest))


def open_named(url: str, name: str) -> BinaryIO | None:
    try:
        stream = _store(url).get(name).stream()
    except FileNotFoundError:
        return None
    return cast(BinaryIO, io.BufferedReader(_Pieces(iter(stream)), 1 << 20))


def listed(url: str) -> Iterator[tuple[str, int]]:
    """Name and size in bytes of everything in the bucket."""
    for some in _store(url).list():
        for each in some:
            yield each["path"], each["size"]


class _Pieces(io.RawIOBase):
    """What comes in pieces, as a file."""

    def __init__(self, pieces: Iterator[Any]) -> None:
        self._pieces = pieces
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(bytes(piece))
        count = min(len(buffer), len(self._rest))
        buffer[:count], self._rest = self._rest[:count], self._rest[count:]
        return count
