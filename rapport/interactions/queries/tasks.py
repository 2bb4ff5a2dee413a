"""Tasks as pages show them: what is to do, and by when. Of each, what the reader may read of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from rapport.interactions.actions.tasks import today_of
from rapport.interactions.models import Task
from rapport.interactions.queries.inbox import Whose
from rapport.platform.access.absence import answered_for
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.resources.output import Selection, chosen
from rapport.platform.resources.registry import RESOURCES

AHEAD = timedelta(days=7)
MOST = 40
NAMES = ("title", "due_on", "due_time", "owner", "party", "conversation", "repeats", "snoozed_until", "done_at")


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a list; what the reader may not see is as if it weren't there."""

    id: UUID
    title: str
    due_on: date | None
    due_time: time | None
    owner_id: UUID | None
    owner: str
    party_id: UUID | None
    party: str
    conversation_id: UUID | None
    repeats: str
    snoozed_until: date | None
    is_done: bool


@dataclass(slots=True)
class Agenda:
    """What is to do, the most urgent first. `is_whole` is false where there is more than is shown."""

    overdue: list[TaskLine] = field(default_factory=list)
    today: list[TaskLine] = field(default_factory=list)
    later: list[TaskLine] = field(default_factory=list)
    is_whole: bool = True

    @property
    def count(self) -> int:
        return len(self.overdue) + len(self.today) + len(self.later)


def lines(actor: Actor, rows: Any) -> list[TaskLine]:
    """The rows, which the actor must be allowed to see, as far as they may read them. One query."""
    resource = RESOURCES["tasks"]
    shown = chosen(resource, actor, NAMES)
    selection = Selection.of(rows, resource, actor, shown, display=True)
    return [_line(row) for row in selection.read(selection.statement)]


def _line(row: dict[str, Any]) -> TaskLine:
    return TaskLine(
        row["id"],
        row.get("title") or "",
        row.get("due_on"),
        row.get("due_time"),
        row.get("owner"),
        row.get("owner.display") or "",
        row.get("party"),
        row.get("party.display") or "",
        row.get("conversation"),
        row.get("repeats") or "",
        row.get("snoozed_until"),
        row.get("done_at") is not None,
    )


def one(actor: Actor, task: UUID) -> TaskLine | None:
    found = lines(actor, Task.objects.visible_to(actor).filter(pk=task))
    return found[0] if found else None


def agenda(actor: Actor, whose: Whose) -> Agenda:
    """What is overdue, due today, and due in the days ahead or at no particular time. One query."""
    today = today_of(actor)
    if "due_on" not in RESOURCES["tasks"].readable(actor):
        return Agenda()
    rows = in_order(_open(actor).filter(_of(actor, whose), _near(today)))[: MOST + 1]
    found = lines(actor, rows)
    made = Agenda(is_whole=len(found) <= MOST)
    for line in found[:MOST]:
        _place(made, line.due_on, today).append(line)
    return made


def _place(made: Agenda, due: date | None, today: date) -> list[TaskLine]:
    if due is None or due > today:
        return made.later
    return made.today if due == today else made.overdue


def _near(today: date) -> Q:
    awake = Q(snoozed_until=None) | Q(snoozed_until__lte=today)
    return awake & (Q(due_on=None) | Q(due_on__lte=today + AHEAD))


def of_party(actor: Actor, party: UUID) -> list[TaskLine]:
    """The open tasks that concern a party which the actor sees."""
    return lines(actor, in_order(_open(actor).filter(party=party))[:MOST])


def of_conversation(actor: Actor, conversation: UUID) -> list[TaskLine]:
    """The open tasks about a conversation which the actor sees."""
    return lines(actor, in_order(_open(actor).filter(conversation=conversation))[:MOST])


def _open(actor: Actor) -> Any:
    return Task.objects.visible_to(actor).filter(done_at=None)


def in_order(rows: Any) -> Any:
    return rows.order_by(F("due_on").asc(nulls_last=True), F("due_time").asc(nulls_first=True), "pk")


def _of(actor: Actor, whose: Whose) -> Q:
    if whose == "all":
        return Q()
    if whose == "team":
        return Q(owner__in=User.objects.filter(actor.colleagues()).values("pk"))
    return Q(owner__in=answered_for(actor))


def assignees(actor: Actor) -> list[User]:
    """The colleagues to whom a task may be given, by name; the actor first."""
    listed = User.objects.visible_to(actor).filter(is_active=True).order_by("name", "email")
    return sorted(listed, key=lambda user: user.pk != actor.user_id)
