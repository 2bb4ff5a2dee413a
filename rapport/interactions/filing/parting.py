"""A part of a conversation as one of its own, and two conversations as one: what persons have said of them holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q

from rapport.interactions.models import AudienceKind, Conversation, Mark, Participation

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


def absorb(kept: UUID, others: Iterable[UUID]) -> None:
    """Ends conversations of which another has taken up all that was said. What persons have said goes with it.

    Of two words on who may read, the narrower holds; of two conversations the open one, and whoever looks after
    either.
    """
    ids = sorted(set(others))
    Mark.objects.filter(conversation__in=ids).update(conversation=kept)
    into, *ended = (Conversation.objects.get(pk=kept), *Conversation.objects.filter(pk__in=ids).order_by("pk"))
    if changes := _united(into, ended):
        Conversation.objects.filter(pk=kept).update(**changes)
    Conversation.objects.filter(pk__in=ids).delete()


VISIBILITY = ("is_visibility_set", "shown_to", "shown_team_id", "shown_detail", "word_by")
BREADTH = {AudienceKind.PARTICIPANTS: 0, AudienceKind.TEAM: 1, AudienceKind.EVERYONE: 2}


def _united(kept: Conversation, ended: Collection[Conversation]) -> dict[str, Any]:
    """The columns in which the kept conversation differs once it holds the others."""
    everyone = [kept, *ended]
    wanted: dict[str, Any] = {
        "owner_id": next((each.owner_id for each in everyone if each.owner_id), None),
        "team_id": next((each.team_id for each in everyone if each.team_id), None),
    }
    if any(each.status == Conversation.Status.OPEN for each in ended):
        wanted["status"] = Conversation.Status.OPEN
    if said := [each for each in everyone if each.is_visibility_set]:
        narrowest = min(said, key=lambda each: (BREADTH[AudienceKind(each.shown_to)], each.shown_detail))
        wanted |= {name: getattr(narrowest, name) for name in VISIBILITY}
    return {name: value for name, value in wanted.items() if getattr(kept, name) != value}
