"""How fast we want to answer: targets by channel, kind of relationship and stage, in our working hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.interactions.models import OurOrganization, Target
from rapport.kit.business_time import WorkingHours
from rapport.parties.models import Party


class Standing(NamedTuple):
    """What a party is to us, as far as targets ask."""

    kind: UUID | None
    stage: UUID | None


NOTHING = Standing(None, None)


@dataclass(slots=True)
class Targets:
    hours: WorkingHours
    lapse_days: int
    rules: list[Target]
    _of: dict[UUID, Standing] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Targets:
        ours = OurOrganization.objects.get()
        return cls(working_hours(ours), ours.lapse_days, list(Target.objects.filter(deleted_at=None)))

    def learn(self, parties: Iterable[UUID]) -> None:
        """Looks up what these parties are to us, in one query."""
        rows = Party.objects.filter(pk__in=set(parties))
        self._of |= {pk: Standing(*rest) for pk, *rest in rows.values_list("pk", "relationship_kind_id", "stage_id")}

    def note(self, party: UUID, kind: UUID | None, stage: UUID | None) -> None:
        """Takes over what a party is to us from a caller who knows it."""
        self._of[party] = Standing(kind, stage)

    def kind(self, party: UUID | None) -> UUID | None:
        """The kind of relationship of a party that it has learned or noted."""
        return self._of.get(party, NOTHING).kind if party else None

    def seconds(self, channel: str, party: UUID) -> int | None:
        """The target of the most specific rule that fits; None where none does."""
        standing = self._of.get(party, NOTHING)
        fitting = [rule for rule in self.rules if _fits(rule, channel, standing)]
        return max(fitting, key=_specific).seconds if fitting else None

    def due(self, since: datetime, channel: str, party: UUID) -> datetime | None:
        seconds = self.seconds(channel, party)
        return None if seconds is None else self.hours.add(since, seconds)


def _fits(rule: Target, channel: str, standing: Standing) -> bool:
    return (
        rule.channel in ("", channel)
        and rule.relationship_kind_id in (None, standing.kind)
        and rule.stage_id in (None, standing.stage)
    )


def _specific(rule: Target) -> tuple[bool, bool, bool, int]:
    return (
        rule.stage_id is not None,
        rule.relationship_kind_id is not None,
        bool(rule.channel),
        -rule.seconds,
    )


_hours: dict[tuple[str, str, str], WorkingHours] = {}


def working_hours(ours: OurOrganization) -> WorkingHours:
    """The organisation's hours; built once per distinct setting, since years of them are prepared."""
    key = (ours.time_zone, str(ours.week), str(ours.holidays))
    if key not in _hours:
        week: Any = tuple(tuple((_time(start), _time(end)) for start, end in day) for day in ours.week)
        _hours.clear()
        _hours[key] = WorkingHours(
            ZoneInfo(ours.time_zone),
            week,
            frozenset(date.fromisoformat(day) for day in ours.holidays),
        )
    return _hours[key]


def _time(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)
