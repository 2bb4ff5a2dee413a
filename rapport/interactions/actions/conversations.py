"""Verbs over conversations: who has to answer, open or closed."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Mark
from rapport.interactions.queries.parts import whole
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit
from rapport.platform.files.resources import hold_files
from rapport.platform.records.models import Rows
from rapport.platform.resources.registry import RESOURCES


def _read_whole(actor: Actor, verb: str) -> Rows:
    """Whoever reads only a part of a conversation isn't shown what was put beside all of it."""
    return RESOURCES["conversations"].rows(actor, verb).filter(whole(actor, "everything"))


hold_files("conversations", _read_whole)


def _ids(conversations: list[Conversation]) -> list[UUID]:
    return [each.pk for each in conversations]


def _mark(conversations: list[Conversation], awaiting: str, actor: Actor) -> None:
    now = timezone.now()
    Mark.objects.bulk_create(
        [Mark(conversation=each, awaiting=awaiting, at=now, user_id=actor.user_id) for each in conversations]
    )
    resettle(_ids(conversations))


@action(Conversation, "no_reply_needed", resource="conversations")
def no_reply_needed(conversations: list[Conversation], *, actor: Actor) -> None:
    """Nobody has to answer, until somebody says something new."""
    _mark(conversations, "nobody", actor)
    Conversation.objects.filter(pk__in=_ids(conversations)).update(snoozed_until=None)
    emit("conversations.no_reply_needed", _ids(conversations), actor=actor)


@action(Conversation, "still_waiting", resource="conversations", accepts={"for_": "text"})
def still_waiting(conversations: list[Conversation], *, actor: Actor, for_: str = "them") -> None:
    """An answer is still awaited, from them or from us, whatever was said last."""
    if for_ not in ("us", "them"):
        raise Invalid(fields={"for_": _("This is us or them.")})
    _mark(conversations, for_, actor)
    emit("conversations.still_waiting", _ids(conversations), actor=actor, data={"for": for_})


def _set_status(conversations: list[Conversation], status: str, actor: Actor) -> None:
    by = {"status_by": actor.user_id, "status_at": timezone.now()}
    Conversation.objects.filter(pk__in=_ids(conversations)).update(status=status, snoozed_until=None, **by)


@action(Conversation, "close", resource="conversations", changes=("status", "snoozed_until"))
def close(conversations: list[Conversation], *, actor: Actor) -> None:
    """Done with, until somebody says something new."""
    _set_status(conversations, Conversation.Status.CLOSED, actor)
    emit("conversations.closed", _ids(conversations), actor=actor)


@action(Conversation, "reopen", resource="conversations", changes=("status", "snoozed_until"))
def reopen(conversations: list[Conversation], *, actor: Actor) -> None:
    _set_status(conversations, Conversation.Status.OPEN, actor)
    emit("conversations.reopened", _ids(conversations), actor=actor)
