"""Which messages of a batch are here already: by Message-ID with the same sender and second, or by content."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from rapport.interactions.channels.email.message import ParsedMessage
from rapport.interactions.filing.audiences import AudienceBook, Circles
from rapport.interactions.models import Interaction, Participation

Letter = TypeVar("Letter")
Identity = tuple[str, str, datetime | None]


class Known:
    """What is here already, for one batch. Conversations whose visibility a person has set stay as they are."""

    def __init__(self) -> None:
        self._by_content: dict[bytes, UUID] = {}
        self._by_identity: dict[Identity, UUID] = {}

    @classmethod
    def of(cls, messages: Iterable[ParsedMessage]) -> Known:
        known, listed = cls(), list(messages)
        hashes = {bytes.fromhex(each.content_hash) for each in listed}
        ids = {each.message_id[:1_000] for each in listed}
        rows = Interaction.objects.filter(Q(content_hash__in=hashes) | Q(message_id__in=ids))
        found = list(rows.values_list("id", "content_hash", "message_id", "at"))
        senders = _senders([row[0] for row in found])
        for interaction, content, message_id, at in found:
            if content is not None:
                known._by_content[bytes(content)] = interaction
            known._by_identity[message_id, senders.get(interaction, ""), at.replace(microsecond=0)] = interaction
        return known

    def sort(self, letters: Sequence[tuple[Letter, ParsedMessage]]) -> tuple[list[Letter], list[tuple[UUID, Letter]]]:
        """The letters that are new (the first of each), and those here already with their interaction.

        Those that come twice within the batch, or are known by their headers alone, are in neither list.
        """
        fresh: list[Letter] = []
        again: list[tuple[UUID, Letter]] = []
        in_batch: set[object] = set()
        for letter, message in letters:
            content, identity = bytes.fromhex(message.content_hash), _identity(message)
            if content in self._by_content:
                again.append((self._by_content[content], letter))
            elif identity in self._by_identity:
                pass  # here already; but headers alone, which anybody can write, are no proof of having the message
            elif not {content, identity} & in_batch:
                fresh.append(letter)
            in_batch |= {content, identity}
        return fresh, again

    def widen(
        self,
        again: Sequence[tuple[UUID, Letter]],
        circles_of: Callable[[Letter], Circles],
        book: AudienceBook,
    ) -> set[UUID]:
        """Lets those see a message who may by another archive that holds it too; says what that touches."""
        touched: set[UUID] = set()
        rows = Interaction.objects.filter(pk__in=[each for each, _l in again], conversation__is_visibility_set=False)
        present = {row[0]: row[1:] for row in rows.values_list("id", "audience_id", "conversation_id")}
        widened: dict[UUID, int] = {}
        for interaction, letter in again:
            if interaction not in present:
                continue
            audience, conversation = present[interaction]
            wider = book.id_of(book.circles(audience) | circles_of(letter))
            if wider != audience:
                present[interaction] = (wider, conversation)
                widened[interaction] = wider
                touched.add(conversation)
        for audience in set(widened.values()):
            ids = [interaction for interaction, wider in widened.items() if wider == audience]
            Interaction.objects.filter(pk__in=ids).update(audience=audience)
        return touched


def _identity(message: ParsedMessage) -> Identity:
    sender = message.sender.address if message.sender else ""
    return message.message_id[:1_000], sender, message.date.replace(microsecond=0) if message.date else None


def _senders(interactions: list[UUID]) -> dict[UUID, str]:
    rows = Participation.objects.filter(interaction__in=interactions, role=Participation.Role.FROM)
    return dict(rows.order_by("-id").values_list("interaction_id", "address"))
