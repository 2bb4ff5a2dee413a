"""Microsoft's TNEF (`winmail.dat`): the attachments and the body that it hides."""

import struct
from typing import NamedTuple

from tnefparse import TNEF

from .charsets import decode
from .leaves import make_attachment
from .message import Attachment

_SIGNATURE = b"\x78\x9f\x3e\x22"
_MAX_SIZE = 40_000_000
_MAX_OBJECTS = 2_000  # the library copies the rest of the file for each object


class Unpacked(NamedTuple):
    """What was inside: `text` and `html` are empty when the body was elsewhere (usual for Outlook)."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]


def unpack_tnef(data: bytes) -> Unpacked | None:
    """The contents of a TNEF stream, or None when it isn't one or can't be read (keep it as it is)."""
    if not data.startswith(_SIGNATURE) or len(data) > _MAX_SIZE or not _bounded(data):
        return None
    try:
        tnef = TNEF(data, do_checksum=False)
        return Unpacked(_text(tnef.body), _text(tnef.htmlbody), _attachments(tnef))
    except Exception:  # noqa: BLE001 - the library meets damaged streams with errors of any kind
        return None


def _bounded(data: bytes) -> bool:
    offset = 6
    for _ in range(_MAX_OBJECTS):
        if offset + 12 >= len(data):
            return True
        offset += struct.unpack_from("<I", data, offset + 5)[0] + 11
    return False


def _attachments(tnef: TNEF) -> tuple[Attachment, ...]:
    return tuple(
        make_attachment(_text(item.long_filename()), "application/octet-stream", bytes(item.data))
        for item in tnef.attachments
        if item.data
    )


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = decode(value)
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
        return _text(value)
    return str(value or "").strip("\x00")
