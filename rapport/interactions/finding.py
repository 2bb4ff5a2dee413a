"""Finds conversations by what was said in them, in the newest thousand messages that fit."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from rapport.interactions.access import seen_by
from rapport.interactions.models import Audience, Body, Interaction
from rapport.interactions.queries.parts import wholly_seen
from rapport.interactions.resources import reads_names
from rapport.platform.access.actors import Actor
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import FINDERS, Hit
from rapport.platform.search.words import tsquery

CANDIDATES = 1_000
SHORTEST = 3
"""Under three letters only names are searched."""


def find_conversations(text: str, actor: Actor, limit: int) -> list[Hit]:
    query = tsquery(text)
    if len(text.strip()) < SHORTEST or not query or not RESOURCES["conversations"].may(actor, "view"):
        return []
    messages = _newest(query, seen_by(actor, "everything"), actor, limit * 5)
    if hints := _subject_only(actor):
        messages += _newest(tsquery(text, label="A"), Q(audience__in=hints), actor, limit * 5)
    columns = ("conversation_id", "subject", "conversation__party__display_name", "at")
    rows = list(Interaction.objects.filter(pk__in=messages).order_by("-at", "-pk").values_list(*columns))
    found: dict[UUID, Hit] = {}
    named = wholly_seen(actor, {row[0] for row in rows}) if reads_names(actor) else set()
    for conversation, subject, party, at in rows:
        hit = Hit(
            "conversations",
            conversation,
            subject or "",
            f"{(party if conversation in named else '') or ''} · {at:%d %b %Y}".strip(" ·"),
            f"/inbox/{conversation}/",
        )
        found.setdefault(conversation, hit)
    return list(found.values())[:limit]


def _newest(query: str, seen: Q, actor: Actor, limit: int) -> list[UUID]:
    """The newest messages with these words, among those that may be looked into."""
    having = Body.objects.filter(words__matches=query).order_by("-pk").values("pk")[:CANDIDATES]
    rows = Interaction.objects.visible_to(actor).filter(seen, pk__in=having).order_by("-at", "-pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def _subject_only(actor: Actor) -> list[int]:
    """The audiences that show the actor a subject and not what was said."""
    if actor.is_system:
        return []
    who = list(actor.principals)
    rows = Audience.objects.filter(subject__overlap=who).exclude(everything__overlap=who)
    return list(rows.values_list("pk", flat=True))


FINDERS["conversations"] = find_conversations
