"""Whom a message didn't reach, and which message that was: as standards have it, and as the rest of the world does."""

from rapport.interactions.channels.email.message import DeliveryReport, Undelivered
from rapport.interactions.channels.email.parse import parse
from tests.factories.letters import report

GONE = Undelivered("gone@y.example", "5.1.1", True)
EXIM = """\
Return-Path: <>
From: Mail Delivery System <Mailer-Daemon@mx.example>
X-Failed-Recipients: gone@y.example
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  gone@y.example
    host mx.y.example [203.0.113.5]: 550 5.1.1 <gone@y.example>: no such user

------ This is a copy of the message, including all the headers. ------

From: Mara <mara@ours.example>
Message-ID: <b@test.example>
Subject: Re: Delivery

On Thursday.
"""
QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@x.example
Subject: failure notice

Hi. This is the qmail-send program at x.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@y.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <mara@ours.example>
Message-ID: <b@test.example>
Subject: Delivery

On Thursday.
"""
RECEIPT = """\
From: jonas@okafor.example
Subject: Read: Delivery
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b

Your message was read.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; jonas@okafor.example
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


def test_a_report_names_recipient_reason_and_message() -> None:
    found = parse(report("gone@y.example", "b"))
    assert found.report == DeliveryReport("b@test.example", "Delivery", (GONE,))
    assert (found.automatic, found.topic) == ("delivery-report", "Delivery")
    assert found.references == ("b@test.example",)


def test_the_headers_alone_and_a_delay_are_read() -> None:
    found = parse(report("gone@y.example", "b", action="delayed", status="4.4.1", returned="text/rfc822-headers"))
    assert found.report == DeliveryReport(
        "b@test.example", "Delivery", (Undelivered("gone@y.example", "4.4.1", False),)
    )


def test_both_addresses_of_a_forwarded_recipient_count_and_what_was_delivered_doesnt() -> None:
    fields = "Original-Recipient: rfc822;Info@Y.example\nFinal-Recipient: rfc822; gone@y.example\n"
    more = "\n\nFinal-Recipient: rfc822; fine@y.example\nAction: delivered\nStatus: 2.0.0\n"
    raw = report("gone@y.example", "b").replace(b"Final-Recipient: rfc822; gone@y.example\n", fields.encode())
    raw = raw.replace(b"Status: 5.1.1\n", b"Status: 5.1.1\n" + more[1:].encode())
    found = parse(raw).report
    assert found
    assert found.undelivered == (Undelivered("info@y.example", "5.1.1", True), GONE)


def test_systems_of_their_own_kind_are_understood() -> None:
    for raw in (EXIM, QMAIL):
        found = parse(raw.encode()).report
        assert found == DeliveryReport("b@test.example", "Delivery", (GONE,)), raw


def test_a_read_receipt_and_a_mere_note_report_nothing() -> None:
    assert parse(RECEIPT.encode()).report is None
    assert parse(b"From: MAILER-DAEMON@x.example\nSubject: Undelivered\n\nSomething went wrong.").report is None
    assert parse(report("gone@y.example", "b").replace(b"multipart/report", b"multipart/mixed").replace(
        b"MAILER-DAEMON@", b"eve@").replace(b"Return-Path: <>\n", b"")).report is None  # fmt: skip
