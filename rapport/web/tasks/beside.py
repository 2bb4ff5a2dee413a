"""The tasks beside something else: a party, a conversation, the questions of Today; and what stands beside a task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rapport.interactions.actions.tasks import today_of
from rapport.interactions.models import Conversation
from rapport.interactions.queries import inbox, tasks
from rapport.interactions.queries.inbox import Whose
from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.resources.registry import RESOURCES


def tasks_of(actor: Actor, party: UUID) -> dict[str, Any]:
    """What a party's page knows of tasks. Two queries; none for somebody whose role knows no tasks."""
    return _listed(actor, tasks.of_party(actor, party)) if _sees(actor) else {"assignees": []}


def tasks_in(actor: Actor, conversation: UUID) -> dict[str, Any]:
    """What a conversation's pane knows of tasks."""
    listed = tasks.of_conversation(actor, conversation) if _sees(actor) else []
    return _listed(actor, listed)


def _listed(actor: Actor, listed: list[tasks.TaskLine]) -> dict[str, Any]:
    may_add = RESOURCES["tasks"].may(actor, "create")
    return {
        "tasks": listed,
        "today": today_of(actor),
        "may_add_task": may_add,
        "assignees": tasks.assignees(actor) if may_add else [],
    }


def day_of(actor: Actor, whose: Whose) -> dict[str, Any]:
    """My day, or that of others. One query."""
    if not _sees(actor):
        return {"day": None}
    return {
        "day": tasks.agenda(actor, whose),
        "day_today": today_of(actor),
        "may_add_task": RESOURCES["tasks"].may(actor, "create"),
    }


def doing(actor: Actor, task: UUID) -> dict[str, Any]:
    """What a task's page shows beside its facts. Raises NotFound."""
    line = tasks.one(actor, task)
    if line is None:
        raise NotFound()
    about = Conversation.objects.visible_to(actor).filter(pk=line.conversation_id)
    said = inbox.lines(actor, about, 1) if line.conversation_id else []
    return {
        "line": line,
        "today": today_of(actor),
        "conversation": said[0] if said else None,
        "assignees": tasks.assignees(actor),
    }


def _sees(actor: Actor) -> bool:
    return RESOURCES["tasks"].may(actor, "view")
