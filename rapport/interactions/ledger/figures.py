"""The ledger's figures: who wrote, who answered, how fast and how often, by party, channel, team and period.

Only interactions that the actor may know of are counted. Who answered how fast is shown of one's own work;
of others' to roles that are granted the ledger for them (M21).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, BooleanField, Count, ExpressionWrapper, F, FloatField, Q, Value
from django.utils import timezone

from rapport.interactions.access import seen_by
from rapport.interactions.ledger.verdict import Group
from rapport.interactions.ledger.verdict import Period as Performance
from rapport.interactions.models import Conversation, Interaction, Response, Standing
from rapport.parties.models import Party, RelationshipKind
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import Scope
from rapport.platform.access.models import Team, User
from rapport.platform.errors import BadQuery

ROWS = 200


class Percentile(Aggregate):
    """PostgreSQL's percentile_cont."""

    function = "percentile_cont"
    template = "%(function)s(%(quantile)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, quantile: float, **extra: Any) -> None:
        super().__init__(expression, quantile=quantile, **extra)


@dataclass(frozen=True, slots=True)
class Period:
    since: datetime
    until: datetime

    @classmethod
    def days(cls, days: int) -> Period:
        now = timezone.now()
        return cls(now - timedelta(days=days), now)

    def before(self) -> Period:
        """The period of the same length before this one."""
        return Period(self.since - (self.until - self.since), self.since)

    def holds(self, column: str) -> Q:
        return Q(**{f"{column}__gte": self.since, f"{column}__lt": self.until})


@dataclass(frozen=True, slots=True)
class By:
    """How figures are grouped: the path to the group's key and to its name, from each table."""

    response: str
    interaction: str
    standing: str
    name: str


def _paths(party: str, name: str) -> By:
    return By(f"party{party}", f"conversation__party{party}", f"party{party}", name)


GROUPS: dict[str, By] = {
    "party": _paths("_id", "party__display_name"),
    "organization": _paths("__organization_id", "party__organization__display_name"),
    "relationship_kind": _paths("__relationship_kind_id", "party__relationship_kind__name"),
    "channel": By("channel", "channel", "conversation__channel", "channel"),
    "team": By("user__team_id", "user__team_id", "conversation__team_id", "user__team__name"),
    "user": By("user_id", "user_id", "conversation__owner_id", "user__name"),
}


@dataclass(slots=True)
class Row:
    """The figures of one group in one period. Times are elapsed seconds."""

    key: Any
    label: str = ""
    sent: int = 0
    received: int = 0
    answered_by_us: int = 0
    answered_by_them: int = 0
    in_time: int = 0
    with_target: int = 0
    median_by_us: float | None = None
    p90_by_us: float | None = None
    median_by_them: float | None = None
    p90_by_them: float | None = None
    open: int = 0
    overdue: int = 0
    before: Row | None = field(default=None, repr=False)

    @property
    def response_rate(self) -> float | None:
        """The share of what was asked of us that we have answered."""
        asked = self.answered_by_us + self.open
        return self.answered_by_us / asked if asked else None

    @property
    def missed(self) -> int:
        return self.with_target - self.in_time

    @property
    def weight(self) -> int:
        return self.sent + self.received


def ledger(actor: Actor, group: str, period: Period, *, limit: int = ROWS) -> list[Row]:
    """The figures by group, the busiest first, each with those of the period before. Raises BadQuery."""
    if group not in GROUPS:
        raise BadQuery(fields={"group": f"Name one of {', '.join(GROUPS)}."})
    now, before = _rows(actor, group, period)
    return _listed(group, now, before)[:limit]


def total(actor: Actor, period: Period) -> Row:
    """The figures of everything together."""
    now, before = _rows(actor, "", period)
    found = now.get(None, Row(None))
    found.before = before.get(None)
    return found


def by_kind_and_total(actor: Actor, period: Period) -> tuple[list[Row], Row]:
    """The figures by kind of relationship, and those of everything: their sums, and medians of its own."""
    now, before = _rows(actor, "relationship_kind", period)
    times = _split(responses(actor, _both(period)), None, "reply_at", period).annotate(**TIMES)
    timed = {found["_is_now"]: found for found in times}
    whole = _sum(now.values(), timed.get(True, {}))
    whole.before = _sum(before.values(), timed.get(False, {})) if before else None
    return _listed("relationship_kind", now, before), whole


def _sum(rows: Iterable[Row], times: dict[str, Any]) -> Row:
    """Everything together: each row's counts are of other interactions than the next one's."""
    listed = list(rows)
    counts = {name: sum(getattr(row, name) for row in listed) for name in (*SAID, *ANSWERED, *OPEN)}
    return Row(None, **counts, **{name: times[name] for name in TIMES if name in times})


def _listed(group: str, now: dict[Any, Row], before: dict[Any, Row]) -> list[Row]:
    rows = sorted(now.values(), key=lambda row: (-row.weight, str(row.key)))
    names = _names(group, [row.key for row in rows])
    for row in rows:
        row.label, row.before = names.get(row.key, ""), before.get(row.key)
    return rows


