"""Bytes to a tree of MIME parts, by the standard library, with its input mended where it would give up."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from .message import ParseProblem

MAX_DEPTH = 50
MAX_PARTS = 2000
_WELL_FORMED = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*(?:\r\n|\n)|[ \t][^\r\n]*(?:\r\n|\n))*\Z")
_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r|\n\r\n")
_NEWLINE = re.compile(rb"\r\n|\r|\n")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_KNOWN_FIELD = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|message-id|received|return-path|reply-to|sender|mime-version|"
    rb"content-[a-z-]+|in-reply-to|references|delivered-to|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature)"
    rb"[ \t]*:",
    re.IGNORECASE,
)
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n(?:content-)", re.IGNORECASE | re.MULTILINE)


class Part(Message):
    """A part whose body can be had as it came: the library's own accessor replaces undeclared 8-bit text."""

    _payload: object

    def raw_payload(self) -> bytes:
        """The body of a leaf before its transfer encoding is undone; empty for a part that has parts."""
        return self._payload.encode("utf-8", "surrogateescape") if isinstance(self._payload, str) else b""

    def inner_message(self) -> "Part | None":
        """What a message/rfc822 part holds, where the library has taken it apart."""
        first = self._payload[0] if isinstance(self._payload, list) and self._payload else None
        return first if isinstance(first, Part) else None

    def children(self) -> list["Part"]:
        """The parts directly inside; a multipart whose boundary is lost is split at a guessed one."""
        if isinstance(self._payload, list):
            return [child for child in self._payload if isinstance(child, Part)]
        return _split_at_guess(self.raw_payload())


def parse_tree(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """The message as a tree, and what was wrong with it. Raises ParseProblem where there is no message."""
    data = _mended(raw)
    defects: list[str] = []
    try:
        message = message_from_bytes(data, Part)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError) as error:
        defects.append(f"structure not readable ({type(error).__name__}); the body is shown as it stands")
        message = BytesHeaderParser(Part).parsebytes(data)
    if not message.keys():
        raise ParseProblem(_why_no_message(data))
    return message, tuple(defects)


def _mended(raw: bytes) -> bytes:
    """Undo what would end the header early: a byte-order mark, blank lines or mbox lines on top,
    lines that are no field among fields, a space before the colon."""
    data = _as_bytes_of_ascii(raw).lstrip(b"\r\n")
    while re.match(rb">?From [^\r\n]*[\r\n]", data):
        data = _NEWLINE.split(data, maxsplit=1)[1]
    end = _HEADER_END.search(data)
    head = data[: end.start()] if end else data
    if b"\x00" in head:
        head = head.replace(b"\x00", b"")
    if _WELL_FORMED.match(head + b"\n"):
        return head + data[end.start() :] if end else head
    return b"\n".join(_mended_lines(_NEWLINE.split(head))) + (data[end.start() :] if end else b"")


def _as_bytes_of_ascii(raw: bytes) -> bytes:
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:]
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace").encode()
    return raw


def _mended_lines(lines: list[bytes]) -> Iterator[bytes]:
    """A line that is no field continues the one before if fields still follow, else starts the body."""
    last = max((i for i, line in enumerate(lines) if _KNOWN_FIELD.match(line)), default=-1)
    for index, line in enumerate(lines):
        field = _FIELD.match(line)
        if field:
            yield field[1] + b":" + field[2]
        elif line[:1] in (b" ", b"\t"):
            if index or last < 0:
                yield line
        elif index > last >= 0:
            yield b""
            yield from lines[index:]
            return
        elif index and last >= 0:
            yield b" " + line
        elif last < 0:
            yield line


def _why_no_message(data: bytes) -> str:
    if not data.strip():
        return "empty"
    sample = data[:4096]
    odd = sum(1 for byte in sample if byte < 9 or 13 < byte < 32 or byte == 127)
    return "binary data, not a message" if odd * 20 > len(sample) else "no header lines"


def _split_at_guess(body: bytes) -> list[Part]:
    guess = _GUESSED_BOUNDARY.search(body)
    if not guess:
        return []
    boundary = guess[1].replace(b"\\", b"").replace(b'"', b"")
    source = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\n\n' + body
    try:
        message = message_from_bytes(source, Part)
    except RecursionError:
        return []
    return message.children() if message.is_multipart() else []
