"""What a parsed e-mail is: plain values, frozen and picklable, that know nothing of the database."""

from datetime import datetime
from typing import Literal

import msgspec

DateSource = Literal["date", "received", "fallback", "none"]
Automatic = Literal["auto-submitted", "list", "bulk", "delivery-report", "calendar", "no-reply", "out-of-office"]


class ParseProblem(Exception):
    """The bytes are not an e-mail at all; the message says why in plain words."""


class Address(msgspec.Struct, frozen=True):
    """A mailbox: the decoded display name (may be empty) and the normalised address."""

    name: str
    address: str


class Attachment(msgspec.Struct, frozen=True):
    """A part that is not the body. `name` is safe to show and to save; `content_id` has no brackets."""

    name: str
    content_type: str
    size: int
    sha256: str
    content_id: str | None
    inline: bool
    content: bytes


class Undelivered(msgspec.Struct, frozen=True):
    """An address that a message didn't reach: for good (`is_final`), or not yet; `status` as in RFC 3463, if known."""

    address: str
    status: str
    is_final: bool


class DeliveryReport(msgspec.Struct, frozen=True):
    """What a delivery report tells of the message with this id (empty: it doesn't say) and topic."""

    message_id: str
    topic: str
    undelivered: tuple[Undelivered, ...]


class Invited(msgspec.Struct, frozen=True):
    """Somebody who is asked to a meeting, and in small letters what they answer (RFC 5545, PARTSTAT)."""

    address: str
    name: str
    answer: str


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting as a message of its organizer states it (REQUEST, CANCEL), or as somebody answers it (REPLY)."""

    method: str
    uid: str
    sequence: int
    stamp: str
    """When this version was written, in ISO 8601."""
    start: str
    """In ISO 8601: a date lasts all day, and a time without offset is in the zone of who reads it."""
    seconds: int | None
    summary: str
    place: str
    rule: str
    """How it recurs, as in RFC 5545: FREQ=WEEKLY."""
    organizer: str
    organizer_name: str
    invited: tuple[Invited, ...]

    @property
    def reference(self) -> str:
        """What all messages about this meeting have in common, among the ids that they refer to."""
        return f"meeting:{self.uid}"


class ParsedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One e-mail, decoded. No text in it holds NUL or a lone surrogate; `date` is aware, in UTC."""

    message_id: str
    message_id_made: bool
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None
    date_source: DateSource
    sender: Address | None
    from_: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    bcc: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    labels: tuple[str, ...]
    subject: str
    topic: str
    is_reply: bool
    text: str
    html_raw: str | None
    fresh_text: str
    quoted_text: str
    signature: str
    attachments: tuple[Attachment, ...]
    calendar: str | None
    automatic: Automatic | None
    content_hash: str
    size: int
    defects: tuple[str, ...]
    report: DeliveryReport | None = None
    invitation: Invitation | None = None
    spam: str = ""
    """The header by which a server on the way marked it as spam."""
