"""Conversations of which somebody may see a part alone: what that part, taken by itself, tells of them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.expressions import Combinable

from rapport.interactions.access import seen_by
from rapport.interactions.ledger.conclusions import Summary
from rapport.interactions.ledger.settling import summarize
from rapport.interactions.models import Conversation, Interaction
from rapport.platform.access.actors import Actor


def whole(actor: Actor, detail: str = "happened") -> Q:
    """The conversations of which nothing is hidden from the actor, as far as `detail` goes.

    Only of these may be seen what sums them up, and what persons have said of them as a whole.
    """
    if actor.is_system:
        return Q()
    said = Interaction.objects.filter(conversation=OuterRef("pk"), deleted_at=None)
    return ~Q(Exists(said.exclude(seen_by(actor, detail))))


def is_whole(actor: Actor) -> Combinable:
    """The same as a column."""
    return Value(True) if actor.is_system else ExpressionWrapper(whole(actor), BooleanField())


def wholly_seen(actor: Actor, conversations: Collection[UUID]) -> set[UUID]:
    """Those of which nothing is hidden from the actor. One query."""
    rows = Conversation.objects.filter(whole(actor), pk__in=conversations)
    return set(rows.values_list("pk", flat=True))


def as_seen(actor: Actor, conversations: Collection[UUID]) -> dict[UUID, Summary]:
    """What sums these conversations up for somebody who knows nothing but what they may see: as if that were all.

    Of what persons have said of them, only the actor's own words count. A fixed number of queries.
    """
    return summarize(conversations, seen_by(actor), Q(user=actor.user_id))
