"""Which messages a machine wrote, and why."""

import pytest

from rapport.interactions.channels.email.parse import parse

FROM = "From: Anna <anna@a.example>\n"
DSN = (
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nfailed\n--b\n'
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
    "Final-Recipient: rfc822; x@y.example\n"
    "Action: failed\nStatus: 5.1.1\n\n--b--\n"
)
QMAIL = (
    "Return-Path: <>\nFrom: Mail system <system@x.example>\nSubject: failure notice\n\n"
    "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
    "<gone@y.example>:\nSorry, no mailbox here by that name.\n\n"
    "--- Below this line is a copy of the message.\n\n"
    "Return-Path: <a@b.example>\n"
)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (FROM + "\nHello", None),
        (FROM + "Auto-Submitted: no\n\nHello", None),
        (FROM + "Precedence: first-class\n\nHello", None),
        (FROM + "Return-Path: <>\nSubject: Hello\n\nHello", None),
        (FROM + "Auto-Submitted: auto-generated\n\nx", "auto-submitted"),
        (FROM + "Auto-Submitted: auto-generated; x=y (comment)\n\nx", "auto-submitted"),
        (FROM + "Auto-Submitted: auto-replied\n\nx", "out-of-office"),
        (FROM + "X-Autoreply: yes\n\nx", "out-of-office"),
        (FROM + "Precedence: auto_reply\n\nx", "out-of-office"),
        (FROM + "Subject: Out of Office: Offer\n\nx", "out-of-office"),
        (FROM + "Subject: Automatische Antwort: Angebot\n\nx", "out-of-office"),
        (FROM + "Subject: =?utf-8?Q?R=C3=A9ponse_automatique?=\n\nx", "out-of-office"),
        (FROM + "X-Auto-Response-Suppress: All\n\nx", "auto-submitted"),
        (FROM + "X-Auto-Response-Suppress: DR\n\nx", None),
        (FROM + "List-Id: <team.lists.example>\n\nx", "list"),
        (FROM + "List-Unsubscribe: <https://x.example>\nPrecedence: bulk\n\nx", "list"),
        (FROM + "Precedence: bulk\n\nx", "bulk"),
        (FROM + "Precedence: Junk\n\nx", "bulk"),
        ("From: no-reply@x.example\n\nx", "no-reply"),
        ("From: shop+noreply@x.example\n\nx", "no-reply"),
        ("From: service.donotreply@x.example\n\nx", "no-reply"),
        ("From: notifications@x.example\n\nx", "no-reply"),
        ("From: noreplyton@x.example\n\nx", None),
        ("From: MAILER-DAEMON@x.example\nSubject: Undelivered\n\nx", "delivery-report"),
        (FROM + "X-Failed-Recipients: x@y.example\n\nx", "delivery-report"),
        (FROM + DSN, "delivery-report"),
        (FROM + DSN.replace("delivery-status", "disposition-notification"), "delivery-report"),
        (QMAIL, "delivery-report"),
        (FROM + "Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\n", "calendar"),
    ],
)
def test_automatic_reason(raw: str, reason: str | None) -> None:
    assert parse(raw.encode()).automatic == reason
