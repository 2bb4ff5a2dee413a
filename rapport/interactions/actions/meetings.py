"""Meetings that were planned: held when their time has passed, moved to another, called off."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.access import seen_by
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.locking import take
from rapport.interactions.models import Conversation, Interaction, Participation
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Conflict, Invalid, NotFound, Stale
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume

FARTHEST = timedelta(days=5 * 366)
"""How far ahead a meeting is planned."""
LONGEST = 9_999
"""Minutes that one lasts: in as many digits as forms take."""
ENDS = ExpressionWrapper(
    F("at") + Coalesce(F("duration_seconds"), 0) * Value(timedelta(seconds=1)), output_field=DateTimeField()
)


def hold_meetings() -> int:
    """What was planned and has ended counts from now on; answers how many that are. Repeatable."""
    with transaction.atomic():
        planned = Interaction.objects.filter(is_planned=True, called_off_at=None)
        over = planned.annotate(ends=ENDS).filter(ends__lte=timezone.now())
        found = dict(over.values_list("pk", "conversation"))
        if not found:
            return 0
        actor = Actor.system("job")
        assume(actor)
        take(found.values())
        held = list(over.filter(pk__in=found).values_list("pk", "conversation"))
        Interaction.objects.filter(pk__in=[pk for pk, _conversation in held]).update(is_planned=False)
        resettle(conversation for _pk, conversation in held)
        emit("interactions.held", [pk for pk, _conversation in held], actor=actor)
    return len(held)


@action(
    Conversation, "move_meeting", resource="conversations",
    accepts={"meeting": "id", "at": "datetime", "minutes": "integer", "was": "datetime"},
)  # fmt: skip
def move_meeting(
    conversations: list[Conversation],
    *,
    actor: Actor,
    meeting: UUID,
    at: datetime,
    minutes: int | None = None,
    was: datetime | None = None,
) -> None:
    """Plans a meeting for another time. `minutes` is how long it lasts: None as before, 0 that nobody has said.

    With `was`, the time at which its mover has seen it, raises Stale where it stands elsewhere by now.
    """
    found = _planned(conversations, meeting, actor)
    if found.called_off_at:
        raise Conflict(_("This meeting is called off."))
    if was is not None and found.at != was:
        raise Stale(_("Somebody has put it elsewhere in the meantime."))
    lasting = found.duration_seconds if minutes is None else minutes * 60 or None
    if problems := _problems(at, lasting):
        raise Invalid(fields=problems)
    Interaction.objects.filter(pk=found.pk).update(at=at, duration_seconds=lasting)
    Participation.objects.filter(interaction=found).update(at=at)
    resettle([found.conversation_id])
    emit("interactions.moved", [found.pk], actor=actor)


@action(Conversation, "call_off_meeting", resource="conversations", accepts={"meeting": "id"})
def call_off_meeting(conversations: list[Conversation], *, actor: Actor, meeting: UUID) -> None:
    """It isn't held, and never counts. What is called off already stays as it is."""
    found = _planned(conversations, meeting, actor)
    Interaction.objects.filter(pk=found.pk, called_off_at=None).update(called_off_at=timezone.now())
    resettle([found.conversation_id])
    emit("interactions.called_off", [found.pk], actor=actor)


@action(Conversation, "plan_meeting_again", resource="conversations", accepts={"meeting": "id"})
def plan_meeting_again(conversations: list[Conversation], *, actor: Actor, meeting: UUID) -> None:
    """It is held after all, when it was to be."""
    found = _planned(conversations, meeting, actor)
    Interaction.objects.filter(pk=found.pk).update(called_off_at=None)
    resettle([found.conversation_id])
    emit("interactions.planned_again", [found.pk], actor=actor)


def changeable(actor: Actor) -> Q:
    """Of planned meetings: those that the actor may move and call off."""
    theirs = Conversation.objects.visible_to(actor, "edit").values("pk")
    return seen_by(actor, "everything") & Q(conversation__in=theirs)


def _planned(conversations: list[Conversation], meeting: UUID, actor: Actor) -> Interaction:
    """What the actor reads all of. The conversation is locked, so that nobody holds or moves it meanwhile."""
    rows = Interaction.objects.filter(seen_by(actor, "everything"), channel="meeting", deleted_at=None)
    found: Interaction | None = rows.filter(pk=meeting, conversation__in=conversations).first()
    if found is None:
        raise NotFound()
    if not found.is_planned:
        raise Conflict(_("This meeting has been held."))
    return found


def _problems(at: datetime, seconds: int | None) -> dict[str, str]:
    now, lasting = timezone.now(), timedelta(seconds=seconds or 0)
    if not timedelta() <= lasting <= timedelta(minutes=LONGEST):
        return {"minutes": _("This is a number of minutes.")}
    if at > now + FARTHEST:
        return {"at": _("This lies in the future.")}
    return {"at": _("Choose a time that is still to come.")} if at + lasting <= now else {}
