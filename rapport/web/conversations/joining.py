"""Choosing the conversation that is joined with the one at hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from rapport.interactions.actions.grouping import join as join_conversations
from rapport.interactions.models import Conversation
from rapport.interactions.queries.inbox import Line, lines
from rapport.interactions.resources import reads_names
from rapport.platform.access.actors import Actor
from rapport.platform.errors import Forbidden, NotFound
from rapport.platform.resources.registry import RESOURCES
from rapport.web.conversations.inbox import asked_of, done
from rapport.web.request import Request, read_id
from rapport.web.shell import page

SHOWN = 30


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: Request, conversation: UUID) -> HttpResponse:
    actor = request.actor
    kept = _kept(conversation, actor)
    if request.method == "POST":
        answer = join_conversations([read_id(request.POST.get("other", ""))], into=conversation, actor=actor)
        return done(request, "join", conversation, answer)
    words = request.GET.get("q", "").strip()[:200]
    return page(
        request,
        "conversations/join.html",
        kept=kept,
        words=words,
        lines=lines(actor, _candidates(kept, words, actor), SHOWN),
        asked=asked_of(request),
    )


def _kept(conversation: UUID, actor: Actor) -> Line:
    """The conversation at hand. Raises NotFound, and Forbidden to those who may only look at it."""
    found = lines(actor, Conversation.objects.visible_to(actor).filter(pk=conversation), 1)
    if not found:
        raise NotFound()
    if not Conversation.objects.visible_to(actor, "edit").filter(pk=conversation).exists():
        raise Forbidden()
    return found[0]


def _candidates(kept: Line, words: str, actor: Actor) -> Any:
    """What fits the words; without words, what else was said with the same people."""
    rows = Conversation.objects.visible_to(actor, "edit").exclude(pk=kept.id).order_by("-last_at", "-pk")
    if words:
        fitting = RESOURCES["conversations"].text_condition(words, actor) or Q()
        if reads_names(actor):
            fitting |= Q(party__display_name__icontains=words)
        return rows.filter(fitting)
    return rows.filter(party=kept.party_id)
