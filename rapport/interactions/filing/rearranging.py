"""Brings messages to where they belong beside conversations that somebody has split or joined by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from rapport.interactions.channels.email.threads import ThreadKeys
from rapport.interactions.filing.arranging import arrange
from rapport.interactions.filing.neighbours import Stored, neighbours, stored
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.parting import absorb, copy_marks, part
from rapport.interactions.locking import take
from rapport.interactions.models import Conversation, Interaction
from rapport.kit.ids import uuid7

Homes = dict[str, UUID]
"""The conversation of each message, by its key."""


def rearrange(fresh: Sequence[ThreadKeys], known: Collection[UUID], us: Us) -> tuple[Homes, set[UUID]]:
    """Moves stored messages that hang together with `fresh` or `known` to where they belong.

    Returns where each message belongs, the fresh ones (which are not stored yet) included, and the
    conversations from or to which a stored one was moved.
    """
    around = _reach(fresh, known, us)
    placed = {key: each.conversation for key, each in around.items() if each.is_placed}
    messages = [*fresh, *(each.keys for each in around.values())]
    homes = _homes(arrange(messages, placed), around, placed)
    return homes, _move(homes, around)


def _reach(fresh: Sequence[ThreadKeys], known: Collection[UUID], us: Us) -> dict[str, Stored]:
    """The stored messages that decide: over ties from one to the next, each way up to where one is placed."""
    found = {each.keys.key: each for each in stored(known, us)} if known else {}
    frontier = [*fresh, *(each.keys for each in found.values() if not each.is_placed)]
    while frontier:
        new = [each for each in neighbours(frontier, us) if each.keys.key not in found]
        found |= {each.keys.key: each for each in new}
        frontier = [each.keys for each in new if not each.is_placed]
    return found


def _homes(parts: Sequence[set[str]], around: Mapping[str, Stored], placed: Mapping[str, UUID]) -> Homes:
    """A part's conversation: where something in it was placed, else where its first message is, else a new one."""
    homes: Homes = {}
    taken = set(placed.values())
    for keys in sorted(parts, key=lambda each: (each.isdisjoint(placed), min(each))):
        home = next((placed[key] for key in keys if key in placed), None)
        home = home or _first_free(keys, around, taken) or uuid7()
        taken.add(home)
        homes |= dict.fromkeys(keys, home)
    return homes


def _first_free(keys: set[str], around: Mapping[str, Stored], taken: set[UUID]) -> UUID | None:
    there = sorted((around[key] for key in keys if key in around), key=lambda each: (each.keys.date, each.keys.key))
    return next((each.conversation for each in there if each.conversation not in taken), None)


def _move(homes: Homes, around: Mapping[str, Stored]) -> set[UUID]:
    moved: dict[tuple[UUID, UUID], list[UUID]] = defaultdict(list)
    for key, each in sorted(around.items()):
        if homes[key] != each.conversation:
            moved[each.conversation, homes[key]].append(UUID(key))
    take({each for pair in moved for each in pair})
    _make_missing(moved)
    for (_source, target), ids in moved.items():
        Interaction.objects.filter(pk__in=ids).update(conversation=target)
    for source, target in moved:
        _dissolve_if_empty(source, target)
    return {each for pair in moved for each in pair}


def _make_missing(moved: Mapping[tuple[UUID, UUID], Collection[UUID]]) -> None:
    """Makes the conversations that are new, each like the one from which its first message comes."""
    ends = {each for pair in moved for each in pair}
    there = Conversation.objects.in_bulk(list(ends))
    for (source, target), ids in moved.items():
        if target not in there:
            there[target] = part(there[source], pk=target, status=there[source].status)
            copy_marks(source, target, ids)


def _dissolve_if_empty(source: UUID, target: UUID) -> None:
    """What was written by hand in a conversation follows its messages when the last of them leaves."""
    rest = Interaction.objects.filter(conversation=source)
    if rest.filter(channel="email").exists() or rest.filter(is_placed=True).exists():
        return
    rest.update(conversation=target)
    absorb(target, [source])
