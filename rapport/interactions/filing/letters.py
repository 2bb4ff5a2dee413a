"""A message on its way into the database, and who we are in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.threads import ThreadKeys
from rapport.interactions.channels.email.who import MessageAddresses, is_ours
from rapport.interactions.filing.prepared import Prepared
from rapport.interactions.models import OurAddress
from rapport.kit.ids import uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ours:
    """Our addresses and domains, and whose they are."""

    addresses: frozenset[str]
    domains: frozenset[str]
    users: dict[str, UUID]

    @classmethod
    def load(cls) -> Ours:
        rows = list(OurAddress.objects.filter(deleted_at=None, confirmed=True).values_list("address", "user_id"))
        return cls(
            frozenset(a for a, _u in rows if not a.startswith("@")),
            frozenset(a[1:] for a, _u in rows if a.startswith("@")),
            {address: user for address, user in rows if user},
        )

    def has(self, address: str) -> bool:
        return is_ours(address, self.addresses, self.domains)


Item = tuple[ParsedMessage, bytes, Prepared]
"""A message, its raw form, and what `prepare` made of the two."""


@dataclass(slots=True)
class Letter:
    """A message on its way into the database."""

    message: ParsedMessage
    raw: bytes
    prepared: Prepared
    addresses: MessageAddresses
    direction: str
    id: UUID = field(default_factory=uuid7)
    conversation: UUID | None = None
    audience: int = 0

    @property
    def at(self) -> datetime:
        return self.message.date or EPOCH

    def outside(self, ours: Ours) -> frozenset[str]:
        a = self.addresses
        everyone = {a.sender or "", *a.to, *a.cc, *a.bcc} - {""}
        return frozenset(each for each in everyone if not ours.has(each))

    def keys(self, ours: Ours) -> ThreadKeys:
        m = self.message
        return ThreadKeys(
            str(self.id),
            m.message_id,
            m.in_reply_to,
            m.references,
            m.topic,
            self.outside(ours),
            m.date,
            m.is_reply,
        )
