"""Puts letters into conversations: those they continue, those they join, or new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rapport.interactions.channels.email.threads import ThreadKeys, group, ids_to_look_up, topic_to_look_up
from rapport.interactions.models import Conversation, Interaction, Mark, MessageReference, Participation
from rapport.kit.ids import uuid7
from rapport.kit.text import clean_line
from rapport.platform.records.bulk import copy

if TYPE_CHECKING:
    from rapport.interactions.filing.messages import Letter, Ours

CONVERSATION = (
    "id", "created_at", "updated_at", "version", "custom", "subject", "channel", "status", "audience",
    "is_visibility_set", "awaiting", "message_count", "snippet",
)  # fmt: skip


def place(letters: Sequence[Letter], ours: Ours) -> set[UUID]:
    """Gives every letter its conversation; conversations that a letter ties together become one."""
    keys = {letter.id: letter.keys(ours) for letter in letters}
    neighbours, home = _neighbours(list(keys.values()), ours)
    by_key = {str(letter.id): letter for letter in letters}
    groups = [members for members in group([*neighbours, *keys.values()]) if members & by_key.keys()]
    root = _roots([{home[key] for key in members if key in home} for members in groups])
    fresh = []
    for members in groups:
        own = [by_key[key] for key in sorted(members & by_key.keys())]
        homes = {root[home[key]] for key in members if key in home}
        conversation = min(homes) if homes else uuid7()
        if not homes:
            fresh.append(_conversation(conversation, min(own, key=lambda each: each.at)))
        for letter in own:
            letter.conversation = conversation
    _join(root)
    copy(Conversation, CONVERSATION, fresh)
    return {letter.conversation for letter in letters if letter.conversation}


def _roots(tied: Sequence[set[UUID]]) -> dict[UUID, UUID]:
    """For each conversation the oldest of all that it is tied to, itself when to none."""
    root: dict[UUID, UUID] = {}

    def find(each: UUID) -> UUID:
        while root.setdefault(each, each) != each:
            each = root[each]
        return each

    for homes in tied:
        ends = {find(each) for each in homes}
        for end in ends:
            root[end] = min(ends)
    return {each: find(each) for each in list(root)}


def _conversation(identifier: UUID, first: Letter) -> tuple[Any, ...]:
    now, m = timezone.now(), first.message
    subject = clean_line(m.topic or m.subject, 1_000)
    return (
        identifier, now, now, 1, {}, subject, "email", "open", first.audience, False,
        "nobody", 0, "",
    )  # fmt: skip


def _join(root: dict[UUID, UUID]) -> None:
    """Moves all that is said in conversations that are not their own root into it."""
    moved: dict[UUID, list[UUID]] = defaultdict(list)
    for conversation, kept in root.items():
        if conversation != kept:
            moved[kept].append(conversation)
    for kept, others in moved.items():
        Interaction.objects.filter(conversation__in=others).update(conversation=kept)
        Mark.objects.filter(conversation__in=others).update(conversation=kept)
        Conversation.objects.filter(pk__in=others).delete()


def _neighbours(fresh: list[ThreadKeys], ours: Ours) -> tuple[list[ThreadKeys], dict[str, UUID]]:
    """Stored messages that a fresh one may belong to, as threading sees them, and where each lives."""
    found = set(_by_ids(fresh)) | set(_by_topic(fresh))
    rows = Interaction.objects.filter(pk__in=found, channel="email")
    stored = list(rows.values_list("id", "conversation_id", "message_id", "topic", "at", "is_reply"))
    ids, outside = _references(found), _outside(found, ours)
    keys = [
        ThreadKeys(
            key=str(interaction),
            message_id=message_id,
            references=tuple(sorted(ids[interaction] - {message_id})),
            topic=topic,
            participants=frozenset(outside[interaction]),
            date=at,
            reply=reply,
        )
        for interaction, _conversation, message_id, topic, at, reply in stored
    ]
    return keys, {str(row[0]): row[1] for row in stored}


def _by_ids(fresh: Iterable[ThreadKeys]) -> Iterable[UUID]:
    wanted = {each[:1_000] for keys in fresh for each in ids_to_look_up(keys)}
    return MessageReference.objects.filter(message_id__in=wanted).values_list("interaction_id", flat=True)


BY_TOPIC = """
    SELECT DISTINCT i.id FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[], %s::bool[])
        AS wanted (topic, since, until, is_unlinked_reply)
    JOIN interactions_interaction i ON i.topic = wanted.topic AND i.at BETWEEN wanted.since AND wanted.until
    WHERE i.topic <> '' AND (wanted.is_unlinked_reply OR i.is_unlinked_reply)
"""


def _by_topic(fresh: Iterable[ThreadKeys]) -> Iterable[UUID]:
    """What an answer that names no message may answer, and such answers to what is fresh."""
    looks = [(topic_to_look_up(keys), is_unlinked_reply(keys)) for keys in fresh]
    wanted = [(look.topic[:1_000], look.since, look.until, unlinked) for look, unlinked in looks if look]
    if not wanted:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(BY_TOPIC, [list(column) for column in zip(*wanted, strict=True)])
        return [row[0] for row in cursor.fetchall()]


def is_unlinked_reply(keys: ThreadKeys) -> bool:
    return keys.reply and not keys.in_reply_to and not keys.references


def _references(interactions: Iterable[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for interaction, message_id in MessageReference.objects.filter(interaction__in=interactions).values_list(
        "interaction_id", "message_id"
    ):
        found[interaction].add(message_id)
    return found


def _outside(interactions: Iterable[UUID], ours: Ours) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Participation.objects.filter(interaction__in=interactions)
    for interaction, address in rows.values_list("interaction_id", "address"):
        if address and not ours.has(address):
            found[interaction].add(address)
    return found
