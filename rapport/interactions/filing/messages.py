"""Files parsed e-mail: each message becomes an interaction in its conversation, once, whatever comes twice.

A batch is one transaction. What it means for parties, conversations and the ledger is worked out over the
whole batch, so that a message costs a fixed share of a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from rapport.interactions.channels.email.who import MessageAddresses, correspondents, direction
from rapport.interactions.filing.audiences import AudienceBook, circles_heeding, circles_of
from rapport.interactions.filing.conversations import FILING, place
from rapport.interactions.filing.correspondents import Book, Newcomer
from rapport.interactions.filing.known import Known
from rapport.interactions.filing.letters import Item, Letter, Ours
from rapport.interactions.filing.rows import write_rows
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import (
    Archive,
    Conversation,
    ExcludedAddress,
    Interaction,
)
from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import emit
from rapport.platform.files import store
from rapport.platform.history.context import assume


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
    addresses = MessageAddresses.of(message)
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
        write_rows(fresh, archive, ours, people)
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
