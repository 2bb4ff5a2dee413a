"""The rows of filed messages: interactions, bodies, who took part, what they answer, what was attached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.utils import timezone

from rapport.interactions.filing.correspondents import Book
from rapport.interactions.filing.letters import Letter
from rapport.interactions.filing.prepared import LONGEST_BODY
from rapport.interactions.models import Attachment, Body, Copy, Interaction, MessageReference, Participation
from rapport.kit.ids import uuid7
from rapport.kit.text import clean_line
from rapport.platform.files import store
from rapport.platform.records.bulk import copy

OF_THE_MESSAGE = (
    "at", "subject", "snippet", "automatic", "is_thanks", "has_attachments", "message_id", "topic", "is_reply",
    "is_unlinked_reply", "content_hash", "away_until",
)  # fmt: skip
INTERACTION = (
    "id", "created_at", "updated_at", "version", "custom", "conversation", "audience", "archive", "channel",
    "direction", "user", "sender", "is_synchronous", *OF_THE_MESSAGE,
)  # fmt: skip


def keep_files(fresh: Iterable[Letter]) -> list[bytes]:
    """Puts what came, and what was attached, into the store; the digests, to be flushed."""
    digests = []
    for letter in fresh:
        digests.append(store.put(letter.raw, letter.prepared.digest))
        digests += [store.put(each.content, bytes.fromhex(each.sha256)) for each in letter.message.attachments]
    return digests


def write_rows(fresh: Sequence[Letter], people: Book) -> None:
    now = timezone.now()
    copy(Interaction, INTERACTION, (_interaction(each, people, now) for each in fresh))
    copy(Copy, ("interaction", "archive", "delivered_to"), map(_copy, fresh))
    write_parts(fresh, people)


def write_parts(fresh: Sequence[Letter], people: Book) -> None:
    """All that a message consists of, beside its own row."""
    copy(Body, BODY, map(_body, fresh))
    copy(Participation, Part._fields, (row for each in fresh for row in participations(each, people)))
    references = (row for each in fresh for row in _references(each))
    copy(MessageReference, ("interaction", "message_id", "is_parent"), references)
    copy(Attachment, ATTACHMENT, (row for each in fresh for row in _attachments(each)))


def _interaction(letter: Letter, people: Book, now: datetime) -> tuple[Any, ...]:
    direction, sender = letter.envelope.direction, letter.envelope.addresses.sender or ""
    return (
        letter.id, now, now, 1, {}, letter.conversation, letter.audience, letter.archive.pk, "email", direction,
        letter.envelope.user, people.parties.get(sender) if direction == "in" else None, False,
        *message_columns(letter).values(),
    )  # fmt: skip


def message_columns(letter: Letter) -> dict[str, Any]:
    """What an interaction's row holds of the message itself, whoever we are."""
    m, p = letter.message, letter.prepared
    values = (
        letter.at, p.subject, p.snippet, m.automatic or "", p.is_thanks, bool(m.attachments), m.message_id[:1_000],
        m.topic.casefold()[:1_000], m.is_reply, m.is_reply and not m.in_reply_to and not m.references,
        bytes.fromhex(m.content_hash), p.away_until,
    )  # fmt: skip
    return dict(zip(OF_THE_MESSAGE, values, strict=True))


def _copy(letter: Letter) -> tuple[Any, ...]:
    return letter.id, letter.archive.pk, list(letter.envelope.addresses.delivered_to)


BODY = ("interaction", "text", "quoted", "signature", "html", "headers", "raw_digest", "words")


def _body(letter: Letter) -> tuple[Any, ...]:
    m, p = letter.message, letter.prepared
    headers: dict[str, Any] = {"date_source": m.date_source, "defects": list(m.defects), "calendar": m.calendar}
    if m.report:
        headers["report"] = {
            "message_id": m.report.message_id[:1_000],
            "undelivered": [[each.address[:500], each.status, each.is_final] for each in m.report.undelivered],
        }
    if m.invitation:
        headers["invitation"] = msgspec.to_builtins(m.invitation)
    return letter.id, p.text, m.quoted_text[:LONGEST_BODY], m.signature[:10_000], p.html, headers, p.digest, p.words


class Part(NamedTuple):
    """A row of a participation."""

    interaction: UUID
    role: str
    name: str
    address: str
    party: UUID | None
    user: UUID | None
    at: datetime


def participations(letter: Letter, people: Book) -> Iterator[Part]:
    """Who takes part, each address once in each role."""
    m, seen = letter.message, set()
    groups = (
        ("from", m.from_ or ((m.sender,) if m.sender else ())),
        ("to", m.to),
        ("cc", m.cc),
        ("bcc", m.bcc),
    )
    for role, addresses in groups:
        for each in addresses:
            if (role, each.address) in seen:
                continue
            seen.add((role, each.address))
            yield Part(
                letter.id, role, clean_line(each.name, 300), each.address[:500], people.parties.get(each.address),
                letter.envelope.ours.users.get(each.address), letter.at,
            )  # fmt: skip


def _references(letter: Letter) -> Iterable[tuple[UUID, str, bool]]:
    m = letter.message
    ids = {each[:1_000] for each in (m.message_id, *m.in_reply_to, *m.references) if each}
    answered = {each[:1_000] for each in m.in_reply_to[:1] or m.references[-1:]}
    return ((letter.id, each, each in answered) for each in sorted(ids))


ATTACHMENT = ("id", "interaction", "name", "content_type", "size", "digest", "content_id", "is_inline")


def _attachments(letter: Letter) -> Iterable[tuple[Any, ...]]:
    for each in letter.message.attachments:
        yield (
            uuid7(), letter.id, each.name[:300], each.content_type[:200], each.size, bytes.fromhex(each.sha256),
            (each.content_id or "")[:500], each.inline,
        )  # fmt: skip
