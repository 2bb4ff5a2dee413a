"""What stands in the calendars of some colleagues between two days: meetings, tasks, answers that fall due.

Of a meeting that the reader may not see, they learn that somebody is busy, and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce

from rapport.interactions.access import levels
from rapport.interactions.actions.meetings import ENDS, changeable
from rapport.interactions.models import Interaction, Participation, Task
from rapport.interactions.queries import inbox, tasks
from rapport.interactions.resources import reads_names
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import User
from rapport.platform.resources.registry import RESOURCES

Kind = Literal["meeting", "busy", "task", "answer"]
MOST = 500
"""Entries of one kind that are shown; what comes after them is left out, and the page says so."""
LONGEST_MEETING = timedelta(days=7)
USUAL_MEETING = timedelta(minutes=30)
"""How much room a meeting takes of which nobody has said how long it lasts."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something in a calendar. `begins` and `ends` are in the reader's time; without them it is of the whole day."""

    kind: Kind
    id: UUID | None
    day: date
    title: str
    begins: datetime | None = None
    ends: datetime | None = None
    who: str = ""
    """Whose it is."""
    party: str = ""
    conversation_id: UUID | None = None
    is_past: bool = False
    """Held, done, or overdue: of an answer and a task that is open, it means late."""
    is_done: bool = False
    may_move: bool = False
    """Whether the actor may put this meeting, which is still to come, elsewhere."""


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to before `end`, as days where the reader is."""

    first: date
    end: date
    zone: ZoneInfo

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.end, time.min, self.zone)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end


def items(actor: Actor, users: Collection[UUID], days: Days) -> tuple[list[Item], bool]:
    """All of it, each day's in its order, and whether that is all. A fixed number of queries."""
    found = [list(_meetings(actor, users, days)), list(_tasks(actor, users, days)), list(_answers(actor, users, days))]
    listed = sorted((item for each in found for item in each), key=_order)
    return listed, all(len(each) < MOST for each in found)


def _order(item: Item) -> tuple[Any, ...]:
    return item.day, item.begins is not None, item.begins.timestamp() if item.begins else 0, item.is_done, item.title


def _meetings(actor: Actor, users: Collection[UUID], days: Days) -> Iterator[Item]:
    """On each day that they touch."""
    rows = {row["pk"]: row for row in _meeting_rows(users, days)}
    seen = _seen_meetings(actor, list(rows))
    names = _names(list(rows), users)
    for pk, row in rows.items():
        begins = row["at"].astimezone(days.zone)
        ends = max(row["ends"], row["at"] + USUAL_MEETING).astimezone(days.zone)
        for day in _days_of(begins, ends, days):
            whose = ", ".join(names.colleagues.get(pk, ()))
            common = {"day": day, "begins": begins, "ends": ends, "who": whose, "is_past": not row["is_planned"]}
            if pk in seen:
                subject, conversation, is_theirs = seen[pk]
                with_whom = ", ".join(names.parties.get(pk, ())) if reads_names(actor) else ""
                yield Item(
                    "meeting", pk, title=subject, party=with_whom, conversation_id=conversation,
                    may_move=row["is_planned"] and is_theirs, **common,
                )  # fmt: skip
            else:
                yield Item("busy", None, title="", **common)


def _meeting_rows(users: Collection[UUID], days: Days) -> Any:
    attended = Q(user__in=users) | Q(
        pk__in=Participation.objects.filter(user__in=users, at__gte=days.begins - LONGEST_MEETING, at__lt=days.ends)
        .values("interaction")
    )  # fmt: skip
    near = Q(channel="meeting", at__gte=days.begins - LONGEST_MEETING, at__lt=days.ends)
    rows = Interaction.objects.kept().filter(near, attended, called_off_at=None).annotate(ends=ENDS)
    return rows.exclude(ends__lt=days.begins).order_by("at", "pk").values("pk", "at", "ends", "is_planned")[:MOST]


