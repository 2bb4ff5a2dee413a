"""The first step of who has just begun: to bring in mail."""

from __future__ import annotations

from rapport.interactions.actions.imports import may_import
from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor


def needs_mail(actor: Actor) -> bool:
    """Whether nothing was said yet that they may see, and they may bring in what was."""
    return may_import(actor) and not Conversation.objects.visible_to(actor).exists()
