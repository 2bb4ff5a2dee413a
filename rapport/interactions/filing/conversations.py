"""Puts letters into conversations: those they continue, those they join, or new ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from rapport.interactions.channels.email.threads import group
from rapport.interactions.filing.letters import Letter
from rapport.interactions.filing.neighbours import Stored, neighbours
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.parting import absorb
from rapport.interactions.filing.rearranging import rearrange
from rapport.interactions.locking import take
from rapport.interactions.models import Conversation, Interaction
from rapport.kit.ids import uuid7
from rapport.platform.records.bulk import copy

CONVERSATION = (
    "id", "created_at", "updated_at", "version", "custom", "subject", "channel", "status", "audience",
    "is_visibility_set", "awaiting", "message_count", "snippet",
)  # fmt: skip


def place(letters: Sequence[Letter], us: Us) -> set[UUID]:
    """Gives every letter its conversation; conversations that a letter ties together become one.

    What a person has split or joined stays so. Says which conversations are touched.
    """
    keys = {str(letter.id): letter.keys() for letter in letters}
    known = neighbours(list(keys.values()), us)
    held = {each.keys.key for each in known if each.is_held}
    groups = [g for g in group([*(each.keys for each in known), *keys.values()]) if not g.isdisjoint(keys)]
    home, touched = _join_up([g for g in groups if g.isdisjoint(held)], known)
    by_hand = [keys[key] for g in groups if not g.isdisjoint(held) for key in sorted(g & keys.keys())]
    there = {each.conversation for each in known}
    if by_hand:
        arranged, moved = rearrange(by_hand, (), us)
        home, touched = home | arranged, touched | moved
        there |= set(Conversation.objects.filter(pk__in=arranged.values()).values_list("pk", flat=True))
    _settle_in(letters, home, there)
    return touched | {letter.conversation for letter in letters if letter.conversation}


def _join_up(groups: Sequence[set[str]], known: Collection[Stored]) -> tuple[dict[str, UUID], set[UUID]]:
    """For each key the conversation of its group: the oldest of all that the group is tied to."""
    homes = {each.keys.key: each.conversation for each in known}
    root = _roots([{homes[key] for key in members if key in homes} for members in groups])
    found: dict[str, UUID] = {}
    for members in groups:
        tied = {root[homes[key]] for key in members if key in homes}
        found |= dict.fromkeys(members, min(tied) if tied else uuid7())
    _join(root)
    return found, set(root.values())


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


def _join(root: dict[UUID, UUID]) -> None:
    """Moves all that is said in conversations that are not their own root into it."""
    moved: dict[UUID, list[UUID]] = defaultdict(list)
    for conversation, kept in root.items():
        if conversation != kept:
            moved[kept].append(conversation)
    take(root if moved else ())
    for kept, others in moved.items():
        Interaction.objects.filter(conversation__in=others).update(conversation=kept)
        absorb(kept, others)


def _settle_in(letters: Sequence[Letter], home: dict[str, UUID], there: set[UUID]) -> None:
    """Gives each letter its conversation, and makes those that are not `there`."""
    fresh: dict[UUID, Letter] = {}
    for letter in letters:
        letter.conversation = home[str(letter.id)]
        first = fresh.setdefault(letter.conversation, letter)
        if letter.at < first.at:
            fresh[letter.conversation] = letter
    rows = [_conversation(each, first) for each, first in fresh.items() if each not in there]
    copy(Conversation, CONVERSATION, rows)


def _conversation(identifier: UUID, first: Letter) -> tuple[Any, ...]:
    now = timezone.now()
    return (
        identifier, now, now, 1, {}, "", "email", "open", first.audience, False,
        "nobody", 0, "",
    )  # fmt: skip
