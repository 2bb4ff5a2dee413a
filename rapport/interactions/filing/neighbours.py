"""Stored messages that another may belong to, as threading sees them, and where each lives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from rapport.interactions.channels.email.threads import ThreadKeys, ids_to_look_up, topic_to_look_up
from rapport.interactions.filing.ours import Ours, Us
from rapport.interactions.models import Interaction, MessageReference, Participation


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that is here already."""

    keys: ThreadKeys
    conversation: UUID
    is_placed: bool
    """A person put it where it is."""
    is_held: bool
    """So they did with something in its conversation."""


def neighbours(of: Collection[ThreadKeys], us: Us) -> list[Stored]:
    """The stored messages that one of these may be tied to. A fixed number of queries."""
    return stored({*_by_ids(of), *_by_topic(of)}, us)


def stored(interactions: Collection[UUID], us: Us) -> list[Stored]:
    """Those of these interactions that are e-mail."""
    placed = Interaction.objects.filter(conversation=OuterRef("conversation"), is_placed=True)
    rows = Interaction.objects.filter(pk__in=interactions, channel="email").annotate(is_held=Exists(placed))
    columns = ("id", "archive_id", "message_id", "topic", "at", "is_reply", "conversation_id", "is_placed", "is_held")
    found = list(rows.values_list(*columns))
    answered, mentioned = _references(interactions)
    outside = _outside({row[0]: us.of(row[1]) for row in found})
    return [
        Stored(
            ThreadKeys(
                key=str(interaction),
                message_id=message_id,
                in_reply_to=tuple(answered[interaction]),
                references=tuple(sorted(mentioned[interaction] - {message_id})),
                topic=topic,
                participants=frozenset(outside[interaction]),
                date=at,
                reply=reply,
            ),
            *home,
        )
        for interaction, _archive, message_id, topic, at, reply, *home in found
    ]


def _by_ids(of: Iterable[ThreadKeys]) -> Iterable[UUID]:
    wanted = {each[:1_000] for keys in of for each in ids_to_look_up(keys)}
    return MessageReference.objects.filter(message_id__in=wanted).values_list("interaction_id", flat=True)


BY_TOPIC = """
    SELECT DISTINCT i.id FROM unnest(%s::text[], %s::timestamptz[], %s::timestamptz[], %s::bool[])
        AS wanted (topic, since, until, is_unlinked_reply)
    JOIN interactions_interaction i ON i.topic = wanted.topic AND i.at BETWEEN wanted.since AND wanted.until
    WHERE i.topic <> '' AND (wanted.is_unlinked_reply OR i.is_unlinked_reply)
"""


def _by_topic(of: Iterable[ThreadKeys]) -> Iterable[UUID]:
    """What an answer that names no message may answer, and such answers to one of these."""
    looks = [(topic_to_look_up(keys), is_unlinked_reply(keys)) for keys in of]
    wanted = [(look.topic[:1_000], look.since, look.until, unlinked) for look, unlinked in looks if look]
    if not wanted:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(BY_TOPIC, [list(column) for column in zip(*wanted, strict=True)])
        return [row[0] for row in cursor.fetchall()]


def is_unlinked_reply(keys: ThreadKeys) -> bool:
    return keys.reply and not keys.in_reply_to and not keys.references


def _references(interactions: Iterable[UUID]) -> tuple[dict[UUID, set[str]], dict[UUID, set[str]]]:
    """What each interaction answers, and what else it has or names."""
    answered: dict[UUID, set[str]] = defaultdict(set)
    mentioned: dict[UUID, set[str]] = defaultdict(set)
    rows = MessageReference.objects.filter(interaction__in=interactions)
    for interaction, message_id, is_parent in rows.values_list("interaction_id", "message_id", "is_parent"):
        (answered if is_parent else mentioned)[interaction].add(message_id)
    return answered, mentioned


def _outside(ours: Mapping[UUID, Ours]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    rows = Participation.objects.filter(interaction__in=list(ours)).exclude(address="")
    for interaction, address in rows.values_list("interaction_id", "address"):
        if not ours[interaction].has(address):
            found[interaction].add(address)
    return found
