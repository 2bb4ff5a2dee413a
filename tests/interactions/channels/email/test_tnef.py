"""TNEF, with streams built here by the layout of [MS-OXTNEF]."""

import struct

import pytest

from rapport.interactions.channels.email.parse import parse
from rapport.interactions.channels.email.tnef import unpack_tnef

SIGNATURE = struct.pack("<IH", 0x223E9F78, 1)


def record(level: int, kind: int, attribute: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, attribute, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def attached(name: bytes, data: bytes) -> bytes:
    return record(2, 6, 0x9002, b"\x00" * 14) + record(2, 1, 0x8010, name + b"\x00") + record(2, 6, 0x800F, data)


STREAM = (
    SIGNATURE
    + record(1, 8, 0x9006, struct.pack("<I", 0x10000))
    + record(1, 6, 0x9007, struct.pack("<II", 1252, 0))
    + record(1, 2, 0x800C, b"The body\r\nin TNEF\x00")
    + attached(b"offer.txt", b"Price: 10")
    + attached(b"photo.png", b"\x89PNG....")
)


def wrapped(data: bytes) -> bytes:
    import base64

    return (
        b'From: a@x.example\nContent-Type: application/ms-tnef; name="winmail.dat"\n'
        b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)
    )


def test_parse_tnef_is_unpacked_into_body_and_attachments() -> None:
    message = parse(wrapped(STREAM))
    assert message.text == "The body\nin TNEF"
    assert [(a.name, a.content) for a in message.attachments] == [
        ("offer.txt", b"Price: 10"),
        ("photo.png", b"\x89PNG...."),
    ]


@pytest.mark.parametrize("data", [b"", b"nothing", SIGNATURE + b"\xff" * 40, STREAM[:60] + b"\x00" * 50])
def test_parse_tnef_that_can_not_be_read_is_kept_as_it_is(data: bytes) -> None:
    message = parse(wrapped(data))
    if message.defects:
        assert message.defects == ("winmail.dat could not be unpacked",)
        assert [(a.name, a.content) for a in message.attachments] == [("winmail.dat", data)]


def test_unpack_tnef_with_thousands_of_records_is_refused() -> None:
    assert unpack_tnef(SIGNATURE + record(1, 6, 0x9999, b"") * 3000) is None
