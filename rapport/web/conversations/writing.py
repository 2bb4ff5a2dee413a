"""Two colleagues at one conversation: who writes in it says so, and who sends learns first of what came meanwhile."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from rapport.interactions.models import Conversation
from rapport.platform.access.grants import Scope
from rapport.platform.errors import Forbidden, NotFound
from rapport.platform.events.writing import Writing, announce
from rapport.web.request import Request


@require_POST
def writing(request: Request, conversation: UUID) -> HttpResponse:
    """Tells those who have the conversation open that the actor writes in it (`goes_on`), or has stopped."""
    actor = request.actor
    if not Conversation.objects.visible_to(actor).filter(pk=conversation).exists():
        raise NotFound()
    if actor.scope("interactions", "create") == Scope.NONE or actor.user_id is None:
        raise Forbidden()
    announce(Writing("conversations", conversation, actor.user_id, request.POST.get("goes_on") == "true"))
    return HttpResponse(status=204)
