"""Verbs over conversations by which a team shares its inbox: who looks after them, which department, and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.models import Conversation
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Team, User
from rapport.platform.actions.registry import action
from rapport.platform.errors import Forbidden, Invalid
from rapport.platform.events.bus import emit
from rapport.platform.fields.tagging import taggable

FARTHEST = timedelta(days=366)
"""How long something may be put off."""

taggable(Conversation, "conversations")


@action(Conversation, "claim", resource="conversations", changes=("owner",))
def claim(conversations: list[Conversation], *, actor: Actor) -> None:
    """The actor looks after these from now on."""
    if actor.user_id is None:
        raise Forbidden()
    _write(conversations, owner_id=actor.user_id)
    _tell("claimed", conversations, actor)


@action(Conversation, "assign", resource="conversations", accepts={"to": "link"}, changes=("owner",))
def assign(conversations: list[Conversation], *, actor: Actor, to: UUID | None = None) -> None:
    """Lets a colleague look after these, who is told; without `to`, nobody. It opens nothing to them to read."""
    if to and not User.objects.visible_to(actor).filter(pk=to, is_active=True).exists():
        raise Invalid(fields={"to": _("Choose a colleague who is here.")})
    _write(conversations, owner_id=to)
    _tell("assigned", conversations, actor)


@action(Conversation, "move", resource="conversations", accepts={"team": "link"}, changes=("team",))
def move(conversations: list[Conversation], *, actor: Actor, team: UUID | None = None) -> None:
    """Hands these over to a department; without `team`, to none. It opens nothing to anybody to read."""
    if team and not Team.objects.visible_to(actor).filter(pk=team).exists():
        raise Invalid(fields={"team": _("There is no such department.")})
    _write(conversations, team_id=team)
    _tell("moved", conversations, actor)


@action(Conversation, "snooze", resource="conversations", accepts={"until": "datetime"}, changes=("snoozed_until",))
def snooze(conversations: list[Conversation], *, actor: Actor, until: datetime) -> None:
    """Out of everybody's sight until then, or until they write. When an answer is due stays as it is."""
    now = timezone.now()
    if not now < until <= now + FARTHEST:
        raise Invalid(fields={"until": _("Choose a time that is still to come, within a year.")})
    _write(conversations, snoozed_until=until, snoozed_by=actor.user_id, snoozed_at=now)
    _tell("snoozed", conversations, actor)


@action(Conversation, "wake", resource="conversations", changes=("snoozed_until",))
def wake(conversations: list[Conversation], *, actor: Actor) -> None:
    """Back in sight, where they would stand had they not been put off."""
    _write(conversations, snoozed_until=None)
    _tell("woken", conversations, actor)


def _write(conversations: Sequence[Conversation], **columns: Any) -> None:
    Conversation.objects.filter(pk__in=[each.pk for each in conversations]).update(**columns)


def _tell(what: str, conversations: Sequence[Conversation], actor: Actor) -> None:
    emit(f"conversations.{what}", [each.pk for each in conversations], actor=actor)
