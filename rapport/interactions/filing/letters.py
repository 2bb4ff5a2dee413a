"""A message on its way into the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.threads import ThreadKeys
from rapport.interactions.channels.email.who import MessageAddresses
from rapport.interactions.filing.envelopes import Envelope
from rapport.interactions.filing.ours import Ours
from rapport.interactions.filing.prepared import Prepared
from rapport.interactions.models import Archive
from rapport.kit.ids import uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


Item = tuple[ParsedMessage, bytes, Prepared]
"""A message, its raw form, and what `prepare` made of the two."""


@dataclass(slots=True)
class Letter:
    message: ParsedMessage
    raw: bytes
    prepared: Prepared
    archive: Archive
    envelope: Envelope
    id: UUID = field(default_factory=uuid7)
    conversation: UUID | None = None
    audience: int = 0

    @classmethod
    def of(cls, item: Item, archive: Archive, ours: Ours) -> Letter:
        return cls(*item, archive, Envelope(MessageAddresses.of(item[0]), ours))

    @property
    def at(self) -> datetime:
        return self.message.date or EPOCH

    @property
    def owner_id(self) -> UUID | None:
        return self.archive.owner_id

    def names(self) -> Iterable[tuple[str, str]]:
        """The addresses in it with what they are called."""
        m = self.message
        return ((each.address, each.name) for each in (*m.from_, *m.to, *m.cc) if each.name)

    def keys(self) -> ThreadKeys:
        m = self.message
        return ThreadKeys(
            str(self.id),
            m.message_id,
            m.in_reply_to,
            m.references,
            m.topic,
            self.envelope.outside,
            m.date,
            m.is_reply,
        )
