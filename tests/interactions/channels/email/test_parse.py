"""The torture set: real-world MIME in all its misuse, each case with exactly what must come out."""

import base64
import hashlib
import pickle
from datetime import UTC, datetime

import pytest

from rapport.interactions.channels.email.message import Address, ParseProblem
from rapport.interactions.channels.email.parse import parse

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
HEAD = (
    b"From: Anna <anna@a.example>\nTo: tom@b.example\nSubject: x\n"
    b"Message-ID: <1@a.example>\nDate: Mon, 1 Mar 2021 08:00:00 +0100\n"
)


def plain(body: bytes, charset: str = "", encoding: str = "") -> bytes:
    kind = b"Content-Type: text/plain" + (f"; charset={charset}".encode() if charset else b"") + b"\n"
    transfer = f"Content-Transfer-Encoding: {encoding}\n".encode() if encoding else b""
    return HEAD + kind + transfer + b"\n" + body


def multipart(subtype: str, *parts: bytes, boundary: str = "b1") -> bytes:
    edge = boundary.encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'.encode()
    return head + b"".join(b"--" + edge + b"\n" + part + b"\n" for part in parts) + b"--" + edge + b"--\n"


TEXT = b"Content-Type: text/plain; charset=utf-8\n\nHello"
HTML = b"Content-Type: text/html; charset=utf-8\n\n<p>Hello <b>there</b></p>"


def png(more: bytes = b"", name: bytes = b"") -> bytes:
    named = b'Content-Disposition: attachment; filename="' + name + b'"\n' if name else b""
    return (
        b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n" + named + more + b"\n" + base64.encodebytes(PNG)
    )


# What is no message


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"\r\n \n", "empty"),
        (bytes(range(32)) * 8, "binary data, not a message"),
        (b"just a line of text\nand another\n", "no header lines"),
    ],
)
def test_parse_no_message_raises_with_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(ParseProblem, match=reason):
        parse(raw)


# Envelope


def test_parse_plain_message() -> None:
    message = parse(plain(b"Hello Tom\n", "utf-8"))
    assert message.message_id == "1@a.example"
    assert not message.message_id_made
    assert message.from_ == (Address("Anna", "anna@a.example"),)
    assert message.sender == Address("Anna", "anna@a.example")
    assert message.to == (Address("", "tom@b.example"),)
    assert message.date == datetime(2021, 3, 1, 7, 0, tzinfo=UTC)
    assert message.date_source == "date"
    assert (message.subject, message.topic, message.is_reply) == ("x", "x", False)
    assert (message.text, message.html_raw, message.fresh_text) == ("Hello Tom", None, "Hello Tom")
    assert (message.attachments, message.automatic, message.defects) == ((), None, ())
    assert pickle.loads(pickle.dumps(message)) == message


def test_parse_missing_message_id_is_made_from_content_and_stable() -> None:
    raw = HEAD.replace(b"Message-ID: <1@a.example>\n", b"") + b"\nbody"
    first, again, other = parse(raw), parse(raw.replace(b"\n", b"\r\n")), parse(raw + b" more")
    assert first.message_id_made
    assert first.message_id == again.message_id == f"{first.content_hash[:40]}@made.invalid"
    assert first.message_id != other.message_id


def test_parse_content_hash_ignores_message_id_and_route() -> None:
    first = parse(plain(b"Hello\n"))
    second = parse(b"Received: by mx; Mon, 1 Mar 2021 09:00:00 +0000\n" + plain(b"Hello\n").replace(b"<1@", b"<2@"))
    assert first.content_hash == second.content_hash
    assert first.content_hash != parse(plain(b"Hello!\n")).content_hash


