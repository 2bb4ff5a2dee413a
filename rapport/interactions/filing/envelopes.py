"""Between whom a message goes, and who we are among them: all that decides what it means for whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from rapport.interactions.channels.email.who import (
    Correspondent,
    Direction,
    MessageAddresses,
    correspondents,
    direction,
)
from rapport.interactions.filing.ours import Ours


@dataclass(frozen=True, slots=True)
class Envelope:
    addresses: MessageAddresses
    ours: Ours

    @property
    def direction(self) -> Direction:
        a = self.addresses
        recipients = (*a.to, *a.cc, *a.bcc, *a.delivered_to)
        return direction(a.sender, recipients, self.ours.addresses, self.ours.domains)

    @property
    def user(self) -> UUID | None:
        """Which of us wrote it."""
        return self.ours.users.get(self.addresses.sender or "")

    @property
    def users(self) -> set[UUID]:
        """All of us who take part in it."""
        return self.ours.users_among({*self.named(), *self.addresses.delivered_to})

    @property
    def outside(self) -> frozenset[str]:
        return frozenset(each for each in self.named() if not self.ours.has(each))

    @property
    def correspondents(self) -> tuple[Correspondent, ...]:
        """Whom it makes known to us."""
        return correspondents(self.addresses, self.ours.addresses, self.ours.domains)

    def named(self) -> set[str]:
        a = self.addresses
        return {a.sender or "", *a.to, *a.cc, *a.bcc} - {""}
