"""One piece of the demonstration in the making: its share of everything, from its own chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from rapport.exchange.demo.identifiers import Identifiers
from rapport.exchange.demo.phones import phone
from rapport.exchange.demo.setting import Setting
from rapport.exchange.demo.tables import Rows


@dataclass(slots=True)
class Block:
    """One piece in the making."""

    setting: Setting
    number: int
    chance: Random
    ids: Identifiers
    rows: Rows = field(default_factory=Rows)
    taken: set[str] = field(default_factory=set)
    """Domains and e-mail addresses."""
    phones: int = 0

    @classmethod
    def begin(cls, setting: Setting, number: int) -> Block:
        chance = setting.chance(number)
        size = setting.size
        first = sum(size.share(size.people + size.organizations, each) for each in range(number))
        return cls(setting, number, chance, Identifiers(setting.now, number, chance), phones=first)

    def child(self, at: datetime) -> tuple[Any, ...]:
        return self.ids.next(), at, at, 1, {}

    def moment(self) -> datetime:
        """When somebody became known: at any time over the period and the year before."""
        return self.setting.now - timedelta(
            seconds=self.chance.randrange(3_600, (self.setting.size.days + 365) * 86_400)
        )

    def free(self, wanted: str, ending: str = "") -> str:
        """`wanted` + `ending`, with a number where it is taken."""
        count, found = 1, wanted + ending
        while found in self.taken:
            count += 1
            found = f"{wanted}{count}{ending}"
        self.taken.add(found)
        return found

    def phone(self, country: str) -> str:
        self.phones += 1
        return phone(country, self.phones)