@pytest.mark.parametrize(
    ("field", "ids"),
    [
        (b"<a@x> <b@x>", ("a@x", "b@x")),
        (b"<a@x><b@x>\n <a@x>", ("a@x", "b@x")),
        (b"Your message of Monday <a@x>", ("a@x",)),
        (b'"Anna" of <a@x>, junk', ("a@x",)),
        (b"a@x, b@x", ("a@x", "b@x")),
        (b"<very-long-\n id@x>", ("very-long-id@x",)),
        (b"<1@a.example> <b@x>", ("b@x",)),
        (b"<>", ()),
        (b"yes", ()),
    ],
)
def test_parse_references_and_in_reply_to(field: bytes, ids: tuple[str, ...]) -> None:
    message = parse(HEAD + b"References: " + field + b"\nIn-Reply-To: " + field + b"\n\nx")
    assert message.references == ids
    assert message.in_reply_to == ids


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 1 Mar 2021 08:00:00 +0100 (CET)", datetime(2021, 3, 1, 7, 0, tzinfo=UTC)),
        ("1 Mar 21 08:00 GMT", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("Mon, 01 Mar 2021 08:00:00 -0000", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("Mon Mar  1 08:00:00 2021", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("2021-03-01T08:00:00Z", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("2021-03-01 08:00:00 +0200", datetime(2021, 3, 1, 6, 0, tzinfo=UTC)),
        ("01.03.2021 08:00", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("Mon, 1 Mar 2021 08.00.00 +0100", datetime(2021, 3, 1, 7, 0, tzinfo=UTC)),
        ("3/1/2021 8:00:00 AM", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
        ("=?utf-8?Q?Mon,_1_Mar_2021_08:00:00_+0000?=", datetime(2021, 3, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_parse_date_in_odd_formats(date: str, expected: datetime) -> None:
    message = parse(f"From: a@x.example\nDate: {date}\n\nx".encode())
    assert (message.date, message.date_source) == (expected, "date")


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "Mon, 99 Foo 2021", "1 Jan 1900 00:00:00", "1 Jan 9999 23:59 -2359", "0", "\x00"],
)
def test_parse_unusable_date_falls_back_to_received_then_fallback(date: str) -> None:
    raw = f"From: a@x.example\nDate: {date}\n".encode()
    received = b"Received: from a by b; junk\nReceived: from c by d; Mon, 1 Mar 2021 08:00:00 +0000\n"
    fallback = datetime(2020, 1, 1, tzinfo=UTC)
    assert parse(raw + b"\nx").date_source == "none"
    assert parse(raw + b"\nx").date is None
    assert parse(raw + b"\nx", received_fallback=fallback).date == fallback
    message = parse(raw + received + b"\nx", received_fallback=fallback)
    assert (message.date, message.date_source) == (datetime(2021, 3, 1, 8, 0, tzinfo=UTC), "received")


# Header text


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3?=\n =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?iso-8859-1?Q?a?= =?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"),
        (b"Offer=?utf-8?Q?_f=C3=BCr?=you", "Offer füryou"),
        (b'"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="', '"Grüße"'),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe an alle?=", "Grüße an alle"),
        (b"=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        (b"=?iso-8859-1?Q?=93quoted=94_=80?=", "“quoted” €"),
        (b"=?gb2312?B?1eI=?=", "这"),
        (b"=?x-unknown?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q?open", "=?utf-8?Q?open"),
        (b"=?rot13?Q?abc?=", "abc"),
        ("Grüße".encode(), "Grüße"),
        ("Grüße".encode("latin-1"), "Grüße"),
        (b"a\x00b", "ab"),
        (b"folded\n\tover\r\n  three", "folded over three"),
        (b"=?utf-8?Q?two=0Alines?=", "two lines"),
        (b"=?utf-16?B?/v8AYQ==?=", "a"),
    ],
)
def test_parse_subject_is_decoded(raw: bytes, subject: str) -> None:
    assert parse(b"From: a@x.example\nSubject: " + raw + b"\n\nx").subject == subject


# Bodies and charsets


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode(), "", "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "us-ascii", "Grüße"),
        ("Grüße".encode("latin-1"), "x-unknown", "Grüße"),
        ("“so” – 5 €".encode("cp1252"), "iso-8859-1", "“so” – 5 €"),
        ("żółw".encode("cp1250"), "windows-1250", "żółw"),
        ("Привет, как дела".encode("cp1251"), "iso-8859-1", "Привет, как дела"),
        ("Привет, как дела".encode("koi8-r"), "", "Привет, как дела"),
        ("喆".encode("gb18030"), "gb2312", "喆"),
        ("①".encode("cp932"), "shift_jis", "①"),
        ("見積書".encode("iso2022_jp"), "iso-2022-jp", "見積書"),
        ("見積書".encode("iso2022_jp"), "", "見積書"),
        (b"Gr+APwA3w-e", "utf-7", "Grüße"),
        (b"Gr+APwA3w-e", "unicode-1-1-utf-7", "Grüße"),
        ("Grüße".encode("utf-16-le"), "utf-16le", "Grüße"),
        (b"a\x00b", "utf-8", "ab"),
        (
            b"cut \xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3",
            "utf-8",
            "cut üüüüüüüü\ufffd",
        ),
        (b"abc", "base64", "abc"),
        (b"\\u0041", "unicode_escape", "\\u0041"),
        (b"one\r\ntwo\rthree\nfour", "utf-8", "one\ntwo\nthree\nfour"),
    ],
)
def test_parse_body_charset_named_wrongly(body: bytes, charset: str, text: str) -> None:
    assert parse(plain(body, charset)).text == text


def test_parse_lone_surrogate_is_replaced() -> None:
    assert parse(plain(b"a+2AA-b", "utf-7")).text == "a\ufffdb"


@pytest.mark.parametrize(
    ("body", "encoding", "text"),
    [
        (b"SGVsbG8=", "base64", "Hello"),
        (b"SGVs!!bG8", "BASE64", "Hello"),
        (b"SGVsbG8=\nSGVsbG8=\n", "base64", "HelloHello"),
        (b"SGVsbG8=\n\n-- \nsent by our list\n", "base64", "Hello"),
        (b"Hel=6Co=\n you", "quoted-printable", "Hello you"),
        (b"a=ZZb=", "quoted-printable", "a=ZZb"),
        (b"Hello", "x-strange", "Hello"),
        (b"Hello", "8bit (what else)", "Hello"),
        (b"begin 644 a\n%2&5L;&\\\n`\nend\n", "x-uuencode", "Hello"),
    ],
)
def test_parse_transfer_encoding_broken(body: bytes, encoding: str, text: str) -> None:
    assert parse(plain(body, "utf-8", encoding)).text == text


def test_parse_alternative_takes_plain_as_text_and_keeps_html() -> None:
    message = parse(HEAD + multipart("alternative", TEXT, HTML))
    assert message.text == "Hello"
    assert message.html_raw == "<p>Hello <b>there</b></p>"
    assert message.attachments == ()


def test_parse_html_only_is_converted() -> None:
    markup = (
        b"<html><head><title>no</title><style>p{}</style></head><body><p>One<br>two</p><p>See "
        b'<a href="https://a.example/x">our page</a></p><ul><li>a<li>b</ul>'
        b"<blockquote>old</blockquote></body></html>"
    )
    message = parse(HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + markup)
    assert message.text == "One\ntwo\n\nSee our page <https://a.example/x>\n\n- a\n- b\n> old"
    assert message.fresh_text == "One\ntwo\n\nSee our page <https://a.example/x>\n\n- a\n- b"
    assert message.quoted_text == "> old"


def test_parse_blank_plain_part_gives_way_to_html() -> None:
    message = parse(HEAD + multipart("alternative", b"Content-Type: text/plain\n\n \n", HTML))
    assert message.text == "Hello there"


def test_parse_stub_plain_part_gives_way_to_long_html() -> None:
    long = b"Content-Type: text/html\n\n" + b"<p>A sentence of the newsletter.</p>" * 200
    message = parse(HEAD + multipart("alternative", b"Content-Type: text/plain\n\nUse an HTML viewer.", long))
    assert message.text.startswith("A sentence of the newsletter.\n\nA sentence")


def test_parse_several_bodies_are_all_shown() -> None:
    footer = b"Content-Type: text/plain\n\n<footer>"
    message = parse(HEAD + multipart("mixed", HTML, footer))
    assert message.text == "Hello there\n\n<footer>"
    assert message.html_raw == "<p>Hello <b>there</b></p>\n<pre>&lt;footer&gt;</pre>"


def test_parse_html_nested_thousands_deep_keeps_its_text() -> None:
    markup = b"<div>" * 5000 + b"deep" + b"</div>" * 5000
    assert parse(HEAD + b"Content-Type: text/html\n\n" + markup).text == "deep"


# Attachments


def test_parse_attachment_is_hashed_and_named() -> None:
    message = parse(HEAD + multipart("mixed", TEXT, png(name=b"photo.png")))
    (attachment,) = message.attachments
    assert (attachment.name, attachment.content_type, attachment.size) == ("photo.png", "image/png", len(PNG))
    assert (attachment.content, attachment.inline) == (PNG, False)
    assert attachment.sha256 == hashlib.sha256(PNG).hexdigest()


def test_parse_inline_image_of_related() -> None:
    related = multipart("related", HTML, png(b"Content-ID: <logo@a.example>\n"))
    (attachment,) = parse(HEAD + related).attachments
    assert (attachment.content_id, attachment.inline, attachment.name) == (
        "logo@a.example",
        True,
        "attachment.png",
    )


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'filename="a.pdf"', "a.pdf"),
        (b"filename=a b.pdf", "a b.pdf"),
        (b'filename="=?utf-8?B?R3LDvMOfZS5wZGY=?="', "Grüße.pdf"),
        (b"filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        (b"filename*=iso-8859-1'de'Gr%FC%DFe.pdf", "Grüße.pdf"),
        (b"filename*0*=utf-8''Gr%C3;\n filename*1*=%BC%C3%9Fe;\n filename*2=.pdf", "Grüße.pdf"),
        (b'filename*0="long";\n filename*1=" name.pdf"', "long name.pdf"),
        ('filename="Grüße.pdf"'.encode("latin-1"), "Grüße.pdf"),
        (b'filename="..\\\\..\\\\etc\\\\passwd"', "passwd"),
        (b'filename="../../etc/pass;wd"', "pass;wd"),
        (b'filename="C:\\\\temp\\\\a.exe"', "a.exe"),
        (b'filename="a\xe2\x80\xaefdp.exe"', "afdp.exe"),
        (b'filename=".htaccess"', "htaccess"),
        (b'filename="  "', "attachment.png"),
        (b'filename="' + b"x" * 300 + b'.pdf"', "x" * 176 + ".pdf"),
        (b'filename="open', "open"),
        (b"filename", "attachment.png"),
    ],
)
def test_parse_attachment_name_misused_and_hostile(disposition: bytes, name: str) -> None:
    part = b"Content-Disposition: attachment; " + disposition + b"\n"
    (attachment,) = parse(HEAD + multipart("mixed", TEXT, png(part))).attachments
    assert attachment.name == name


def test_parse_attached_text_is_no_body() -> None:
    note = b'Content-Type: text/plain\nContent-Disposition: attachment; filename="n.txt"\n\nnote'
    message = parse(HEAD + multipart("mixed", TEXT, note))
    assert message.text == "Hello"
    assert [(a.name, a.content) for a in message.attachments] == [("n.txt", b"note")]


def test_parse_attached_message_keeps_its_bytes() -> None:
    inner = b"From: c@x.example\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nX-Odd: kept\n\nFrom here\n"
    message = parse(HEAD + multipart("mixed", TEXT, b"Content-Type: message/rfc822\n\n" + inner))
    (attachment,) = message.attachments
    assert (attachment.name, attachment.content_type) == ("Grüße.eml", "message/rfc822")
    assert attachment.content.rstrip() == inner.rstrip()


def test_parse_attached_message_in_base64_is_decoded() -> None:
    inner = b"From: c@x.example\nSubject: inner\n\nbody\n"
    part = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
    (attachment,) = parse(HEAD + multipart("mixed", TEXT, part)).attachments
    assert attachment.content == inner


def test_parse_digest_parts_are_messages() -> None:
    parts = [b"\nFrom: c@x.example\nSubject: %d\n\nbody" % i for i in (1, 2)]
    assert [a.name for a in parse(HEAD + multipart("digest", *parts)).attachments] == ["1.eml", "2.eml"]


def test_parse_calendar_part_is_attached_and_told() -> None:
    event = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    part = b"Content-Type: text/calendar; charset=utf-8\n\n" + event
    message = parse(HEAD + multipart("alternative", TEXT, part))
    assert (message.calendar, message.automatic) == ("REQUEST", "calendar")
    assert [(a.name, a.content_type) for a in message.attachments] == [("attachment.ics", "text/calendar")]


# Broken structure


def test_parse_boundary_never_closed() -> None:
    raw = HEAD + multipart("mixed", TEXT, png(name=b"a.png")).replace(b"--b1--\n", b"")
    message = parse(raw)
    assert (message.text, len(message.attachments)) == ("Hello", 1)


def test_parse_boundary_missing_is_guessed() -> None:
    raw = HEAD + multipart("mixed", TEXT, png(name=b"a.png")).replace(b'; boundary="b1"', b"")
    message = parse(raw)
    assert (message.text, [a.content for a in message.attachments]) == ("Hello", [PNG])


def test_parse_boundary_that_never_occurs_shows_the_body() -> None:
    message = parse(HEAD + b'Content-Type: multipart/mixed; boundary="zz"\n\nGr\xc3\xbc\xc3\x9fe\n')
    assert message.text == "Grüße"
    assert message.defects == ("multipart without parts; its body is shown as it stands",)


@pytest.mark.parametrize("depth", [60, 3000])
def test_parse_absurd_nesting_is_bounded(depth: int) -> None:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in range(depth))
    message = parse(HEAD + opened + b"\ninnermost\n")
    assert message.subject == "x"
    assert message.defects[0].startswith("nested too deep" if depth == 60 else "structure not readable")


