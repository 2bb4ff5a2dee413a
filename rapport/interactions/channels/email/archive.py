"""Messages out of archives: mbox, Maildir, `.eml`, folders and ZIPs of these, each unit exactly once."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .mbox import MAX_MESSAGE, is_separator, read_mbox
from .zips import open_members

_MAILDIR_PARTS = ("cur", "new")
_IGNORED = re.compile(
    r"(?:\..*|~.*|thumbs\.db|desktop\.ini|dovecot.*|courier.*|maildirfolder|subscriptions|__macosx|"
    r".*\.(?:msf|dat|index|cache|log|lock|json|pst|ost|dbx|zip\.part))$",
    re.IGNORECASE,
)
_HEADER_LINE = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_MAILDIR_NAME = re.compile(r"\d{9,10}\.\S+")


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One unit of an archive. `position` finds it again within `source`; where `error` is set, `raw` is
    empty and the unit counts as one that could not be read."""

    source: str
    position: str
    raw: bytes
    error: str | None = None

    @property
    def token(self) -> str:
        """What `open_archive(after=…)` takes to go on behind this message."""
        return f"{self.source}\n{self.position}"


def open_archive(path: Path | str, *, after: str | None = None) -> Iterator[RawMessage]:
    """All messages below `path`, in an order that is the same each time. With `after` (the token of the
    last message read), only those behind it. Symbolic links inside folders are not followed."""
    path = Path(path)
    messages = _open(path, path.name, after)
    if after is None:
        yield from messages
        return
    for message in messages:
        if message.token == after:
            yield from messages
            return


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
        elif not _IGNORED.match(entry.name):
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
            yield _single(Path(entry.path), source, f"{folder.name}/{entry.name.partition(':')[0]}")


def _open_file(path: Path, source: str, after: str | None) -> Iterator[RawMessage]:
    try:
        with path.open("rb") as stream:
            yield from open_stream(stream, source, after=after, size=path.stat().st_size, file=path)
    except OSError as error:
        yield RawMessage(source, "0", b"", f"file can't be read: {error.strerror}")


def open_stream(
    stream: BinaryIO, source: str, *, after: str | None = None, size: int = 0, file: Path | None = None
) -> Iterator[RawMessage]:
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
    elif _is_message(head, source, file):
        yield _from_stream(stream, source, size)
    else:
        yield RawMessage(source, "0", b"", "not a mailbox or a message" if head else "empty file")


def _open_mbox(stream: BinaryIO, source: str, after: str | None) -> Iterator[RawMessage]:
    name, _, position = (after or "").rpartition("\n")
    resumed = int(position) if name == source and position.isdecimal() else None
    if resumed is not None:
        yield RawMessage(source, position, b"", "read before")  # swallowed by the caller's search
    for entry in read_mbox(stream, after=resumed):
        yield _unit(source, str(entry.offset), entry.raw, entry.size)


def _is_mbox(head: bytes) -> bool:
    return is_separator(head.lstrip(b"\r\n").split(b"\n", 1)[0])


def _is_message(head: bytes, source: str, file: Path | None) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    named = source.lower().endswith((".eml", ".msg", ".mht", ".emlx", ".txt", ".email"))
    return bool(text) and bool(named or _HEADER_LINE.match(text) or _MAILDIR_NAME.match(Path(source).name))


def _single(path: Path, source: str, position: str) -> RawMessage:
    try:
        size = path.stat().st_size
        return _unit(source, position, path.read_bytes() if size <= MAX_MESSAGE else None, size)
    except OSError as error:
        return RawMessage(source, position, b"", f"file can't be read: {error.strerror}")


def _from_stream(stream: BinaryIO, source: str, size: int) -> RawMessage:
    raw = stream.read(MAX_MESSAGE + 1)
    return _unit(source, "0", raw if len(raw) <= MAX_MESSAGE else None, max(size, len(raw)))


def _unit(source: str, position: str, raw: bytes | None, size: int) -> RawMessage:
    if raw is None:
        return RawMessage(source, position, b"", f"too big to read: {size / 1e6:.0f} MB")
    return RawMessage(source, position, raw)
