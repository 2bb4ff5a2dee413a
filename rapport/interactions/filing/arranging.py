"""Divides messages among conversations where a person has put some of them by hand.

Two messages that were put into one conversation stay together, and two that were put into different ones
stay apart, whatever ties them. Every other message goes with the one that it answers; where that leaves a
choice, with what it is tied to and nearest to in time. The result depends on the messages and on where the
placed ones are, never on the order of arrival.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

from rapport.interactions.channels.email.threads import ThreadKeys, belong_together, ids_to_look_up

Tie = tuple[ThreadKeys, ThreadKeys]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def arrange(messages: Sequence[ThreadKeys], placed: Mapping[str, UUID]) -> list[set[str]]:
    """The conversations as sets of keys. `placed` says in which conversation a person put a message."""
    parts = _Parts(placed)
    for message in messages:
        parts.add(message.key)
    for first, second in sorted(ties(messages), key=_nearest_first):
        parts.join(first.key, second.key)
    return parts.sets()


def ties(messages: Sequence[ThreadKeys]) -> Iterator[Tie]:
    """Pairs that belong together: all that matter, since those left out are tied by way of nearer ones."""
    yield from _parents(messages)
    by_id: dict[str, list[ThreadKeys]] = defaultdict(list)
    by_topic: dict[str, list[ThreadKeys]] = defaultdict(list)
    for message in messages:
        for each in ids_to_look_up(message):
            by_id[each].append(message)
        if message.topic:
            by_topic[message.topic.casefold()].append(message)
    for shelf in by_id.values():
        yield from _sharing_an_id(shelf)
    for shelf in by_topic.values():
        yield from _unlinked(shelf)


def _parents(messages: Iterable[ThreadKeys]) -> Iterator[Tie]:
    by_message_id: dict[str, list[ThreadKeys]] = defaultdict(list)
    for message in messages:
        by_message_id[message.message_id].append(message)
    for message in messages:
        for answered in answers(message):
            for parent in by_message_id[answered]:
                if parent is not message and belong_together(parent, message):
                    yield parent, message


def answers(message: ThreadKeys) -> tuple[str, ...]:
    """The id of the very message that is answered, if any."""
    return message.in_reply_to[:1] or message.references[-1:]


def _sharing_an_id(shelf: Sequence[ThreadKeys]) -> Iterator[Tie]:
    """All who share a participant or the topic are tied to each other: neighbours in time are enough."""
    cliques: dict[tuple[str, str], list[ThreadKeys]] = defaultdict(list)
    for message in shelf:
        if not message.participants:
            yield from ((message, other) for other in shelf if other is not message)
            continue
        cliques["topic", message.topic.casefold()].append(message)
        for each in message.participants:
            cliques["participant", each].append(message)
    for clique in cliques.values():
        yield from pairwise(sorted(clique, key=lambda each: (_at(each), each.message_id, each.key)))


def _unlinked(shelf: Sequence[ThreadKeys]) -> Iterator[Tie]:
    """Answers that name no message, with what they may answer."""
    for reply in shelf:
        if reply.reply and not reply.in_reply_to and not reply.references:
            yield from ((reply, each) for each in shelf if each is not reply and belong_together(reply, each))


def _nearest_first(tie: Tie) -> tuple[bool, float, list[tuple[str, str]]]:
    first, second = tie
    is_answer = first.message_id in answers(second) or second.message_id in answers(first)
    gap = abs((_at(first) - _at(second)).total_seconds())
    return not is_answer, gap, sorted((each.message_id, each.key) for each in tie)


def _at(message: ThreadKeys) -> datetime:
    return message.date or EPOCH


class _Parts:
    """Disjoint sets of keys, each with the conversation that something in it was placed in."""

    def __init__(self, placed: Mapping[str, UUID]) -> None:
        self._placed = placed
        self._parent: dict[str, str] = {}
        self._home: dict[str, UUID] = {}
        self._first_in: dict[UUID, str] = {}

    def add(self, key: str) -> None:
        self._parent[key] = key
        if key in self._placed:
            self._home[key] = home = self._placed[key]
            self.join(self._first_in.setdefault(home, key), key)

    def join(self, first: str, second: str) -> None:
        """Makes the two sets one, unless they were placed in different conversations."""
        one, other = self._find(first), self._find(second)
        homes = {self._home[each] for each in (one, other) if each in self._home}
        if one == other or len(homes) > 1:
            return
        self._parent[other] = one
        if homes:
            self._home[one] = homes.pop()

    def sets(self) -> list[set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key in self._parent:
            found[self._find(key)].add(key)
        return list(found.values())

    def _find(self, key: str) -> str:
        while self._parent[key] != key:
            self._parent[key] = key = self._parent[self._parent[key]]
        return key
