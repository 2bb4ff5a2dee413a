"""Which messages belong to one conversation: the JWZ rule (https://www.jwz.org/doc/threading.html) as a
relation between two messages, so that no order of arrival can change the result.

Two messages belong together when
- one id stands in both (as Message-ID, In-Reply-To or References) and they share their topic or an outside
  participant: somebody who answers an old message only to take its address book, on another matter and
  with other people, starts a conversation of their own, and so does a program that repeats its ids; or
- one is a reply that names no message at all, the other came up to 30 days before under the same topic,
  and they share an outside participant. Never by topic alone.

Conversations are the connected components of that relation. A new message can join two of them and can
never divide one, so an importer needs only the neighbours of what is new (`ids_to_look_up`,
`topic_to_look_up`, `belong_together`).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

WINDOW = timedelta(days=30)


class ThreadKeys(msgspec.Struct, frozen=True):
    """What threading looks at. `participants` are the addresses in it that are not ours (all, while it is
    not known who we are); `reply` says that the subject is marked as an answer."""

    key: str
    message_id: str
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    topic: str = ""
    participants: frozenset[str] = frozenset()
    date: datetime | None = None
    reply: bool = False


class TopicLookUp(NamedTuple):
    """Where an unlinked reply, or what it answers, may be: this topic, any of these people, this time."""

    topic: str
    participants: frozenset[str]
    since: datetime
    until: datetime


def group(messages: Iterable[ThreadKeys]) -> list[set[str]]:
    """The conversations, as sets of keys, in the order in which their first message was given."""
    messages = list(messages)
    union = _Union()
    for message in messages:
        union.find(("message", message.key))
    for first, second in (*_linked_by_id(messages), *_linked_by_topic(messages)):
        union.join(first, second)
    groups: dict[Hashable, set[str]] = {}
    for message in messages:
        groups.setdefault(union.find(("message", message.key)), set()).add(message.key)
    return list(groups.values())


def belong_together(first: ThreadKeys, second: ThreadKeys) -> bool:
    """The relation itself: symmetric, and a property of the two alone."""
    if ids_to_look_up(first) & ids_to_look_up(second) and _kindred(first, second):
        return True
    return _answers_unlinked(first, second) or _answers_unlinked(second, first)


def ids_to_look_up(message: ThreadKeys) -> frozenset[str]:
    """The ids by which a message may be tied to others: look for them among Message-IDs and references."""
    return frozenset(filter(None, (message.message_id, *message.in_reply_to, *message.references)))


def topic_to_look_up(message: ThreadKeys) -> TopicLookUp | None:
    """Where to look besides, or None. What is found there counts only if `belong_together` says so."""
    if not (message.topic and message.participants and message.date):
        return None
    since = message.date - WINDOW if _unlinked_reply(message) else message.date
    return TopicLookUp(_folded(message), message.participants, since, message.date + WINDOW)


def _kindred(first: ThreadKeys, second: ThreadKeys) -> bool:
    if not first.participants or not second.participants:
        return True
    return _folded(first) == _folded(second) or not first.participants.isdisjoint(second.participants)


def _answers_unlinked(reply: ThreadKeys, earlier: ThreadKeys) -> bool:
    if not (_unlinked_reply(reply) and reply.topic and reply.date and earlier.date):
        return False
    return (
        _folded(reply) == _folded(earlier)
        and timedelta(0) <= reply.date - earlier.date <= WINDOW
        and not reply.participants.isdisjoint(earlier.participants)
    )


def _unlinked_reply(message: ThreadKeys) -> bool:
    return message.reply and not message.in_reply_to and not message.references


def _folded(message: ThreadKeys) -> str:
    return message.topic.casefold()


def _linked_by_id(messages: list[ThreadKeys]) -> Iterator[tuple[Hashable, Hashable]]:
    """Every message is tied to (id, topic) and (id, participant); whoever shares a tie is kindred. One
    without participants is kindred to all who share the id."""
    open_ids = {i for message in messages if not message.participants for i in ids_to_look_up(message)}
    for message in messages:
        node = ("message", message.key)
        for identifier in ids_to_look_up(message):
            if identifier in open_ids:
                yield node, ("id", identifier)
                continue
            yield node, ("topic", identifier, _folded(message))
            for participant in message.participants:
                yield node, ("participant", identifier, participant)


def _linked_by_topic(messages: list[ThreadKeys]) -> Iterator[tuple[Hashable, Hashable]]:
    """For each topic and person, a reply that names no message is tied to all of the 30 days before it."""
    shelves: dict[tuple[str, str], list[tuple[datetime, bool, str]]] = defaultdict(list)
    for message in messages:
        if message.topic and message.date:
            for participant in message.participants:
                entry = (message.date, _unlinked_reply(message), message.key)
                shelves[_folded(message), participant].append(entry)
    for shelf in shelves.values():
        yield from _ties_on_shelf(sorted(shelf))


def _ties_on_shelf(shelf: list[tuple[datetime, bool, str]]) -> Iterator[tuple[Hashable, Hashable]]:
    """Neighbours within the reach of some reply are tied; that ties the whole reach, in linear time."""
    reach: datetime | None = None
    for (earlier, _, first), (date, is_reply, second) in zip(reversed(shelf[:-1]), reversed(shelf[1:]), strict=True):
        if is_reply:
            reach = date - WINDOW if reach is None else min(reach, date - WINDOW)
        if reach is not None and earlier >= reach:
            yield ("message", first), ("message", second)


class _Union:
    """Disjoint sets with path halving."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}

    def find(self, node: Hashable) -> Hashable:
        parent = self._parent
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    def join(self, first: Hashable, second: Hashable) -> None:
        self._parent[self.find(first)] = self.find(second)
