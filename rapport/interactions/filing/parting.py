"""A part of a conversation as one of its own, and two conversations as one: what persons have said of them holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Q

from rapport.interactions.models import Conversation, Mark, Participation

KEPT = (
    "owner_id", "team_id", "is_visibility_set", "shown_to", "shown_team_id", "shown_detail", "shared_with", "word_by",
)  # fmt: skip


def part(conversation: Conversation, **columns: Any) -> Conversation:
    """A new conversation beside another: whose it is and who may read it is as there. To be settled."""
    kept = {name: getattr(conversation, name) for name in (*KEPT, "channel", "audience_id")}
    made: Conversation = Conversation.objects.create(**kept | columns)
    return made


def copy_marks(conversation: UUID, other: UUID, moved: Collection[UUID]) -> list[UUID]:
    """What a person has said of all, or of somebody in the interactions that moved, holds in the other, too."""
    there = Participation.objects.filter(interaction__in=moved, party__isnull=False).values("party")
    said = Mark.objects.filter(Q(party=None) | Q(party__in=there), conversation=conversation)
    copies = [
        Mark(conversation_id=other, party_id=each.party_id, awaiting=each.awaiting, at=each.at, user_id=each.user_id)
        for each in said
    ]
    return [each.pk for each in Mark.objects.bulk_create(copies)]