SAID: dict[str, Any] = {
    "sent": Count("pk", filter=Q(direction="out")),
    "received": Count("pk", filter=Q(direction="in")),
}
ANSWERED: dict[str, Any] = {
    "answered_by_us": Count("pk", filter=Q(by="us")),
    "answered_by_them": Count("pk", filter=Q(by="them")),
    "with_target": Count("pk", filter=Q(by="us", is_target_met__isnull=False)),
    "in_time": Count("pk", filter=Q(by="us", is_target_met=True)),
}
TIMES: dict[str, Any] = {
    "median_by_us": Percentile("elapsed_seconds", 0.5, filter=Q(by="us")),
    "p90_by_us": Percentile("elapsed_seconds", 0.9, filter=Q(by="us")),
    "median_by_them": Percentile("elapsed_seconds", 0.5, filter=Q(by="them")),
    "p90_by_them": Percentile("elapsed_seconds", 0.9, filter=Q(by="them")),
}
RESPONDED = ANSWERED | TIMES
OPEN = ("open", "overdue")


def _rows(actor: Actor, group: str, period: Period) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """The figures of each group in the period, and in the one before. Three queries."""
    now: dict[Any, Row] = {}
    before: dict[Any, Row] = {}
    by, own, both = GROUPS.get(group), people_in(actor, group), _both(period)
    said = interactions(actor, both).filter(own)
    answered = responses(actor, both).filter(own)
    for found in _split(said, by.interaction if by else None, "at", period).annotate(**SAID):
        _fill(now if found["_is_now"] else before, found, SAID)
    for found in _split(answered, by.response if by else None, "reply_at", period).annotate(**RESPONDED):
        _fill(now if found["_is_now"] else before, found, RESPONDED)
    _add_open(actor, now, by, group)
    return now, before


def _both(period: Period) -> Period:
    return Period(period.before().since, period.until)


def _split(rows: Any, path: str | None, column: str, period: Period) -> Any:
    """Grouped by what `path` leads to, and by whether `column` lies in the period or before it."""
    in_period = ExpressionWrapper(Q(**{f"{column}__gte": period.since}), BooleanField())
    return _by(rows, path).values("_key", _is_now=in_period)


def _by(rows: Any, path: str | None) -> Any:
    key = F(path.removesuffix("_id") if path.endswith("__id") else path) if path else Value(None, FloatField())
    return rows.order_by().values(_key=key)


def _fill(rows: dict[Any, Row], found: dict[str, Any], names: Iterable[str]) -> None:
    row = rows.setdefault(found["_key"], Row(found["_key"]))
    for name in names:
        setattr(row, name, found[name])


def _add_open(actor: Actor, rows: dict[Any, Row], by: By | None, group: str) -> None:
    own = Q() if group != "user" else Q(conversation__owner__in=_visible_people(actor))
    late = Count("pk", filter=Q(due_at__lt=timezone.now()))
    owed = _by(standings(actor).filter(own), by.standing if by else None)
    for found in owed.annotate(open=Count("pk"), overdue=late):
        _fill(rows, found, OPEN)


def interactions(actor: Actor, period: Period) -> Any:
    """What was said in the period and counts: not automatic, and either to or from somebody outside."""
    return Interaction.objects.visible_to(actor).filter(period.holds("at"), automatic="", direction__in=("in", "out"))


def responses(actor: Actor, period: Period) -> Any:
    return Response.objects.visible_to(actor).filter(period.holds("reply_at"))


def standings(actor: Actor) -> Any:
    """What waits for us now, as far as the actor may know of it."""
    rows = Standing.objects.filter(
        awaiting="us",
        conversation__lapsed_at=None,
        conversation__status="open",
        conversation__deleted_at=None,
    )
    known = Q(conversation__in=Conversation.objects.visible_to(actor).values("pk"))
    return rows.filter(known & (Q(prompt=None) | seen_by(actor, column="prompt__audience")))


def people_in(actor: Actor, group: str) -> Q:
    return Q(user__in=_visible_people(actor)) if group == "user" else Q()


def _visible_people(actor: Actor) -> Any:
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


def _names(group: str, keys: list[Any]) -> dict[Any, str]:
    ids = [key for key in keys if isinstance(key, UUID)]
    match group:
        case "party" | "organization":
            return dict(Party.objects.filter(pk__in=ids).values_list("pk", "display_name"))
        case "relationship_kind":
            return dict(RelationshipKind.objects.filter(pk__in=ids).values_list("pk", "name"))
        case "team":
            return dict(Team.objects.filter(pk__in=ids).values_list("pk", "name"))
        case "user":
            return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {key: str(key) for key in keys}


def for_verdict(rows: list[Row]) -> list[Group]:
    """The rows as the verdict judges them."""
    return [
        Group(row.label, _performance(row), _performance(row.before or Row(None)), row.overdue)
        for row in rows
        if row.label
    ]


def _performance(row: Row) -> Performance:
    return Performance(row.answered_by_us, row.in_time, row.median_by_us)
