"""Meetings that were planned: held when their time has passed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from rapport.interactions.ledger.settling import resettle
from rapport.interactions.locking import take
from rapport.interactions.models import Interaction
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit
from rapport.platform.history.context import assume

ENDS = ExpressionWrapper(
    F("at") + Coalesce(F("duration_seconds"), 0) * Value(timedelta(seconds=1)), output_field=DateTimeField()
)


def hold_meetings() -> int:
    """What was planned and has ended counts from now on; answers how many that are. Repeatable."""
    with transaction.atomic():
        over = Interaction.objects.filter(is_planned=True).annotate(ends=ENDS).filter(ends__lte=timezone.now())
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
