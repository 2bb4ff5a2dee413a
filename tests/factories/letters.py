"""Short e-mails for tests, and filing them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from rapport.interactions import us
from rapport.interactions.channels.email.parse import parse
from rapport.interactions.filing.messages import Filed, file_messages
from rapport.interactions.filing.prepared import prepare
from rapport.interactions.models import Archive
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User

NOW = datetime.now(UTC).replace(microsecond=0)


def letter(
    sender: str,
    to: str,
    text: str,
    *,
    hours_ago: float = 1,
    subject: str = "Delivery",
    id_: str = "",
    answers: str = "",
    cc: str = "",
    **headers: str,
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(NOW - timedelta(hours=hours_ago))
    message["Message-ID"] = f"<{id_ or f'{sender}.{hours_ago}.{subject}'.replace(' ', '')}@test.example>"
    if answers:
        message["In-Reply-To"] = f"<{answers}@test.example>"
    if cc:
        message["Cc"] = cc
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def archive_of(user: User | None, audience: str = "participants", **fields: object) -> Archive:
    return Archive.objects.create(name=f"{user} {audience}", owner=user, audience=audience, **fields)


def file(archive: Archive, letters: Sequence[bytes]) -> Filed:
    """Files letters as an import does, in one batch."""
    items = [(message, raw, prepare(message, raw)) for raw in letters for message in [parse(raw)]]
    return file_messages(items, archive, actor=Actor.system("import"))


def we_are(**users: User) -> None:
    """Our domain, and whose each name's address is: `we_are(mara=user)` → mara@ours.example."""
    us.claim([], ["ours.example"], None)
    for name, user in users.items():
        us.claim([f"{name}@ours.example"], [], user)


def report(
    recipient: str,
    about: str,
    *,
    to: str = "mara@ours.example",
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "message/rfc822",
    hours_ago: float = 0.5,
) -> bytes:
    """A delivery report (RFC 3464) about the letter with the id `about`; empty: one that doesn't return it."""
    original = f"Message-ID: <{about}@test.example>\nSubject: Re: Delivery\nTo: {recipient}\n\n"
    part = f"\n--b\nContent-Type: {returned}\n\n{original}" if about else ""
    return (
        "Return-Path: <>\nFrom: Mail system <MAILER-DAEMON@mx.example>\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\n"
        f"Date: {format_datetime(NOW - timedelta(hours=hours_ago))}\n"
        f"Message-ID: <report.{about}.{action}.{hours_ago}@mx.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\n\nYour message could not be delivered.\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {recipient}\nAction: {action}\n"
        f"Status: {status}\n{part}\n--b--\n"
    ).encode()
