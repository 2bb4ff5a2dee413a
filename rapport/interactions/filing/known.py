"""Which messages of a batch are here already: those with the same content, however they came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from rapport.interactions.channels.email.archive import RawMessage
from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.channels.email.pipeline import parse_one
from rapport.interactions.channels.email.sameness import same_message, same_recipients
from rapport.interactions.filing.letters import Letter
from rapport.interactions.models import Interaction
from rapport.platform.errors import NotFound
from rapport.platform.files import store

Again = list[tuple[UUID, Letter]]
"""Copies of messages that are here already, with the interaction of each."""


class Known:
    """The messages that are here, as far as those of one batch may be among them.

    The same id with the same content is the same message. Where only one of the two is the same, what is stored is
    read again and compared: an id can be copied, and a forged message must neither pass for the real one nor keep
    it out; and what is sent to several people in the same words is a message to each, unless it names the same.
    """

    def __init__(self) -> None:
        self._by_content: dict[bytes, list[tuple[str, UUID]]] = defaultdict(list)
        self._by_id: dict[str, list[tuple[datetime | None, UUID]]] = defaultdict(list)
        """With the second that each states, if any: a program may give thousands of messages one id."""
        self._digests: dict[UUID, bytes | None] = {}
        self._messages: dict[UUID, ParsedMessage | None] = {}

    @classmethod
    def of(cls, letters: Iterable[Letter]) -> Known:
        known, listed = cls(), [each.message for each in letters]
        hashes = {bytes.fromhex(each.content_hash) for each in listed}
        ids = {each.message_id[:1_000] for each in listed}
        rows = Interaction.objects.filter(Q(content_hash__in=hashes) | Q(message_id__in=ids)).order_by("pk")
        columns = ("pk", "content_hash", "message_id", "at", "body__headers__date_source", "body__raw_digest")
        for interaction, content, message_id, at, source, digest in rows.values_list(*columns):
            known._digests[interaction] = digest
            if content is not None:
                known._by_content[bytes(content)].append((message_id, interaction))
            known._by_id[message_id].append((_second(at, source), interaction))
        return known

    def sort(self, letters: Sequence[Letter]) -> tuple[list[Letter], Again]:
        """The letters that are new (the first of each), and those that are here, or come before, already."""
        fresh: list[Letter] = []
        again: Again = []
        for letter in letters:
            there = self._find(letter.message)
            if there is None:
                fresh.append(letter)
                self._learn(letter)
            else:
                again.append((there, letter))
        return fresh, again

    def _find(self, message: ParsedMessage) -> UUID | None:
        same_words = self._by_content.get(bytes.fromhex(message.content_hash), [])
        if not message.message_id_made:
            for identifier, interaction in same_words:
                if identifier == message.message_id[:1_000]:
                    return interaction
        for interaction, known in self._read(interaction for _id, interaction in same_words):
            if same_recipients(known, message):
                return interaction
        alike = self._read(self._with_the_id(message))
        return next((interaction for interaction, known in alike if same_message(known, message)), None)

    def _with_the_id(self, message: ParsedMessage) -> Iterator[UUID]:
        if message.message_id_made:
            return
        second = _second(message.date, message.date_source)
        for other, interaction in self._by_id.get(message.message_id[:1_000], ()):
            if second is None or other is None or other == second:
                yield interaction

    def _read(self, interactions: Iterable[UUID]) -> Iterator[tuple[UUID, ParsedMessage]]:
        for each in interactions:
            if each not in self._messages:
                self._messages[each] = stored_message(self._digests[each])
            if known := self._messages[each]:
                yield each, known

    def _learn(self, letter: Letter) -> None:
        entry = (letter.message.message_id[:1_000], letter.id)
        self._by_content[bytes.fromhex(letter.message.content_hash)].append(entry)
        stated = _second(letter.message.date, letter.message.date_source)
        self._by_id[letter.message.message_id[:1_000]].append((stated, letter.id))
        self._messages[letter.id] = letter.message


def _second(at: datetime | None, source: str | None) -> datetime | None:
    return at.replace(microsecond=0) if at and source == "date" else None


def stored_message(digest: bytes | None) -> ParsedMessage | None:
    """A message as it came, read again; None where its raw form is not kept."""
    if digest is None:
        return None
    try:
        with store.open_file(bytes(digest)) as file:
            outcome = parse_one(RawMessage("", "", file.read()))
    except NotFound:
        return None
    return outcome if isinstance(outcome, ParsedMessage) else None