def _seen_meetings(actor: Actor, ids: Collection[UUID]) -> dict[UUID, tuple[str, UUID, bool]]:
    """Of those that they may see: their subjects as far as the actor may read them, their conversations, and whether
    they may be changed."""
    columns = ("pk", "subject", "snippet", "audience_id", "conversation_id", "is_theirs")
    theirs = ExpressionWrapper(changeable(actor), output_field=BooleanField())
    found = Interaction.objects.visible_to(actor).filter(pk__in=ids).annotate(is_theirs=theirs)
    rows = list(found.values_list(*columns))
    level = levels(actor, (row[3] for row in rows))
    return {
        pk: (_subject(level.get(audience, 0), subject, snippet), talk, is_theirs)
        for pk, subject, snippet, audience, talk, is_theirs in rows
    }


def _subject(level: int, subject: str, snippet: str) -> str:
    return "" if not level else subject or (snippet if level >= 2 else "")


@dataclass(frozen=True, slots=True)
class _Names:
    colleagues: dict[UUID, list[str]]
    parties: dict[UUID, list[str]]


def _names(ids: Collection[UUID], users: Collection[UUID]) -> _Names:
    found = _Names({}, {})
    rows = Participation.objects.filter(interaction__in=ids).order_by("pk")
    for meeting, user, named, party in rows.values_list("interaction", "user", "user__name", "party__display_name"):
        if user in users:
            found.colleagues.setdefault(meeting, []).append(named)
        elif party:
            found.parties.setdefault(meeting, []).append(party)
    return found


def _days_of(begins: datetime, ends: datetime, days: Days) -> Iterator[date]:
    day = max(begins.date(), days.first)
    while day in days and (day == begins.date() or datetime.combine(day, time.min, days.zone) < ends):
        yield day
        day += timedelta(days=1)


def _tasks(actor: Actor, users: Collection[UUID], days: Days) -> Iterator[Item]:
    resource = RESOURCES["tasks"]
    if not resource.may(actor, "view") or "due_on" not in resource.readable(actor):
        return
    if set(users) != {actor.user_id} and "owner" not in resource.readable(actor):
        return
    rows = Task.objects.visible_to(actor).filter(owner__in=users, due_on__gte=days.first, due_on__lt=days.end)
    today = datetime.now(days.zone).date()
    for line in tasks.lines(actor, tasks.in_order(rows)[:MOST]):
        assert line.due_on is not None
        at = datetime.combine(line.due_on, line.due_time, days.zone) if line.due_time else None
        yield Item(
            "task", line.id, line.due_on, line.title, at, at and at + USUAL_MEETING, line.owner, line.party,
            line.conversation_id, line.due_on < today and not line.is_done, line.is_done,
        )  # fmt: skip


def _answers(actor: Actor, users: Collection[UUID], days: Days) -> Iterator[Item]:
    """That are owed by whoever looks after the conversation, or else after the one who waits."""
    resource = RESOURCES["conversations"]
    if not resource.may(actor, "view") or not {"due_at", "owner"} <= resource.readable(actor).keys():
        return
    rows = inbox.conversations(actor, "us").filter(due_at__gte=days.begins, due_at__lt=days.ends)
    # Whose it is is told where one may know it: see the field's mask.
    if mask := resource.built_in["owner"].mask:
        rows = rows.filter(mask(actor) | Q(owner=None, party__owner=actor.user_id))
    is_told = "owner" in RESOURCES["parties"].readable(actor)
    owed = rows.annotate(by=Coalesce("owner", "party__owner") if is_told else F("owner")).filter(by__in=users)
    now = datetime.now(days.zone)
    for line in inbox.lines(actor, owed, MOST):
        due = line.due_at and line.due_at.astimezone(days.zone)
        if due and due.date() in days:
            yield Item(
                "answer", line.id, due.date(), line.subject or line.snippet, due, due + USUAL_MEETING, line.owner,
                line.party, line.id, due < now,
            )  # fmt: skip


def people_of(actor: Actor, whose: str) -> list[User]:
    """Whose calendars these are: mine, my team's, or one colleague's by their id; nobody's for anything else."""
    there = User.objects.visible_to(actor).filter(is_active=True).order_by("name", "email")
    if whose == "mine":
        return list(there.filter(pk=actor.user_id))
    if whose == "team":
        return list(there.filter(actor.colleagues()))
    try:
        return list(there.filter(pk=UUID(whose)))
    except ValueError:
        return []


def colleagues(actor: Actor) -> list[User]:
    """Everybody else whose calendar may be looked at, by name."""
    there = User.objects.visible_to(actor).filter(is_active=True).exclude(pk=actor.user_id)
    return list(there.order_by("name", "email"))
