"""What the figures of the ledger are gathered from, as far as an actor may know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, TextField, Value
from django.utils import timezone

from rapport.interactions.access import seen_by
from rapport.interactions.ledger.days import DIMENSIONS, cells, summed_up
from rapport.interactions.ledger.periods import Period, midnight
from rapport.interactions.ledger.tallies import ANSWERED, SAID, Tally, grouped
from rapport.interactions.models import Conversation, Line, Response, Standing
from rapport.interactions.resources import OWNED, WHOLE, heard, sees_all
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.models import User
from rapport.platform.resources.registry import NOTHING, RESOURCES


@dataclass(frozen=True, slots=True)
class By:
    """How figures are grouped: the path to the group's key, from each table."""

    said: str
    """Of lines and responses."""
    standing: str


GROUPS: dict[str, By] = {
    "party": By("party_id", "party_id"),
    "organization": By("party__organization_id", "party__organization_id"),
    "relationship_kind": By("relationship_kind_id", "relationship_kind_id"),
    "channel": By("channel", "conversation__channel"),
    "team": By("user__team_id", "conversation__team_id"),
    "user": By("user_id", "conversation__owner_id"),
}


def lines(actor: Actor) -> Any:
    """What was said and counts: not automatic, and either to or from somebody outside."""
    return Line.objects.filter(heard(actor, "interactions", "view", party="party"))


def responses(actor: Actor) -> Any:
    return Response.objects.visible_to(actor)


def standings(actor: Actor) -> Any:
    """What waits for us now, as far as the actor may know of it."""
    rows = Standing.objects.filter(
        awaiting="us",
        conversation__lapsed_at=None,
        conversation__status="open",
        conversation__deleted_at=None,
    )
    told = Q(prompt=None) | seen_by(actor, column="audience")
    return rows.filter(
        told, heard(actor, "conversations", "view", party="conversation__party", audience="conversation__audience")
    )


def people_in(actor: Actor, group: str, column: str = "user") -> Q:
    """By colleague, only of those whose figures the actor may see; `column` says whose a row is."""
    return Q(**{f"{column}__in": visible_people(actor)}) if group == "user" else Q()


def owned_in(actor: Actor, group: str) -> Q:
    """What waits, as far as the actor may know whose it is, where it is grouped by that."""
    told = {"user": OWNED, "team": WHOLE}.get(group)
    known = Q() if told is None or actor.is_system else Q(conversation__in=Conversation.objects.filter(told(actor)))
    return known & people_in(actor, group, "conversation__owner")


def visible_people(actor: Actor) -> Any:
    """Whose figures the actor may see: everybody's own, and others' where a role grants the ledger."""
    users = User.objects.filter(is_active=True)
    match people_scope(actor):
        case Scope.ALL:
            return users.values("pk")
        case Scope.TEAM:
            return users.filter(actor.colleagues()).values("pk")
        case _:
            return users.filter(pk=actor.user_id).values("pk")


def people_scope(actor: Actor) -> Scope:
    if actor.is_administrator:
        return Scope.ALL
    named = [role["ledger"].scopes["view"] for role in actor.grants.roles if "ledger" in role]
    return max(named, default=Scope.OWN)


Tallies = dict[Any, Tally]
Owed = dict[Any, tuple[int, int]]


def tallies(actor: Actor, group: str, period: Period) -> tuple[Tallies, Tallies]:
    """What was said and answered by group: in the period, and in the one before."""
    now: Tallies = defaultdict(Tally)
    before: Tallies = defaultdict(Tally)
    both = Period(period.before().since, period.until)
    days = summed_up(period, period.before()) if _reads_days(actor, group) else []
    for day, key, found in _summed_up(actor, group, days):
        (now if midnight(day) >= period.since else before)[key].add(found)
    pieces = list(both.without(days))
    own, path = people_in(actor, group), GROUPS[group].said if group else None
    for rows, moment, wanted in ((lines(actor), "at", SAID), (responses(actor), "reply_at", ANSWERED)):
        found_rows = rows.filter(own, reduce(or_, (each.holds(moment) for each in pieces), NOTHING))
        for found in grouped(found_rows, path, moment, period.since).annotate(**wanted):
            (now if found["_is_now"] else before)[found["_key"]].add(found)
    return now, before


CELLS = {"": "channel", "team": "user"}
"""Which cells are read where a group has none of its own."""


def _reads_days(actor: Actor, group: str) -> bool:
    """Cells tell by audience alone; whose role asks for more reads what they are made of."""
    may = actor.is_system or all(RESOURCES[each].may(actor, "view") for each in ("interactions", "responses"))
    return CELLS.get(group, group) in DIMENSIONS and sees_all(actor) and may


def _summed_up(actor: Actor, group: str, days: Sequence[date]) -> Iterator[tuple[date, Any, dict[str, Any]]]:
    """The cells of these days, with the keys of the group."""
    teams = dict(User.objects.values_list("pk", "team_id")) if days and group == "team" else {}
    shown = set(visible_people(actor).values_list("pk", flat=True)) if days and group == "user" else None
    for day, text, found in cells(actor, CELLS.get(group, group), days):
        key: Any = text if group == "channel" or text is None or not group else UUID(text)
        if shown is None or key in shown:
            yield day, teams.get(key) if group == "team" else key if group else None, found


def owed(actor: Actor, group: str) -> Owed:
    """What waits for us now, and how much of it is overdue, by group."""
    own, path = owned_in(actor, group), GROUPS[group].standing if group else None
    late = Count("since", filter=Q(due_at__lt=timezone.now()))
    key = F(path) if path else Value(None, TextField(null=True))
    rows = standings(actor).filter(own).order_by().values(_key=key).annotate(_open=Count("awaiting"), _late=late)
    return {row["_key"]: (row["_open"], row["_late"]) for row in rows}
