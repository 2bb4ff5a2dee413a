"""One leaf of a message: its transfer encoding undone, its name made safe, its place in the message told."""

import binascii
import hashlib
import io
import mimetypes
import re
import unicodedata
from email.generator import BytesGenerator

from .charsets import safe_text
from .headers import base64_bytes, header_of, parameters
from .message import Attachment
from .structure import Part

_KNOWN_TYPES = mimetypes.MimeTypes()  # the built-in table only: the same names on every machine
_EXTENSIONS = {"text/calendar": ".ics", "message/rfc822": ".eml", "message/delivery-status": ".txt"}
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+$")
_UNSAFE_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]*={0,2}$")
_CID = re.compile(r"[<>\s]")
_MAX_NAME = 180


class Leaf:
    """A part that holds content, with the headers that say what it is read once."""

    def __init__(self, part: Part, default_type: str = "text/plain") -> None:
        self.part = part
        kind, self.type_parameters = parameters(header_of(part, "content-type"))
        self.content_type = kind if _TYPE.match(kind) else _mended_type(kind, default_type)
        disposition, place = parameters(header_of(part, "content-disposition"))
        self.attached = disposition == "attachment"
        self.inline = disposition == "inline"
        self.name = place.get("filename") or self.type_parameters.get("name") or ""

    @property
    def charset(self) -> str | None:
        return self.type_parameters.get("charset")

    @property
    def content_id(self) -> str | None:
        return safe_text(_CID.sub("", header_of(self.part, "content-id"))) or None

    @property
    def transfer_encoding(self) -> str:
        return header_of(self.part, "content-transfer-encoding").split(";")[0].split("(")[0].strip().lower()

    def content(self) -> bytes:
        """The bytes that the sender attached."""
        return undo_transfer_encoding(self.part.raw_payload(), self.transfer_encoding)


def undo_transfer_encoding(data: bytes, encoding: str) -> bytes:
    """The bytes that were encoded; under an unknown or broken encoding, the data as it is."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding == "base64":
        return _base64_body(data)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uudecoded(data)
    return data


def attachment(leaf: Leaf, content: bytes, *, related: bool = False) -> Attachment:
    """The leaf as an attachment; inside multipart/related, what has a Content-ID counts as inline."""
    identifier = leaf.content_id
    inline = not leaf.attached and (leaf.inline or (related and identifier is not None))
    return make_attachment(leaf.name, leaf.content_type, content, content_id=identifier, inline=inline)


def make_attachment(
    name: str, content_type: str, content: bytes, *, content_id: str | None = None, inline: bool = False
) -> Attachment:
    return Attachment(
        name=safe_name(name, content_type),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=content_id,
        inline=inline,
        content=content,
    )


def message_bytes(part: Part) -> bytes:
    """An attached message as bytes, in the state the parser found it."""
    target = io.BytesIO()
    try:
        BytesGenerator(target, mangle_from_=False, policy=part.policy).flatten(part)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return target.getvalue() or part.raw_payload()
    return target.getvalue()


def safe_name(name: str, content_type: str) -> str:
    """A file name to show and save: no folders, no control or direction characters, never empty or hidden."""
    name = unicodedata.normalize("NFC", safe_text(name)).replace("\\", "/").rpartition("/")[2]
    name = _UNSAFE_NAME.sub("", name).strip(" .")
    if not name:
        return f"attachment{_extension(content_type)}"
    stem, dot, extension = name.rpartition(".")
    if len(name) > _MAX_NAME and dot and len(extension) <= 12:
        return stem[: _MAX_NAME - len(extension) - 1] + dot + extension
    return name[:_MAX_NAME]


def _extension(content_type: str) -> str:
    return _EXTENSIONS.get(content_type) or _KNOWN_TYPES.guess_extension(content_type) or ""


def _mended_type(kind: str, default: str) -> str:
    """`text` → text/plain, `html` → text/html; what can't be read keeps its main type if that is known."""
    main = kind.partition("/")[0].strip()
    known = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}
    if kind and main in known:
        return known[main]
    return "application/octet-stream" if main and "/" in kind else default


def _base64_body(data: bytes) -> bytes:
    """Base64 up to its end: text that a mailing list or scanner has put after the padding is not data."""
    padded = data.find(b"=")
    if padded >= 0 and data[padded:].strip(b"= \t\r\n"):
        return b"".join(base64_bytes(block) for block in _base64_blocks(data))
    return base64_bytes(data)


def _base64_blocks(data: bytes) -> list[bytes]:
    """Several encodings joined in one part, each ending in its padding; a line that can't be base64
    after the first padding ends it all."""
    blocks, current, padded = [], bytearray(), False
    for line in data.splitlines():
        line = line.strip()
        if padded and not _BASE64_LINE.match(line):
            break
        current += line
        if line.endswith(b"="):
            blocks.append(bytes(current))
            current, padded = bytearray(), True
    return [*blocks, bytes(current)]


def _uudecoded(data: bytes) -> bytes:
    lines = data.splitlines()
    start = next((i + 1 for i, line in enumerate(lines) if line.startswith(b"begin ")), None)
    if start is None:
        return data
    decoded = bytearray()
    for line in lines[start:]:
        if line.strip() == b"end":
            break
        decoded += _uudecoded_line(line)
    return bytes(decoded)


def _uudecoded_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:  # some encoders pad wrongly; the length byte says how much counts
        count = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
        try:
            return binascii.a2b_uu(line[:count])
        except binascii.Error:
            return b""
