"""Splitting a conversation in two, and making one of two: by hand, to hold, and to be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.access import seen_by
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.parting import copy_marks, part
from rapport.interactions.filing.rearranging import rearrange
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import Conversation, Interaction, Mark, Regrouping, Task
from rapport.parties.actions.moving import FILING
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action, admit
from rapport.platform.errors import Conflict, Invalid, NotFound
from rapport.platform.events.bus import emit
from rapport.platform.files.models import File


@action(
    Conversation, "split", resource="conversations", accepts={"message": "id", "only": "boolean"}, alone=(FILING,)
)  # fmt: skip
def split(conversations: list[Conversation], *, actor: Actor, message: UUID, only: bool = False) -> dict[str, Any]:
    """Makes a conversation of its own of a message and all after it, or of it alone.

    Takes along what the actor may read. Messages that come later go with what they answer; nothing that comes
    brings the two together again. Raises NotFound, and Invalid where nothing would stay.
    """
    conversation = _single(conversations)
    readable = Interaction.objects.filter(seen_by(actor, "everything"), conversation=conversation, deleted_at=None)
    first = readable.filter(pk=message).first()
    if first is None:
        raise NotFound()
    beyond = Q(pk=message) if only else Q(at__gt=first.at) | Q(at=first.at, pk__gte=message)
    moved = list(readable.filter(beyond).values_list("pk", flat=True))
    everything = list(Interaction.objects.filter(conversation=conversation).values_list("pk", flat=True))
    if len(moved) == len(everything):
        raise Invalid(fields={"message": _("Nothing would stay. Split from a later message.")})
    other = part(conversation, channel=first.channel, audience_id=first.audience_id)
    marks = copy_marks(conversation.pk, other.pk, moved)
    Interaction.objects.filter(pk__in=moved).update(conversation=other)
    made = _hold(Regrouping.Kind.SPLIT, conversation, other, moved, everything, marks, actor)
    resettle([conversation.pk, other.pk])
    emit("conversations.split", [conversation.pk, other.pk], actor=actor)
    return {"id": other.pk, "regrouping": made.pk}


@action(Conversation, "join", resource="conversations", accepts={"into": "id"}, also="into", alone=(FILING,))
def join(conversations: list[Conversation], *, actor: Actor, into: UUID) -> dict[str, Any]:
    """Moves all that is said in a conversation into another, which stays open if either was."""
    other = _single(conversations)
    if other.pk == into:
        raise Invalid(fields={"into": _("That is this very conversation.")})
    kept: Conversation = Conversation.objects.get(pk=into)
    moved = list(Interaction.objects.filter(conversation=other).values_list("pk", flat=True))
    marks = list(Mark.objects.filter(conversation=other).values_list("pk", flat=True))
    everything = [*Interaction.objects.filter(conversation=kept).values_list("pk", flat=True), *moved]
    made = _hold(Regrouping.Kind.JOIN, kept, other, moved, everything, marks, actor)
    files = File.objects.filter(resource="conversations", record_id=other.pk)
    Regrouping.objects.filter(pk=made.pk).update(files=list(files.values_list("pk", flat=True)))
    Interaction.objects.filter(pk__in=moved).update(conversation=kept)
    Mark.objects.filter(pk__in=marks).update(conversation=kept)
    Task.objects.filter(conversation=other).update(conversation=kept)
    files.update(record_id=kept.pk)
    Conversation.objects.filter(pk=other.pk).update(deleted_at=timezone.now())
    if Conversation.Status.OPEN in (kept.status, other.status):
        Conversation.objects.filter(pk=kept.pk).update(status=Conversation.Status.OPEN)
    resettle([kept.pk, other.pk])
    emit("conversations.joined", [kept.pk, other.pk], actor=actor)
    return {"id": kept.pk, "regrouping": made.pk}


@action(Conversation, "undo_regrouping", resource="conversations", accepts={"regrouping": "id"}, alone=(FILING,))
def undo_regrouping(conversations: list[Conversation], *, actor: Actor, regrouping: UUID) -> dict[str, Any]:
    """Takes a split or a join back. What was said since goes where it would have gone without it."""
    conversation = _single(conversations)
    found = Regrouping.objects.filter(pk=regrouping, conversation=conversation).first()
    if found is None:
        raise NotFound()
    if found.undone_at:
        raise Conflict(_("This is undone already."))
    if found.kind == Regrouping.Kind.SPLIT:
        admit(Conversation, [found.other_id], actor, "edit")
        _reunite(found)
    else:
        _part_again(found)
    Regrouping.objects.filter(pk=found.pk).update(undone_at=timezone.now())
    touched = _let_go(found) | {found.conversation_id, found.other_id}
    resettle(touched)
    emit("conversations.regrouping_undone", sorted(touched), actor=actor)
    return {"id": found.conversation_id}


def _single(conversations: list[Conversation]) -> Conversation:
    if len(conversations) != 1:
        raise Invalid(_("One conversation at a time."))
    return conversations[0]


def _hold(
    kind: str,
    conversation: Conversation,
    other: Conversation,
    moved: list[UUID],
    everything: list[UUID],
    marks: list[UUID],
    actor: Actor,
) -> Regrouping:
    """Notes what is done; from now on filing leaves these interactions where they are."""
    Interaction.objects.filter(pk__in=everything, is_placed=False).update(is_placed=True)
    made: Regrouping = Regrouping.objects.create(
        kind=kind, conversation=conversation, other=other, moved=moved, placed=everything, marks=marks,
        status=conversation.status, user_id=actor.user_id,
    )  # fmt: skip
    return made


def _reunite(done: Regrouping) -> None:
    Mark.objects.filter(pk__in=done.marks).delete()
    Mark.objects.filter(conversation=done.other_id).update(conversation=done.conversation_id)
    Interaction.objects.filter(conversation=done.other_id).update(conversation=done.conversation_id)
    File.objects.filter(resource="conversations", record_id=done.other_id).update(record_id=done.conversation_id)
    Conversation.objects.filter(pk=done.other_id).update(deleted_at=timezone.now())


def _part_again(done: Regrouping) -> None:
    here = done.conversation_id
    Interaction.objects.filter(pk__in=done.moved, conversation=here).update(conversation=done.other_id)
    Mark.objects.filter(pk__in=done.marks, conversation=here).update(conversation=done.other_id)
    taken = File.objects.filter(pk__in=done.files or (), resource="conversations", record_id=here)
    taken.update(record_id=done.other_id)  # whoever sees what is here needn't see what was there
    Conversation.objects.filter(pk=done.other_id).update(deleted_at=None)
    Conversation.objects.filter(pk=here).update(status=done.status)


def _let_go(done: Regrouping) -> set[UUID]:
    """Lets filing have again what no other hand holds, and brings it to where it belongs. Says what that touched."""
    free = set(done.placed) - _held_otherwise(done)
    Interaction.objects.filter(pk__in=free).update(is_placed=False)
    both = Interaction.objects.filter(conversation__in=(done.conversation_id, done.other_id))
    _homes, touched = rearrange((), list(both.values_list("pk", flat=True)), Us.load())
    return touched


def _held_otherwise(done: Regrouping) -> set[UUID]:
    others: Iterable[list[UUID]] = Regrouping.objects.filter(
        placed__overlap=done.placed, undone_at=None
    ).exclude(pk=done.pk).values_list("placed", flat=True)  # fmt: skip
    return {each for placed in others for each in placed}
