"""Finds conversations by what was said in them, in the newest thousand messages that fit."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from rapport.interactions.access import seen_by
from rapport.interactions.models import Body, Interaction
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
    rows = Interaction.objects.visible_to(actor).filter(_said(query, tsquery(text, label="A"), actor))
    columns = (
        "conversation_id",
        "subject",
        "conversation__party__display_name",
        "audience_id",
        "at",
    )
    found: dict[UUID, Hit] = {}
    names = "name" in RESOURCES["parties"].readable(actor)
    for conversation, subject, party, _audience, at in rows.order_by("-at", "-id").values_list(*columns)[: limit * 5]:
        hit = Hit(
            "conversations",
            conversation,
            subject or "",
            f"{(party if names else '') or ''} · {at:%d %b %Y}".strip(" ·"),
            f"/inbox/{conversation}/",
        )
        found.setdefault(conversation, hit)
    return list(found.values())[:limit]


def _said(query: str, titled: str, actor: Actor) -> Q:
    newest = Body.objects.filter(words__matches=query).order_by("-pk").values("pk")[:CANDIDATES]
    in_subject = Body.objects.filter(words__matches=titled).order_by("-pk").values("pk")[:CANDIDATES]
    return Q(pk__in=newest) & seen_by(actor, "everything") | Q(pk__in=in_subject) & seen_by(actor, "subject")


FINDERS["conversations"] = find_conversations
