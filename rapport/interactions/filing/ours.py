"""Who we are: as everybody knows it, and as its importer says it of one archive alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from rapport.interactions.channels.email.who import is_ours
from rapport.interactions.models import Import, Mailbox, OurAddress


@dataclass(frozen=True, slots=True)
class Ours:
    """Our addresses and domains, and whose they are."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    users: dict[str, UUID] = field(default_factory=dict)

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

    def users_among(self, addresses: Collection[str]) -> set[UUID]:
        return {self.users[each] for each in addresses if each in self.users}

    def and_said(self, addresses: Collection[str], domains: Collection[str], user: UUID | None) -> Ours:
        """With what somebody says is theirs; whose an address is known to be stays so."""
        mine = dict.fromkeys(addresses, user) if user else {}
        users = {**mine, **self.users}
        return replace(self, addresses=self.addresses | {*addresses}, domains=self.domains | {*domains}, users=users)


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are in each archive: what everybody knows, and what whoever imported it last has said of it."""

    known: Ours
    said: dict[UUID, Ours]

    @classmethod
    def load(cls) -> Us:
        known = Ours.load()
        return cls(known, {archive: known.and_said(*claim) for archive, claim in _claims().items()})

    def of(self, archive: UUID | None) -> Ours:
        return self.said.get(archive, self.known) if archive else self.known


Claim = tuple[list[str], list[str], UUID | None]
"""Addresses, domains, and the user who says that they are theirs."""


def claimed_names(archive: UUID) -> set[str]:
    """What is said of an archive alone: addresses, and domains with a leading @."""
    addresses, domains, _user = _claims(archive=archive).get(archive, ([], [], None))
    return {*addresses, *(f"@{each}" for each in domains)}


def _claims(**narrowed: Any) -> dict[UUID, Claim]:
    """By archive, what the last import of it that has begun was told; of a mailbox, its own address."""
    mailboxes = Mailbox.objects.filter(**narrowed).values_list("archive_id", "address", "owner_id")
    return {archive: ([address], [], owner) for archive, address, owner in mailboxes} | _imported(**narrowed)


def _imported(**narrowed: Any) -> dict[UUID, Claim]:
    begun = Import.objects.filter(options__has_key="ours", started_at__isnull=False, **narrowed)
    last = begun.order_by("archive", "-pk").distinct("archive")
    return {
        archive: (said.get("addresses", []), said.get("domains", []), user)
        for archive, user, said in last.values_list("archive_id", "user_id", "options__ours")
    }
