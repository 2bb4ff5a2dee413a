"""Verbs over conversations: who has to answer, open or closed, who may read."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from rapport.interactions.filing.audiences import AudienceBook, circles
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import AudienceKind, Conversation, Detail, Interaction, Mark, Participation
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit


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
    emit("conversations.no_reply_needed", _ids(conversations), actor=actor)


@action(Conversation, "still_waiting", resource="conversations", accepts={"for_": "text"})
def still_waiting(conversations: list[Conversation], *, actor: Actor, for_: str = "them") -> None:
    """An answer is still awaited, from them or from us, whatever was said last."""
    if for_ not in ("us", "them"):
        raise Invalid(fields={"for_": "This is us or them."})
    _mark(conversations, for_, actor)
    emit("conversations.still_waiting", _ids(conversations), actor=actor, data={"for": for_})


@action(Conversation, "close", resource="conversations")
def close(conversations: list[Conversation], *, actor: Actor) -> None:
    """Done with, until somebody says something new."""
    Conversation.objects.filter(pk__in=_ids(conversations)).update(status=Conversation.Status.CLOSED)
    emit("conversations.closed", _ids(conversations), actor=actor)


@action(Conversation, "reopen", resource="conversations")
def reopen(conversations: list[Conversation], *, actor: Actor) -> None:
    Conversation.objects.filter(pk__in=_ids(conversations)).update(status=Conversation.Status.OPEN)
    emit("conversations.reopened", _ids(conversations), actor=actor)


@action(
    Conversation, "set_visibility", resource="conversations",
    accepts={"audience": "text", "detail": "text", "team": "link"},
)  # fmt: skip
def set_visibility(
    conversations: list[Conversation],
    *,
    actor: Actor,
    audience: str,
    detail: str = "everything",
    team: UUID | None = None,
) -> None:
    """Shares conversations with everyone or a team, or makes them private to those who took part."""
    if audience not in AudienceKind.values or detail.upper() not in Detail.names:
        raise Invalid(fields={"audience": "This is everyone, team or participants."})
    if audience == AudienceKind.TEAM and team is None:
        raise Invalid(fields={"team": "Say with which team."})
    book = AudienceBook()
    for each in conversations:
        inside = _participants(each.pk) | ({actor.user_id} if actor.user_id else set())
        circle = book.id_of(circles(audience, Detail[detail.upper()], team, inside))
        Interaction.objects.filter(conversation=each).update(audience=circle)
    Conversation.objects.filter(pk__in=_ids(conversations)).update(is_visibility_set=True)
    resettle(_ids(conversations), book)
    emit(
        "conversations.shared",
        _ids(conversations),
        actor=actor,
        data={"audience": audience, "detail": detail},
    )


def _participants(conversation: UUID) -> set[UUID]:
    rows = Participation.objects.filter(interaction__conversation=conversation, user__isnull=False)
    owners = Interaction.objects.filter(conversation=conversation, archive__owner__isnull=False)
    return set(rows.values_list("user_id", flat=True)) | set(owners.values_list("archive__owner_id", flat=True))
