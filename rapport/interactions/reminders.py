"""What becomes due: tasks at their hour, answers within the hour; and imports that have ended. Each is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from rapport.interactions.models import Conversation, Import, Task
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import schedule
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell

MORNING = time(8)
"""When one is told of a task that is due on a day, at no particular time."""
BEFORE = timedelta(hours=1)
PAST = timedelta(days=1)
"""What has been due for longer than this, such as in mail that was imported, is no news."""


@schedule("interactions.remind", "* * * * *")
def remind() -> None:
    now = timezone.now()
    words = [*_of_tasks(now), *_of_answers(now)]
    if words:
        tell(words)


def _of_tasks(now: datetime) -> Iterator[Word]:
    """A new due time is told of anew; an edit that comes back to the old one is not."""
    near = (now - 2 * PAST).date(), (now + PAST).date()
    rows = Task.objects.kept().filter(done_at=None, due_on__range=near, owner__is_active=True)
    awake = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=F("due_on")))
    for task in awake.select_related("owner"):
        assert task.owner is not None
        zone = ZoneInfo(task.owner.time_zone or "UTC")
        due = datetime.combine(task.due_on, task.due_time or MORNING, zone)
        if now - PAST < due <= now:
            yield Word(task.owner.pk, Kind.DUE, "tasks", task.pk, due.replace(tzinfo=None).isoformat())


def _of_answers(now: datetime) -> Iterator[Word]:
    """To whoever looks after the conversation, or else after the one who waits."""
    owed = Conversation.objects.kept().filter(
        awaiting="us", lapsed_at=None, status=Conversation.Status.OPEN, due_at__gt=now - PAST, due_at__lte=now + BEFORE
    )
    responsible = Coalesce("owner", "party__owner")
    rows = owed.annotate(by=responsible).filter(by__isnull=False)
    for record, user, due in rows.values_list("pk", "by", "due_at"):
        yield Word(user, Kind.ANSWER, "conversations", record, due.isoformat())


@subscribe("imports.done", "imports.failed")
def import_ended(event: Event) -> None:
    runs = Import.objects.filter(pk__in=event.record_ids).values_list("pk", "user")
    tell(Word(user, Kind.FINISHED, "imports", run, "done") for run, user in runs if user)
