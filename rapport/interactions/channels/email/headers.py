"""Header fields, read defensively: RFC 2047 and RFC 2231 as they are misused, never raising.

The standard library splits the message; its structured header parser raises on several malformed
headers (IndexError, AttributeError, ValueError), so values are decoded here.
"""

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any
from urllib.parse import unquote_to_bytes

from .charsets import decode, safe_text

_ENCODED_WORD = re.compile(  # bounded, so that words never closed don't cost quadratic time
    r"=\? ?([^?\s*]{1,60})(?:\*[^?\s]{0,60})? ?\? ?([bBqQ]) ?\?(.{0,2000}?)\?=", re.DOTALL
)
_FOLD = re.compile(r"[\r\n]+[ \t\r\n]*")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"?|([^;]*))', re.DOTALL)
_EXTENDED_NAME = re.compile(r"(.+?)(?:\*(\d+))?(\*)?$")
_BACKSLASH = re.compile(r"\\(.)")

_MAX_TEXT = 20_000


class Headers:
    """The fields of one message or part by lower-case name, raw values in the order of the message."""

    def __init__(self, message: Message) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in message.raw_items():
            self._values.setdefault(name.lower(), []).append(str(value))

    def __bool__(self) -> bool:
        return bool(self._values)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def raw(self, name: str) -> str:
        """The first value of the field as it stands, or an empty string."""
        return self._values.get(name, [""])[0]

    def all_raw(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """The first value of the field, decoded, on one line."""
        return decode_header(self.raw(name))

    def joined(self, name: str) -> str:
        """All values of a field that should have come once, as one list."""
        return ", ".join(self.all_raw(name))


def raw_text(raw: str) -> str:
    """Undo `surrogateescape`: 8-bit bytes in a header are UTF-8, or else some Windows code page."""
    if raw.isascii():
        return raw
    return decode(raw.encode("utf-8", "surrogateescape"))


def decode_header(raw: str) -> str:
    """An unstructured field as text: unfolded, encoded words decoded, controls removed, trimmed; of what is
    longer than any sane field, the beginning."""
    text = decode_words(_FOLD.sub(" ", raw_text(raw[:_MAX_TEXT])))
    return _SPACES.sub(" ", _CONTROLS.sub("", safe_text(text))).strip()


def decode_words(text: str) -> str:
    """Decode RFC 2047 words wherever they stand; adjacent ones of one charset are joined as bytes first,
    since many senders split a character between two words."""
    if "=?" not in text:
        return text
    return "".join(_decoded_pieces(text))


def _decoded_pieces(text: str) -> Iterator[str]:
    end, charset, pending = 0, "", b""
    for match in _ENCODED_WORD.finditer(text):
        between = text[end : match.start()]
        if between.strip() or charset != match[1].lower():
            yield decode(pending, charset) if pending else ""
            pending = b""
        if between.strip() or (end == 0 and between):
            yield between
        charset = match[1].lower()
        pending += _word_bytes(match[2], match[3])
        end = match.end()
    yield decode(pending, charset) if pending else ""
    yield text[end:]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return base64_bytes(data)
    return binascii.a2b_qp(data.replace(b" ", b"_"), header=True)


def base64_bytes(data: bytes) -> bytes:
    """What base64 holds, junk and wrong padding forgiven; what follows the padding is not data."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def parameters(raw: str) -> tuple[str, dict[str, str]]:
    """A Content-Type or Content-Disposition: its lower-case value and its parameters, decoded
    (RFC 2231 continuations and charsets; RFC 2047 words in quotes, which are wrong and common)."""
    text = _FOLD.sub(" ", raw_text(raw))
    value, _, _ = text.partition(";")
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(text):
        quoted, bare = match[2], match[3]
        content = _BACKSLASH.sub(r"\1", quoted) if quoted is not None else bare.strip()
        name, number, extended = _EXTENDED_NAME.match(match[1]).groups()  # type: ignore[union-attr]
        pieces.setdefault(name.lower(), {}).setdefault(int(number or 0), (content, bool(extended)))
    found = {name: _joined_parameter(parts) for name, parts in pieces.items()}
    return value.strip().lower(), found


def _joined_parameter(parts: dict[int, tuple[str, bool]]) -> str:
    ordered = [parts[number] for number in sorted(parts)]
    if not any(extended for _, extended in ordered):
        return decode_header("".join(content for content, _ in ordered))
    charset, data = "utf-8", b""
    for index, (content, extended) in enumerate(ordered):
        if extended and index == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if extended else content.encode("utf-8", "surrogateescape")
    return decode_header(decode(data, charset))


def header_of(message: Message, name: str) -> str:
    """One raw field of a part as a string (the library may hand back its own object for 8-bit values)."""
    value: Any = next((v for k, v in message.raw_items() if k.lower() == name), "")
    return str(value)
