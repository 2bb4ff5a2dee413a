"""The door: `parse` turns the bytes of one e-mail into a `ParsedMessage`."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from .addresses import parse_addresses
from .automatic import automatic_reason
from .body import read_content
from .dates import message_date
from .headers import Headers, raw_text
from .invitations import read_invitation
from .message import Address, Attachment, DeliveryReport, Invitation, ParsedMessage
from .quotes import split_text
from .reports import read_report
from .spam import spam_mark
from .structure import Part, parse_tree
from .subjects import is_reply_subject, topic_of

_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BARE_ID = re.compile(r"[^\s<>,;\"()@]{1,250}@[^\s<>,;\"()]{1,250}")
_SPACES = re.compile(r"\s+")
_MAX_REFERENCES = 500
_MAX_ID = 500


def parse(raw: bytes, *, received_fallback: datetime | None = None) -> ParsedMessage:
    """Parse one message. Raises ParseProblem for what is not a message at all, and nothing else.

    `received_fallback` dates a message that doesn't say when it was written (the time of a file, or of
    an mbox line).
    """
    message, defects = parse_tree(raw)
    return _parsed(message, raw, defects, received_fallback)


def _parsed(message: Part, raw: bytes, defects: tuple[str, ...], fallback: datetime | None) -> ParsedMessage:
    headers = Headers(message)
    content = read_content(message)
    date, source = message_date(headers, fallback)
    people = {name: parse_addresses(headers.joined(name)) for name in _ADDRESS_FIELDS}
    sender = _sender(people)
    subject = headers.text("subject")
    text = content.text()
    pieces = split_text(text)
    stated = date.astimezone(UTC).isoformat() if date and source != "fallback" else ""
    digest = _content_hash(subject, sender, stated, text, content.attachments)
    markup = content.html()
    known_id = _first_id(headers.all_raw("message-id"))
    automatic = automatic_reason(message, headers, content, sender)
    invitation = read_invitation(content.attachments) if automatic == "calendar" else None
    report = read_report(message, headers, text) if automatic == "delivery-report" else None
    return ParsedMessage(
        message_id=known_id or f"{digest[:40]}@made.invalid",
        message_id_made=known_id is None,
        in_reply_to=_ids(headers.all_raw("in-reply-to"), known_id),
        references=_related(_ids(headers.all_raw("references"), known_id), report, invitation),
        date=date,
        date_source=source,
        sender=sender,
        from_=people["from"],
        reply_to=people["reply-to"],
        to=people["to"],
        cc=people["cc"],
        bcc=people["bcc"],
        delivered_to=_delivered_to(headers),
        labels=_labels(headers),
        subject=subject,
        topic=(report.topic if report else "") or topic_of(subject),
        is_reply=is_reply_subject(subject),
        text=text,
        html_raw=markup,
        fresh_text=pieces.fresh,
        quoted_text=pieces.quoted,
        signature=pieces.signature,
        attachments=tuple(content.attachments),
        calendar=content.calendar,
        automatic=automatic,
        content_hash=_with_markup(digest, markup),
        size=len(raw),
        defects=(*defects, *content.defects),
        report=report,
        invitation=invitation,
        spam=spam_mark(headers, _labels(headers)),
    )


_ADDRESS_FIELDS = ("from", "sender", "reply-to", "to", "cc", "bcc")


def _sender(people: dict[str, tuple[Address, ...]]) -> Address | None:
    """Who speaks: the first of From; the Sender field only where From is missing."""
    return next(iter((*people["from"], *people["sender"])), None)


def _first_id(values: Iterable[str]) -> str | None:
    return next((found for value in values for found in _ids_in(value)), None)


def _ids(values: list[str], own: str | None) -> tuple[str, ...]:
    """The ids named, in order, each once, without the message's own."""
    found = dict.fromkeys(identifier for value in values for identifier in _ids_in(value))
    found.pop(own or "", None)
    return tuple(found)[-_MAX_REFERENCES:]


def _related(
    references: tuple[str, ...], report: DeliveryReport | None, invitation: Invitation | None
) -> tuple[str, ...]:
    """A report belongs to the message that it tells of, as an answer would, and messages of a meeting together."""
    if invitation:
        return (invitation.reference, *references)
    if not report or not report.message_id or report.message_id in references:
        return references
    return (*references, report.message_id)


def _ids_in(raw: str) -> list[str]:
    """Ids in brackets; without brackets, whatever looks like one (`Your message of … <id>` has brackets)."""
    text = raw_text(raw)
    found = [_SPACES.sub("", inner) for inner in _BRACKETED.findall(text)]
    if not found:
        found = _BARE_ID.findall(text) or ([text.strip()] if re.fullmatch(r"\s*[^\s<>]{8,}\s*", text) else [])
    return [_clean_id(identifier) for identifier in found if _clean_id(identifier)]


def _clean_id(identifier: str) -> str:
    return identifier.replace("\x00", "").strip("\"' ")[:_MAX_ID]


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    """The mailboxes this copy was delivered to, as the servers on the way noted."""
    fields = ("delivered-to", "x-original-to", "envelope-to", "x-delivered-to")
    found = [address for name in fields for address in parse_addresses(headers.joined(name))]
    return tuple(dict.fromkeys(address.address for address in found))


def _labels(headers: Headers) -> tuple[str, ...]:
    """Gmail's labels, as its export writes them."""
    labels = (label.strip().strip('"') for label in headers.text("x-gmail-labels").split(","))
    return tuple(label for label in labels if label)


def _content_hash(subject: str, sender: Address | None, date: str, text: str, attachments: list[Attachment]) -> str:
    """SHA-256 over what makes it the same message, whatever Message-ID or route it came by."""
    parts = [subject, sender.address if sender else "", date, _SPACES.sub(" ", text).strip()]
    parts += sorted(attachment.sha256 for attachment in attachments)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _with_markup(digest: str, markup: str | None) -> str:
    """What is shown of a message is its markup, so that the same words in other markup are another content."""
    return hashlib.sha256(f"{digest}\x1f{_SPACES.sub(' ', markup)}".encode()).hexdigest() if markup else digest
