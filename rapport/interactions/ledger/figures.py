"""The ledger's figures: who wrote, who answered, how fast and how often, by party, channel, team and period.

Only interactions that the actor may know of are counted. Who answered how fast is shown of one's own work;
of others' to roles that are granted the ledger for them (M21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rapport.interactions.channels import LABELS
from rapport.interactions.ledger.gathering import GROUPS, Owed, Tallies, lines, owed, responses, tallies
from rapport.interactions.ledger.periods import Period
from rapport.interactions.ledger.tallies import ANSWERED, SAID, Tally, percentile, together
from rapport.interactions.ledger.verdict import Group
from rapport.interactions.ledger.verdict import Period as Performance
from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.registry import RESOURCES

ROWS = 200


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
    open: int | None = 0
    """What waits for us now; None of a period that is over."""
    overdue: int | None = 0
    before: Row | None = field(default=None, repr=False)

    @property
    def response_rate(self) -> float | None:
        """The share of what was asked of us that we have answered."""
        asked = self.answered_by_us + (self.open or 0)
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
    return _listed(actor, group, now, before, limit)


def total(actor: Actor, period: Period) -> Row:
    """The figures of everything together."""
    return _everything(*_rows(actor, "", period))


def by_kind_and_total(actor: Actor, period: Period) -> tuple[list[Row], Row]:
    """The figures by kind of relationship, and those of everything, of the same tallies."""
    said, owing = tallies(actor, "relationship_kind", period), owed(actor, "relationship_kind")
    kinds = _listed(actor, "relationship_kind", *_figures(said, owing))
    return kinds, _everything(*_figures([_summed(each) for each in said], _owed_together(owing)))


def _summed(said: Tallies) -> Tallies:
    return {None: together(said.values())} if said else {}


def _owed_together(owing: Owed) -> Owed:
    return {None: (sum(opened for opened, _late in owing.values()), sum(late for _opened, late in owing.values()))}


def _everything(now: dict[Any, Row], before: dict[Any, Row]) -> Row:
    """The figures that are not grouped."""
    found = now.get(None, Row(None))
    found.before = before.get(None)
    return found


def _listed(actor: Actor, group: str, now: dict[Any, Row], before: dict[Any, Row], limit: int = ROWS) -> list[Row]:
    rows = sorted(now.values(), key=lambda row: (-row.weight, str(row.key)))[:limit]
    named = names(actor, group, [row.key for row in rows])
    for row in rows:
        row.label, row.before = named.get(row.key, ""), before.get(row.key)
    return rows


def _rows(actor: Actor, group: str, period: Period) -> tuple[dict[Any, Row], dict[Any, Row]]:
    """The figures of each group in the period, and in the one before. At most five queries."""
    return _figures(tallies(actor, group, period), owed(actor, group))


def _figures(said: Sequence[Tallies], owing: Owed) -> tuple[dict[Any, Row], dict[Any, Row]]:
    now, before = ({key: _row(key, tally) for key, tally in tallies.items()} for tallies in said)
    for key, (opened, late) in owing.items():
        row = now.setdefault(key, Row(key))
        row.open, row.overdue = opened, late
    for row in before.values():
        row.open = row.overdue = None
    return now, before


def _row(key: Any, tally: Tally) -> Row:
    by_us, by_them = sorted(tally.times_by_us), sorted(tally.times_by_them)
    return Row(
        key,
        sent=tally.sent,
        received=tally.received,
        answered_by_us=len(by_us),
        answered_by_them=len(by_them),
        in_time=tally.in_time,
        with_target=tally.with_target,
        median_by_us=percentile(by_us, 0.5),
        p90_by_us=percentile(by_us, 0.9),
        median_by_them=percentile(by_them, 0.5),
        p90_by_them=percentile(by_them, 0.9),
    )


def of_parties(actor: Actor, parties: Sequence[UUID], period: Period) -> Row:
    """The figures of these parties together. Two queries."""
    tally = Tally()
    for rows, moment, wanted in ((lines(actor), "at", SAID), (responses(actor), "reply_at", ANSWERED)):
        tally.add(rows.filter(period.holds(moment), party__in=parties).aggregate(**wanted))
    return _row(None, tally)


def names(actor: Actor, group: str, keys: Sequence[Any]) -> dict[Any, str]:
    """What groups are called, as far as the actor may read the names of such records."""
    if group == "channel":
        return {key: str(LABELS.get(key, key)) for key in keys}
    resource = RESOURCES[NAMED[group]]
    title = resource.readable(actor).get(resource.title)
    if title is None:
        return {}
    rows = resource.model._default_manager.filter(pk__in=[key for key in keys if key])
    return dict(rows.values_list("pk", "plural" if group == "relationship_kind" else title.source))


NAMED = {
    "party": "parties",
    "organization": "organizations",
    "relationship_kind": "relationship_kinds",
    "team": "teams",
    "user": "users",
}


def for_verdict(rows: list[Row]) -> list[Group]:
    """The rows as the verdict judges them."""
    return [
        Group(row.label, _performance(row), _performance(row.before or Row(None)), row.overdue or 0)
        for row in rows
        if row.label
    ]


def _performance(row: Row) -> Performance:
    return Performance(row.answered_by_us, row.in_time, row.median_by_us)
