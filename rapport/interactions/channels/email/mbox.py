"""Reading mbox files as a stream, in all four variants (mboxo, mboxrd, mboxcl, mboxcl2; see
https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml).

A message starts at a line `From sender date`, at the top of the file or after an empty line. Variants
differ in how such lines within a body are hidden: quoted with `>` (mboxo, mboxrd, mboxcl), or left as
they are, with the length told by Content-Length (mboxcl2).
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_MESSAGE = 150_000_000
_CHUNK = 1 << 20
_SEPARATOR = re.compile(
    rb"From (?:[^\r\n]{0,400}?[ \t])??"
    rb"(?:(?:mon|tue|wed|thu|fri|sat|sun),?[ \t]|\d{1,4}[-/. ]\d{1,2}|\d{1,2} [a-z]{3} )"
    rb"[^\r\n]{0,200}?\d{1,2}:\d{2}[^\r\n]{0,120}[\r\n]*\Z",
    re.IGNORECASE,
)
_SENDER_ONLY = re.compile(rb"From (?:\S+@\S+|-|MAILER-DAEMON|\?\?\?@\?\?\?)[ \t]*[\r\n]*\Z")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,10})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_EMPTY = (b"\n", b"\r\n", b"\r")


class MboxEntry(NamedTuple):
    """One message: where its separator line starts, and its bytes, or None when it is too big to load."""

    offset: int
    raw: bytes | None
    size: int
    envelope: bytes = b""


def is_separator(line: bytes) -> bool:
    """Whether a line is plausibly the `From ` line of an mbox, not prose that begins with From."""
    return line.startswith(b"From ") and bool(_SEPARATOR.match(line) or _SENDER_ONLY.match(line))


def read_mbox(stream: BinaryIO, *, after: int | None = None) -> Iterator[MboxEntry]:
    """The messages of an mbox, in order. With `after`, the offset of the last one read, those after it."""
    lines = _Lines(stream, after or 0)
    first = lines.next()
    while first and not first.strip():
        first = lines.next()
    if not is_separator(first):
        lines.back(first)  # a file without its first separator: its head is a message all the same
    while first:
        envelope = first if is_separator(first) else b""
        entry, first = _read_entry(lines, lines.offset - len(envelope), envelope)
        if entry.size and (after is None or entry.offset > after):
            yield entry


def _read_entry(lines: "_Lines", offset: int, envelope: bytes) -> tuple[MboxEntry, bytes]:
    """Read up to the next separator; gives it back, or an empty line at the end of the file."""
    body = _Body()
    previous_empty = True
    in_header = True
    while line := lines.next():
        if previous_empty and not (in_header and not body.size) and is_separator(line):
            break
        body.add(line)
        previous_empty = line in _EMPTY
        if in_header and previous_empty:
            in_header = False
            if _skip_by_length(lines, body):
                previous_empty = True
    return MboxEntry(offset, body.message(), body.size, envelope), line


def _skip_by_length(lines: "_Lines", body: "_Body") -> bool:
    """Take in Content-Length bytes at once if they lead to a separator or the end: mboxcl and mboxcl2."""
    match = _LENGTH.search(body.head())
    length = int(match[1]) if match else 0
    if not 0 < length <= MAX_MESSAGE or not lines.ends_message_after(length):
        return False
    body.add(lines.take(length))
    return True


class _Body:
    """The bytes of one message; past the limit they are counted and let go."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.size = 0

    def add(self, piece: bytes) -> None:
        self.size += len(piece)
        if self.size <= MAX_MESSAGE:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def head(self) -> bytes:
        return b"".join(self._pieces)

    def message(self) -> bytes | None:
        if self.size > MAX_MESSAGE:
            return None
        return unquote_from(b"".join(self._pieces))


def unquote_from(raw: bytes) -> bytes:
    """Undo `>From ` quoting, one level (mboxrd; in mboxo only lines with a single mark can have been
    quoted, and the same rule restores them), and drop the empty line that mbox puts after a message."""
    if b">From " in raw:
        head, blank, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:65536] else b"\n\n")
        raw = head + blank + _QUOTED_FROM.sub(rb"\1", body)
    for ending in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(ending):
            return raw[: -len(ending) // 2]
    return raw


class _Lines:
    """Lines of a stream with their offsets, and a look ahead by bytes."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self._stream = stream if isinstance(stream, io.BufferedIOBase) else io.BufferedReader(stream)  # type: ignore[type-var]
        if start:
            self._stream.seek(start)
        self.offset = start
        self._pushed = b""

    def next(self) -> bytes:
        line, self._pushed = self._pushed or self._stream.readline(_CHUNK), b""
        self.offset += len(line)
        return line

    def back(self, line: bytes) -> None:
        self._pushed = line
        self.offset -= len(line)

    def take(self, count: int) -> bytes:
        data = self._stream.read(count)
        self.offset += len(data)
        return data

    def ends_message_after(self, count: int) -> bool:
        """Whether `count` bytes on, after at most one empty line, a separator or the end stands."""
        here = self._stream.tell()
        self._stream.seek(here + count - 1)
        at_line_start = self._stream.read(1) == b"\n"
        line = self._stream.readline(_CHUNK)
        if line in _EMPTY:
            at_line_start = True
            line = self._stream.readline(_CHUNK)
        self._stream.seek(here)
        return at_line_start and (not line or is_separator(line))
