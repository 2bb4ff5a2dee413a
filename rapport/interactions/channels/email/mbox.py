"""Reading mbox files as a stream, in all four variants (mboxo, mboxrd, mboxcl, mboxcl2; see
https://www.loc.gov/preservation/digital/formats/fdd/fdd000383.shtml).

A message starts at a line `From sender date`, at the top of the file or after an empty line. Variants
differ in how such lines within a body are hidden: quoted with `>` (mboxo, mboxrd, mboxcl), or left as
they are, with the length told by Content-Length (mboxcl2).
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MAX_MESSAGE = 150_000_000
_CHUNK = 1 << 20
_LONGEST_SEPARATOR = 1_000
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
    while line := lines.next():
        body.add(line)
        if line in _EMPTY:
            break
    _skip_by_length(lines, body)
    for piece in lines.until_separator():
        body.add(piece)
    return MboxEntry(offset, body.message(), body.size, envelope), lines.next()


def _skip_by_length(lines: "_Lines", body: "_Body") -> None:
    """Take in Content-Length bytes at once if they lead to a separator or the end: mboxcl and mboxcl2."""
    match = _LENGTH.search(body.head())
    length = int(match[1]) if match else 0
    if 0 < length <= MAX_MESSAGE and lines.ends_message_after(length):
        body.add(lines.take(length))


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
    """A stream read in large pieces: its lines with their offsets, its separators, and a look ahead."""

    def __init__(self, stream: BinaryIO, start: int) -> None:
        self._stream = stream
        if start:
            stream.seek(start)
        self.offset = start
        """Of what `next` gives next."""
        self._held = b""
        self._at = 0
        self._ended = False

    def next(self) -> bytes:
        """The next line with its ending, or a part of one that is very long; nothing at the end."""
        end = self._held.find(b"\n", self._at)
        while end < 0 and len(self._held) - self._at < _CHUNK and self._fill():
            end = self._held.find(b"\n", self._at)
        return self._advance(end + 1 if end >= 0 else len(self._held))

    def back(self, line: bytes) -> None:
        """Takes back what `next` has just given."""
        self._at -= len(line)
        self.offset -= len(line)

    def take(self, count: int) -> bytes:
        while len(self._held) - self._at < count and self._fill():
            pass
        return self._advance(self._at + count)

    def until_separator(self) -> Iterator[bytes]:
        """What stands before the next separator: one that is next, or behind an empty line."""
        if self._separates(self._at):
            return
        yield (first := self.next())
        if first in _EMPTY and self._separates(self._at):
            return
        while (found := self._separator()) < 0:
            yield self._advance(max(self._at, len(self._held) - (0 if self._ended else _LONGEST_SEPARATOR)))
            if not self._fill() and self._at == len(self._held):
                return
        yield self._advance(found)

    def _separator(self) -> int:
        """Where the first separator starts in what is held; -1 when there is none that is held whole."""
        found = self._held.find(b"\nFrom ", self._at)
        while found >= 0 and (self._ended or found < len(self._held) - _LONGEST_SEPARATOR):
            if self._held[max(0, found - 2) : found].endswith((b"\n", b"\n\r")) and self._separates(found + 1):
                return found + 1
            found = self._held.find(b"\nFrom ", found + 1)
        return -1

    def _separates(self, start: int) -> bool:
        while len(self._held) - start < _LONGEST_SEPARATOR and start == self._at and self._fill():
            start = self._at
        end = self._held.find(b"\n", start, start + _LONGEST_SEPARATOR)
        return is_separator(self._held[start : end + 1 if end >= 0 else start + _LONGEST_SEPARATOR])

    def _fill(self) -> bool:
        """Reads more; keeps two bytes of what was given already, which tell whether an empty line came before."""
        more = self._stream.read(_CHUNK)
        if not more:
            self._ended = True
            return False
        kept = max(0, self._at - 2)
        self._held, self._at = self._held[kept:] + more, self._at - kept
        return True

    def _advance(self, end: int) -> bytes:
        given = self._held[self._at : end]
        self._at += len(given)
        self.offset += len(given)
        return given

    def ends_message_after(self, count: int) -> bool:
        """Whether `count` bytes on, after at most one empty line, a separator or the end stands."""
        here = self._stream.tell()
        self._stream.seek(self.offset + count - 1)
        at_line_start = self._stream.read(1) == b"\n"
        line = self._stream.readline(_CHUNK)
        if line in _EMPTY:
            at_line_start = True
            line = self._stream.readline(_CHUNK)
        self._stream.seek(here)
        return at_line_start and (not line or is_separator(line))