def test_parse_thousands_of_parts_are_bounded() -> None:
    message = parse(HEAD + multipart("mixed", *[b"\nx"] * 3000))
    assert message.defects == ("nested too deep or in too many parts; the rest is only in the raw message",)


def test_parse_junk_between_fields_does_not_end_the_header() -> None:
    raw = b"junk at the top\nFrom: a@x.example\nno field here\nSubject : spaced\nTo: b@x.example\n\nbody"
    message = parse(raw)
    assert message.from_[0].address == "a@x.example"
    assert message.to[0].address == "b@x.example"
    assert message.subject == "spaced"
    assert message.text == "body"


def test_parse_body_without_blank_line() -> None:
    message = parse(b"From: a@x.example\nSubject: x\nThe body starts here.\nAnd goes on.\n")
    assert message.subject == "x"
    assert message.text == "The body starts here.\nAnd goes on."


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"\n\n", b"From a@x Mon Mar  1 08:00:00 2021\n", b">From a\n"])
def test_parse_what_precedes_the_header_is_passed_over(prefix: bytes) -> None:
    assert parse(prefix + plain(b"Hello")).text == "Hello"


@pytest.mark.parametrize("newline", [b"\r\n", b"\r"])
def test_parse_other_line_ends(newline: bytes) -> None:
    message = parse((HEAD + multipart("mixed", TEXT, png(name=b"a.png"))).replace(b"\n", newline))
    assert (message.subject, message.text) == ("x", "Hello")
    assert [a.content for a in message.attachments] == [PNG]


def test_parse_utf16_file() -> None:
    assert parse(b"\xff\xfe" + plain(b"Hello").decode().encode("utf-16-le")).text == "Hello"


@pytest.mark.parametrize(
    "kind",
    [
        b"",
        b"text",
        b"text/",
        b"/",
        b"text/plain; charset",
        b"TEXT/PLAIN; ;; =",
        b'text/plain; charset="utf-8',
        b"plain text",
    ],
)
def test_parse_strange_content_type_is_still_text(kind: bytes) -> None:
    assert parse(HEAD + b"Content-Type: " + kind + b"\n\nHello").text == "Hello"


@pytest.mark.parametrize("field", ["Subject", "References", "From", "Date", "Content-Type", "Auto-Submitted"])
def test_parse_hostile_field_takes_linear_time(field: str) -> None:
    """Each would take minutes if any pattern tried every start against every end."""
    for piece in ("a", " ", "=?a?q?b ", "< ", "(", "[a] ", "Re: ", ';a="', "a@", "\t"):
        parse(f"From: a@x.example\n{field}: x{piece * 50_000}y\n\nbody".encode())
