"""Messages out of archives: mbox, Maildir, `.eml`, folders and ZIPs of these, each unit exactly once."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from .dates import parse_date
from .mbox import MAX_MESSAGE, is_separator, read_mbox
from .zips import open_members

_MAILDIR_PARTS = ("cur", "new")
_IGNORED = re.compile(
    r"(?:\..*|~.*|thumbs\.db|desktop\.ini|dovecot.*|courier.*|maildirfolder|subscriptions|__macosx|"
    r".*\.(?:msf|dat|index|cache|lock))$",
    re.IGNORECASE,
)
_MAIL_FIELD = re.compile(
    rb"^(?:from|to|subject|date|received|return-path|delivered-to|message-id|mime-version)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_MAILDIR_NAME = re.compile(r"(\d{9,10})\.\S+")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One unit of an archive. `position` finds it again within `source`; where `error` is set, `raw` is
    empty and the unit counts as one that could not be read. `received` is when it came in, where the
    archive tells (mbox in its separator line, Maildir in the file name)."""

    source: str
    position: str
    raw: bytes
    error: str | None = None
    received: datetime | None = None

    @property
    def token(self) -> str:
        """What `open_archive(after=…)` takes to go on behind this message."""
        return f"{self.source}\n{self.position}"


def open_archive(path: Path | str, *, after: str | None = None) -> Iterator[RawMessage]:
    """All messages below `path`, in an order that is the same each time. With `after` (the token of the
    last message read), only those behind it; LookupError when it isn't there.
    Symbolic links inside folders are not followed."""
    path = Path(path)
    messages = _open(path, path.name, after)
    if after is None:
        yield from messages
        return
    for message in messages:
        if message.token == after:
            yield from messages
            return
    raise LookupError(f"{path.name} holds no message at the position given")


def _open(path: Path, source: str, after: str | None) -> Iterator[RawMessage]:
    if path.is_dir():
        yield from _open_folder(path, source, after)
    elif not path.exists():
        yield RawMessage(source, "0", b"", "no such file or folder")
    else:
        yield from _open_file(path, source, after)


def _open_folder(folder: Path, source: str, after: str | None) -> Iterator[RawMessage]:
    """Sub-folders and files by name; a Maildir's `cur` and `new` come under the Maildir's own name."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield RawMessage(source, "0", b"", f"folder can't be read: {error.strerror}")
        return
    is_maildir = any(entry.name == "cur" and entry.is_dir() for entry in entries)
    for entry in entries:
        if entry.is_symlink() or (is_maildir and entry.name == "tmp"):
            continue
        if entry.is_dir():
            yield from _open_subfolder(entry, source, after, is_maildir=is_maildir)
        elif entry.is_file() and not _IGNORED.match(entry.name):
            yield from _open_file(Path(entry.path), f"{source}/{entry.name}", after)


def _open_subfolder(
    entry: "os.DirEntry[str]", source: str, after: str | None, *, is_maildir: bool
) -> Iterator[RawMessage]:
    if is_maildir and entry.name in _MAILDIR_PARTS:
        yield from _open_maildir(Path(entry.path), source)
    elif is_maildir or not _IGNORED.match(entry.name):  # `.Sent` is a folder in Maildir++
        yield from _open_folder(Path(entry.path), f"{source}/{entry.name.lstrip('.')}", after)


def _open_maildir(folder: Path, source: str) -> Iterator[RawMessage]:
    """One message per file. Flags after `:2,` change, so that the position leaves them out."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
            yield _single(Path(entry.path), source)


def _open_file(path: Path, source: str, after: str | None) -> Iterator[RawMessage]:
    try:
        with path.open("rb") as stream:
            yield from open_stream(stream, source, after=after, size=path.stat().st_size)
    except OSError as error:
        yield RawMessage(source, "0", b"", f"file can't be read: {error.strerror}")


def open_stream(stream: BinaryIO, source: str, *, after: str | None = None, size: int = 0) -> Iterator[RawMessage]:
    """What one file holds, told from its first bytes, not from its name. `stream` must be seekable."""
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith(b"PK\x03\x04"):
        for member in open_members(stream, source):
            if member.stream is None:
                yield RawMessage(member.source, "0", b"", member.error)
            else:
                yield from open_stream(member.stream, member.source, size=member.size)
    elif _is_mbox(head):
        yield from _open_mbox(stream, source, after)
    elif _is_message(head, source):
        yield _from_stream(stream, source, size)
    else:
        yield RawMessage(source, "0", b"", "not a mailbox or a message" if head else "empty file")


def _open_mbox(stream: BinaryIO, source: str, after: str | None) -> Iterator[RawMessage]:
    name, _, position = (after or "").rpartition("\n")
    resumed = int(position) if name == source and position.isdecimal() else None
    if resumed is not None:
        yield RawMessage(source, position, b"", "read before")  # swallowed by the caller's search
    for entry in read_mbox(stream, after=resumed):
        yield _unit(source, str(entry.offset), entry.raw, entry.size, _envelope_date(entry.envelope))


def _is_mbox(head: bytes) -> bool:
    return is_separator(head.lstrip(b"\r\n").split(b"\n", 1)[0])


def _is_message(head: bytes, source: str) -> bool:
    """Whatever is named `.eml`, and any other file in whose first lines a field stands that mail has."""
    if source.lower().endswith((".eml", ".emlx", ".email")):
        return bool(head)
    return bool(_MAIL_FIELD.search(head))


def _single(path: Path, source: str) -> RawMessage:
    name = path.name.partition(":")[0]
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MAX_MESSAGE else None
    except OSError as error:
        return RawMessage(source, name, b"", f"file can't be read: {error.strerror}")
    stamp = _MAILDIR_NAME.match(name)
    return _unit(source, name, raw, size, datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None)


def _envelope_date(line: bytes) -> datetime | None:
    """The date of a line `From sender Mon Mar  1 08:00:00 2021`."""
    return parse_date(line.decode("latin-1").removeprefix("From ").lstrip().partition(" ")[2])


def _from_stream(stream: BinaryIO, source: str, size: int) -> RawMessage:
    raw = stream.read(MAX_MESSAGE + 1)
    return _unit(source, "0", raw if len(raw) <= MAX_MESSAGE else None, max(size, len(raw)))


def _unit(source: str, position: str, raw: bytes | None, size: int, received: datetime | None = None) -> RawMessage:
    if raw is None:
        return RawMessage(source, position, b"", f"too big to read: {size / 1e6:.0f} MB")
    return RawMessage(source, position, raw, received=received)
