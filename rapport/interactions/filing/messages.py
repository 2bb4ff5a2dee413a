"""Files parsed e-mail: each message becomes an interaction in its conversation, once, whatever comes twice.

A batch is one transaction. What it means for parties, conversations and the ledger is worked out over the
whole batch, so that a message costs a fixed share of a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.threads import ThreadKeys
from rapport.interactions.channels.email.who import MessageAddresses, correspondents, direction, is_ours
from rapport.interactions.filing.audiences import AudienceBook, circles_heeding, circles_of
from rapport.interactions.filing.conversations import FILING, place
from rapport.interactions.filing.correspondents import Book, Newcomer
from rapport.interactions.filing.known import Known
from rapport.interactions.filing.prepared import LONGEST_BODY, Prepared
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import (
    Archive,
    Attachment,
    Body,
    Conversation,
    ExcludedAddress,
    Interaction,
    MessageReference,
    OurAddress,
    Participation,
)
from rapport.kit.ids import uuid7
from rapport.kit.text import clean_line
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.history.context import assume
from rapport.platform.records.bulk import copy

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


@dataclass(slots=True)
class Filed:
    """What became of a batch: read = stored + already_there + excluded."""

    stored: int = 0
    already_there: int = 0
    excluded: int = 0


def file_messages(items: Sequence[Item], archive: Archive, ours: Ours, *, actor: Actor) -> Filed:
    """Files one batch in one transaction. Filing runs one batch at a time over the whole installation."""
    with transaction.atomic():
        assume(actor)
        lock(FILING)
        return _file(items, archive, ours, actor)


def _file(items: Sequence[Item], archive: Archive, ours: Ours, actor: Actor) -> Filed:
    filed, book = Filed(), AudienceBook()
    excluded = frozenset(ExcludedAddress.objects.filter(deleted_at=None).values_list("address", flat=True))
    letters = [_letter(item, ours) for item in items]
    admitted = [letter for letter in letters if not _is_excluded(letter, excluded)]
    filed.excluded = len(letters) - len(admitted)
    known = Known.of([letter.message for letter in admitted])
    fresh, again = known.sort([(letter, letter.message) for letter in admitted])
    filed.already_there, filed.stored = len(admitted) - len(fresh), len(fresh)
    touched = known.widen(again, lambda letter: circles_of(archive, _users(letter, ours)), book)
    if fresh:
        touched |= _store(fresh, archive, ours, book, actor)
        emit("interactions.created", [letter.id for letter in fresh], actor=actor)
    resettle(touched, book)
    return filed


def _letter(item: Item, ours: Ours) -> Letter:
    message, raw, prepared = item
    addresses = MessageAddresses(
        sender=message.sender.address if message.sender else None,
        to=tuple(each.address for each in message.to),
        cc=tuple(each.address for each in message.cc),
        bcc=tuple(each.address for each in message.bcc),
        delivered_to=message.delivered_to,
        automatic=message.automatic is not None,
    )
    recipients = (*addresses.to, *addresses.cc, *addresses.bcc, *addresses.delivered_to)
    return Letter(
        message, raw, prepared, addresses, direction(addresses.sender, recipients, ours.addresses, ours.domains)
    )


def _is_excluded(letter: Letter, excluded: frozenset[str]) -> bool:
    if not excluded:
        return False
    a = letter.addresses
    everyone = {a.sender or "", *a.to, *a.cc, *a.bcc} - {""}
    return any(each in excluded or f"@{each.rpartition('@')[2]}" in excluded for each in everyone)


def _users(letter: Letter, ours: Ours) -> set[UUID]:
    a = letter.addresses
    everyone = (a.sender or "", *a.to, *a.cc, *a.bcc, *a.delivered_to)
    return {ours.users[each] for each in everyone if each in ours.users}


def _store(fresh: list[Letter], archive: Archive, ours: Ours, book: AudienceBook, actor: Actor) -> set[UUID]:
    """Writes the messages; says which conversations they touch."""
    with ThreadPoolExecutor(1) as beside:  # the disk and the database work at the same time
        kept = beside.submit(_keep_files, fresh)
        people, linked = _meet(fresh, archive, ours, actor)
        for letter in fresh:
            letter.audience = book.id_of(circles_of(archive, _users(letter, ours)))
        touched = place(fresh, ours)
        _heed_visibility(fresh, archive, ours, book)
        _copy_rows(fresh, archive, ours, people)
        store.flush(kept.result())
    return touched | linked


def _heed_visibility(fresh: Iterable[Letter], archive: Archive, ours: Ours, book: AudienceBook) -> None:
    """What a person has said about who may read a conversation holds for what comes to it later."""
    said = Q(is_visibility_set=True) | ~Q(shared_with=[])
    rows = Conversation.objects.filter(said, pk__in={letter.conversation for letter in fresh})
    found = {conversation.pk: conversation for conversation in rows}
    speakers = _principals({each.word_by for each in found.values() if each.word_by})
    for letter in fresh:
        if conversation := letter.conversation and found.get(letter.conversation):
            speaker = speakers.get(conversation.word_by, frozenset())
            wanted = circles_heeding(conversation, speaker, archive, _users(letter, ours))
            letter.audience = book.id_of(wanted)


def _principals(users: Iterable[UUID]) -> dict[UUID | None, frozenset[UUID]]:
    found = User.objects.filter(pk__in=list(users), is_active=True, deleted_at=None)
    return {user.pk: frozenset(actor_for(user, "import").principals) for user in found}


def _keep_files(fresh: Iterable[Letter]) -> list[bytes]:
    digests = []
    for letter in fresh:
        digests.append(store.put(letter.raw, letter.prepared.digest))
        digests += [store.put(a.content, bytes.fromhex(a.sha256)) for a in letter.message.attachments]
    return digests


def _meet(fresh: Sequence[Letter], archive: Archive, ours: Ours, actor: Actor) -> tuple[Book, set[UUID]]:
    """Finds or makes the parties in the batch; earlier mail that only named them is linked to them now."""
    names: dict[str, str] = {}
    newcomers: dict[str, Newcomer] = {}
    for letter in sorted(fresh, key=lambda each: each.at):
        m = letter.message
        for each in (*m.from_, *m.to, *m.cc):
            if each.name and each.address not in names:
                names[each.address] = each.name
        for known in correspondents(letter.addresses, ours.addresses, ours.domains):
            newcomers.setdefault(known.address, Newcomer(known.address, first_seen=letter.at))
    for address, newcomer in newcomers.items():
        newcomer.name = names.get(address, "")
    book = Book.of({address for letter in fresh for address in letter.outside(ours)})
    made = book.welcome(newcomers, archive.owner_id)
    for name, ids in book.made.items():
        emit(f"{name}.created", ids, actor=actor)
    return book, _link_earlier({address: book.parties[address] for address in made})


LINK = """
    UPDATE interactions_participation p SET party_id = d.party_id
    FROM unnest(%s::text[], %s::uuid[]) AS d (address, party_id)
    WHERE p.address = d.address AND p.party_id IS NULL RETURNING p.interaction_id
