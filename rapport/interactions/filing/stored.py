"""Stored e-mail as filing sees it: its envelope, the archives in which it lies, and what was made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from rapport.interactions.channels.email.who import MessageAddresses
from rapport.interactions.filing.envelopes import Envelope
from rapport.interactions.filing.known import stored_message
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.showing import Lying
from rapport.interactions.models import Archive, Copy, Interaction, Participation


class Person(NamedTuple):
    """Somebody in a stored message, as its row says."""

    id: int
    role: str
    name: str
    address: str
    party: UUID | None
    user: UUID | None


@dataclass(slots=True)
class StoredMail:
    id: UUID
    conversation: UUID
    at: datetime
    archive: Archive | None
    """The first that held it."""
    envelope: Envelope
    people: Sequence[Person]
    lying: Sequence[Lying]
    direction: str
    sender: UUID | None
    user: UUID | None
    audience: int

    @property
    def owner_id(self) -> UUID | None:
        return self.archive.owner_id if self.archive else None

    def names(self) -> Iterable[tuple[str, str]]:
        return ((each.address, each.name) for each in self.people if each.name and each.role != "bcc")


def load_mail(ids: Collection[UUID], us: Us) -> list[StoredMail]:
    """The e-mails among these interactions, in the order of their ids. A fixed number of queries."""
    complete_copies(ids)
    rows = Interaction.objects.filter(pk__in=ids, channel="email").select_related("archive").order_by("pk")
    people, copies = _people(ids), _copies(ids)
    return [_mail(row, people[row.pk], copies[row.pk], us) for row in rows]


def _people(ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    found: dict[UUID, list[Person]] = defaultdict(list)
    rows = Participation.objects.filter(interaction__in=ids).exclude(address="").order_by("pk")
    for interaction, *person in rows.values_list("interaction", *Person._fields):
        found[interaction].append(Person._make(person))
    return found


def _copies(ids: Collection[UUID]) -> dict[UUID, list[Copy]]:
    found: dict[UUID, list[Copy]] = defaultdict(list)
    for each in Copy.objects.filter(interaction__in=ids).select_related("archive").order_by("pk"):
        found[each.interaction_id].append(each)
    return found


def _mail(row: Interaction, people: Sequence[Person], copies: Sequence[Copy], us: Us) -> StoredMail:
    delivered = tuple(dict.fromkeys(address for each in copies for address in each.delivered_to))
    envelope = Envelope(_addresses(people, delivered, bool(row.automatic)), us.of(row.archive_id))
    ordered = sorted(copies, key=lambda each: (each.archive_id != row.archive_id, each.pk))
    named = envelope.named()
    lying = [(each.archive, us.of(each.archive_id).users_among({*named, *each.delivered_to})) for each in ordered]
    return StoredMail(
        row.pk, row.conversation_id, row.at, row.archive, envelope, people, lying, row.direction, row.sender_id,
        row.user_id, row.audience_id,
    )  # fmt: skip


def _addresses(people: Sequence[Person], delivered_to: tuple[str, ...], automatic: bool) -> MessageAddresses:
    by_role: Mapping[str, list[str]] = defaultdict(list)
    for each in people:
        by_role[each.role].append(each.address)
    sender = next(iter(by_role["from"]), None)
    to, cc, bcc = (tuple(by_role[role]) for role in ("to", "cc", "bcc"))
    return MessageAddresses(sender, to, cc, bcc, delivered_to, automatic=automatic)


def complete_copies(ids: Collection[UUID], most: int | None = None) -> int:
    """Notes where mail lies that was stored before that was noted; to whom it was delivered, it says itself.

    At most so many, since each of them is read again. Says how many there were.
    """
    rows = Interaction.objects.filter(pk__in=ids, channel="email", archive__isnull=False, copies=None).order_by("pk")
    missing = []
    for row, archive, digest in rows.values_list("pk", "archive", "body__raw_digest")[:most]:
        message = stored_message(digest)
        delivered_to = list(message.delivered_to) if message else []
        missing.append(Copy(interaction_id=row, archive_id=archive, delivered_to=delivered_to))
    Copy.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)
