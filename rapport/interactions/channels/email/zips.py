"""ZIP files from strangers: bounded in members, size and ratio; names never become paths."""

import tempfile
import zipfile
from collections.abc import Generator, Iterator
from typing import IO, BinaryIO, NamedTuple

MAX_MEMBERS = 500_000
MAX_TOTAL = 200 * 1024**3
MAX_RATIO = 200
_RATIO_FREE = 10_000_000  # small members may be as repetitive as they like
_IN_MEMORY = 8 << 20
_CHUNK = 1 << 20
_SYMLINK = 0o120000
_DAMAGED = (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


class Member(NamedTuple):
    """A file inside: a seekable stream of its bytes, valid until the next one is asked for, or an error."""

    source: str
    stream: BinaryIO | None
    size: int
    error: str | None = None


class _Limits(NamedTuple):
    """How many bytes may still come out, and whether a ZIP within is opened."""

    budget: int
    nested: bool


class _TooBig(Exception):
    """A member unpacks to more than it may."""


def open_members(file: BinaryIO, source: str, *, nested: bool = True) -> Iterator[Member]:
    """The files in a ZIP, and in ZIPs directly within it. Folders and symbolic links are passed over."""
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGED as error:
        yield Member(source, None, 0, f"ZIP can't be read: {error}")
        return
    with archive:
        budget = MAX_TOTAL
        members = archive.infolist()
        for info in members[:MAX_MEMBERS]:
            if info.is_dir() or _is_link(info) or _is_clutter(info.filename):
                continue
            name = f"{source}/{_safe_path(info.filename)}"
            with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as target:
                limits = _Limits(budget, nested)
                budget -= yield from _open_member(archive, info, name, target, limits)
        if len(members) > MAX_MEMBERS:
            yield Member(source, None, 0, f"more than {MAX_MEMBERS:,} files; the rest was not read")


def _open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, target: IO[bytes], limits: _Limits
) -> Generator[Member, None, int]:
    try:
        size = _unpack(archive, info, target, limits.budget)
    except _TooBig as error:
        yield Member(name, None, 0, str(error))
        return 0
    except _DAMAGED as error:
        yield Member(name, None, 0, f"file in ZIP can't be read: {error}")
        return 0
    target.seek(0)
    stream: BinaryIO = target  # type: ignore[assignment]
    if stream.read(4) != b"PK\x03\x04":
        target.seek(0)
        yield Member(name, stream, size)
    elif limits.nested:
        target.seek(0)
        yield from open_members(stream, name, nested=False)
    else:
        yield Member(name, None, size, "a ZIP in a ZIP in a ZIP is not opened")
    return size


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: IO[bytes], budget: int) -> int:
    """Unpack by what really comes out, not by what the directory of the ZIP claims."""
    most = min(budget, max(_RATIO_FREE, MAX_RATIO * info.compress_size))
    size = 0
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _TooBig(f"unpacks to more than {most / 1e6:.0f} MB; not read")
            target.write(chunk)
    return size


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & 0o170000 == _SYMLINK


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "Thumbs.db")


def _safe_path(name: str) -> str:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts).replace("\n", " ") or "unnamed"