"""
LINK_SENDERS = """
    UPDATE interactions_interaction i SET sender_id = p.party_id FROM interactions_participation p
    WHERE p.interaction_id = i.id AND i.id = ANY (%s) AND p.role = 'from' AND i.direction = 'in'
      AND i.sender_id IS NULL AND p.party_id IS NOT NULL
"""


def _link_earlier(made: dict[str, UUID]) -> set[UUID]:
    if not made:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(LINK, [list(made), list(made.values())])
        interactions = [row[0] for row in cursor.fetchall()]
        if interactions:
            cursor.execute(LINK_SENDERS, [interactions])
    rows = Interaction.objects.filter(pk__in=interactions).values_list("conversation_id", flat=True)
    return set(rows.distinct())


INTERACTION = (
    "id", "created_at", "updated_at", "version", "custom", "conversation", "audience", "archive", "channel",
    "direction", "at", "subject", "snippet", "user", "sender", "automatic", "is_thanks", "is_synchronous",
    "has_attachments",
    "message_id", "topic", "is_reply", "is_unlinked_reply", "content_hash",
)  # fmt: skip


def _copy_rows(fresh: Sequence[Letter], archive: Archive, ours: Ours, people: Book) -> None:
    now = timezone.now()
    copy(Interaction, INTERACTION, (_interaction(each, archive, ours, people, now) for each in fresh))
    copy(Body, BODY, map(_body, fresh))
    participations = (row for each in fresh for row in _participations(each, ours, people))
    copy(Participation, ("interaction", "role", "name", "address", "party", "user", "at"), participations)
    references = (row for each in fresh for row in _references(each))
    copy(MessageReference, ("interaction", "message_id", "is_parent"), references)
    copy(Attachment, ATTACHMENT, (row for each in fresh for row in _attachments(each)))


def _interaction(letter: Letter, archive: Archive, ours: Ours, people: Book, now: datetime) -> tuple[Any, ...]:
    m, sender = letter.message, letter.addresses.sender or ""
    return (
        letter.id, now, now, 1, {}, letter.conversation, letter.audience, archive.pk, "email", letter.direction,
        letter.at, letter.prepared.subject, letter.prepared.snippet,
        ours.users.get(sender), people.parties.get(sender) if letter.direction == "in" else None, m.automatic or "",
        letter.prepared.is_thanks, False, bool(m.attachments), m.message_id[:1_000],
        m.topic.casefold()[:1_000], m.is_reply, m.is_reply and not m.in_reply_to and not m.references,
        bytes.fromhex(m.content_hash),
    )  # fmt: skip


BODY = ("interaction", "text", "quoted", "signature", "html", "headers", "raw_digest", "words")


def _body(letter: Letter) -> tuple[Any, ...]:
    m, p = letter.message, letter.prepared
    headers = {"date_source": m.date_source, "defects": list(m.defects), "calendar": m.calendar}
    return letter.id, p.text, m.quoted_text[:LONGEST_BODY], m.signature[:10_000], p.html, headers, p.digest, p.words


def _participations(letter: Letter, ours: Ours, people: Book) -> Iterable[tuple[Any, ...]]:
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
            yield (
                letter.id, role, clean_line(each.name, 300), each.address[:500], people.parties.get(each.address),
                ours.users.get(each.address), letter.at,
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
