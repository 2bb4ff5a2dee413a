"""Verbs over tasks: done, open again, put off, given to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.interactions.models import Task, TaskSource
from rapport.interactions.recurrence import next_day
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.access.sharing import shareable
from rapport.platform.actions.registry import action
from rapport.platform.attention.watching import watchable
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit
from rapport.platform.files.resources import hold_files

shareable(Task, "tasks")
watchable(Task, "tasks")
hold_files("tasks")


def today_of(actor: Actor) -> date:
    """The day that it is where the actor is."""
    return timezone.localdate(timezone=ZoneInfo(actor.time_zone))


@action(Task, "complete", resource="tasks")
def complete(tasks: list[Task], *, actor: Actor) -> None:
    """Done, by the actor, now. Of what repeats, the next one is made; what is done already stays as it is."""
    ended = [task for task in tasks if task.done_at is None]
    _update(ended, done_at=timezone.now(), done_by=actor.user_id, snoozed_until=None)
    following = Task.objects.bulk_create(_following(ended, today_of(actor)))
    emit("tasks.completed", _ids(ended), actor=actor)
    emit("tasks.created", _ids(following), actor=actor)


def _following(ended: list[Task], today: date) -> list[Task]:
    """The next of each series: after the day on which this one was due, and not in the past."""
    repeating = [task for task in ended if task.repeats and task.due_on]
    followed = set(Task.objects.kept().filter(follows__in=_ids(repeating)).values_list("follows", flat=True))
    made = []
    for task in repeating:
        first, due = task.repeats_from or task.due_on, task.due_on
        assert first is not None
        assert due is not None
        day = next_day(task.repeats, task.repeats_every, first=first, after=max(due, today))
        if day and task.pk not in followed:
            made.append(Task(**task.template, due_on=day, follows=task, source=TaskSource.REPEATED))
    return made


@action(Task, "reopen", resource="tasks")
def reopen(tasks: list[Task], *, actor: Actor) -> None:
    """To be done after all. A next one that nobody has touched goes again."""
    again = [task for task in tasks if task.done_at is not None]
    _update(again, done_at=None, done_by=None)
    following = Task.objects.kept().filter(follows__in=_ids(again), done_at=None, version=1)
    gone = list(following.select_for_update().order_by("pk"))
    _update(gone, deleted_at=timezone.now())
    emit("tasks.reopened", _ids(again), actor=actor)
    emit("tasks.trashed", _ids(gone), actor=actor)


@action(Task, "snooze", resource="tasks", accepts={"until": "date"})
def snooze(tasks: list[Task], *, actor: Actor, until: date) -> None:
    """Out of sight until that day. When it is due stays as it is."""
    if until <= today_of(actor):
        raise Invalid(fields={"until": _("Choose a day that is still to come.")})
    _update(tasks, snoozed_until=until)
    emit("tasks.snoozed", _ids(tasks), actor=actor)


@action(Task, "assign", resource="tasks", accepts={"to": "link"})
def assign(tasks: list[Task], *, actor: Actor, to: UUID) -> None:
    """Gives the tasks to a colleague, who is told."""
    if not User.objects.visible_to(actor).filter(pk=to, is_active=True).exists():
        raise Invalid(fields={"to": _("Choose a colleague who is here.")})
    _update(tasks, owner_id=to)
    emit("tasks.assigned", _ids(tasks), actor=actor)


def _ids(tasks: Iterable[Task]) -> list[UUID]:
    return [task.pk for task in tasks]


def _update(tasks: Iterable[Task], **values: object) -> None:
    Task.objects.filter(pk__in=_ids(tasks)).update(**values)
