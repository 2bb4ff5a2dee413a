"""One message by two ways is one; two messages with one id are two."""

from __future__ import annotations

import base64
import quopri

import pytest

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.channels.email.sameness import same_message, without_footer

BODY = (
    "Hello Mara,\n\nthe “second” pallet – it's 4 × 80 cm – is still missing. Could you find out\n"
    "where it is?\n\nFrom Thursday on we need it.\n\nGrüße\nJonas\n"
)
HEAD = {
    "From": "Jonas <jonas@okafor.example>",
    "To": "mara@ours.example",
    "Subject": "Pallet",
    "Date": "Mon, 1 Mar 2021 08:00:00 +0100",
    "Message-ID": "<p1@okafor.example>",
}
LIST = {"List-Id": "<team.lists.example>", "Subject": "[team] Pallet"}
MAILMAN = (
    "_______________________________________________\nteam mailing list -- team@lists.example\n"
    "To unsubscribe send an email to team-leave@lists.example\n"
)


def raw(
    body: str | bytes = BODY, headers: dict[str, str] | None = None, charset: str = "utf-8", encoding: str = "8bit"
) -> bytes:
    head = {**HEAD, **(headers or {}), "Content-Type": f"text/plain; charset={charset}"}
    content = body.encode(charset) if isinstance(body, str) else body
    if encoding != "8bit":
        head["Content-Transfer-Encoding"] = encoding
        content = base64.encodebytes(content) if encoding == "base64" else quopri.encodestring(content)
    return "".join(f"{name}: {value}\n" for name, value in head.items()).encode() + b"\n" + content


def alternative(plain: str, html: str, headers: dict[str, str] | None = None) -> ParsedMessage:
    parts = "".join(
        f"--b\nContent-Type: text/{kind}; charset=utf-8\n\n{content}\n"
        for kind, content in (("plain", plain), ("html", html))
    )
    head = {**HEAD, **(headers or {}), "Content-Type": 'multipart/alternative; boundary="b"'}
    return parse(("".join(f"{k}: {v}\n" for k, v in head.items()) + f"\n{parts}--b--\n").encode())


def attached(content: bytes, encoding: str = "base64", kind: str = "application/pdf") -> ParsedMessage:
    coded = base64.encodebytes(content) if encoding == "base64" else content
    head = "".join(f"{k}: {v}\n" for k, v in HEAD.items()) + 'Content-Type: multipart/mixed; boundary="b"\n\n'
    parts = (
        f"--b\nContent-Type: text/plain\n\nHere it is.\n--b\nContent-Type: {kind}; name=x\n"
        f"Content-Disposition: attachment\nContent-Transfer-Encoding: {encoding}\n\n"
    )
    return parse(head.encode() + parts.encode() + coded + b"\n--b--\n")


ORIGINAL = parse(raw())


@pytest.mark.parametrize(
    "copy",
    [
        raw(headers={"Received": "from a by b; Mon, 1 Mar 2021 08:00:05 +0100", "Delivered-To": "tom@ours.example"}),
        raw(headers={"Bcc": "boss@ours.example"}),
        raw(encoding="base64"),
        raw(encoding="quoted-printable"),
        raw(BODY.replace("\n", "\r\n")),
        raw(BODY.replace("\n", "   \n")),
        raw(BODY.replace("\nwhere it", " where it")),
        raw(BODY.replace("\nFrom ", "\n>From ")),
        raw(BODY.replace(" is ", "\u00a0is ")),
        raw(BODY, charset="cp1252"),
        raw(BODY.translate({0x201C: '"', 0x201D: '"', 0x2013: "-"}), charset="iso-8859-1"),
        raw(headers={**LIST}),
        raw(BODY + MAILMAN, {**LIST}),
        raw(BODY + "\n-- \nYou received this message because you are subscribed to the Google Groups \"team\"\n", LIST),
        raw(BODY + "-" * 69 + "\nTo unsubscribe, e-mail: team-unsubscribe@lists.example\n", LIST),
        raw(BODY + "-=-=-=-=-=-=-\nGroups.io Links: View (#1)\n-=-=-=-=-=-=-\n", LIST),
        raw(BODY + MAILMAN + MAILMAN.replace("team", "all"), LIST),
        raw(BODY + MAILMAN, {**LIST, "From": "Jonas via team <team@lists.example>"}),
    ],
)  # fmt: skip
def test_the_same_by_another_way(copy: bytes) -> None:
    assert same_message(ORIGINAL, parse(copy))
    assert same_message(parse(copy), ORIGINAL)


@pytest.mark.parametrize(
    "other",
    [
        raw(BODY.replace("second", "third")),
        raw(BODY.replace("4", "5")),
        raw(BODY + "\nPS: pay to DE00 instead.\n"),
        raw(BODY.replace("\n\nFrom Thursday on we need it.", "")),
        raw(headers={"Subject": "Invoice"}),
        raw(headers={"Date": "Mon, 1 Mar 2021 08:00:01 +0100"}),
        raw(headers={"From": "jonas@elsewhere.example"}),
        raw(BODY + MAILMAN),
        raw(BODY + "_" * 40 + "\nPay to DE00 instead.\n", LIST),
        raw(BODY + "\nPay to DE00 instead.\n" + MAILMAN, LIST),
        raw(BODY + "_" * 40 + "\n" + "Pay to DE00 instead.\n" * 14 + "To unsubscribe write to us.\n", LIST),
    ],
)
def test_another_message_with_the_same_id(other: bytes) -> None:
    assert not same_message(ORIGINAL, parse(other))
    assert not same_message(parse(other), ORIGINAL)


def test_what_is_shown_as_html_must_say_the_same() -> None:
    honest = alternative("Pay here: bank", '<p>Pay here: <a href="https://bank.example">bank</a></p>')
    rewrapped = alternative("Pay here:\nbank", '<p>Pay\nhere: <a\nhref="https://bank.example">bank</a></p>')
    elsewhere = alternative("Pay here: bank", '<p>Pay here: <a href="https://evil.example">bank</a></p>')
    more = alternative("Pay here: bank", '<p>Pay here: <a href="https://bank.example">bank</a> at once</p>')
    plain = parse(raw("Pay here: bank"))
    assert same_message(honest, rewrapped)
    assert same_message(alternative("Hello", "<p>Hello</p>"), parse(raw("Hello\n", {"Subject": "Pallet"})))
    assert not any(same_message(honest, each) for each in (elsewhere, more, plain))


def test_what_is_attached_must_be_the_same() -> None:
    assert same_message(attached(b"%PDF"), attached(b"%PDF", "8bit"))
    text = "text/csv"
    assert same_message(attached(b"a\r\nb\r\n", kind=text), attached(b"a\nb\n", "8bit", text))
    assert not same_message(attached(b"%PDF"), attached(b"%PDF-"))
    assert not same_message(attached(b"%PDF"), parse(raw("Here it is.")))


def test_a_time_that_is_not_stated_is_that_of_the_way() -> None:
    without = raw().replace(b"Date: Mon, 1 Mar 2021 08:00:00 +0100\n", b"")
    later = b"Received: from a by b; Tue, 2 Mar 2021 08:00:00 +0100\n" + without
    assert same_message(parse(later), ORIGINAL)
    assert same_message(parse(later), parse(without))


def test_a_rule_in_the_text_is_no_footer() -> None:
    text = "One\n-----------\nTwo\n"
    assert without_footer(text) == text.rstrip()
    assert without_footer(text + MAILMAN) == text.rstrip()
