"""The time zones that a person chooses from: by region, without the second names that zones once had."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

REGIONS = frozenset({"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


@cache
def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each region with its zones as (value, words): *America*, (America/Argentina/Salta, Argentina, Salta)."""
    listed = sorted(each for each in available_timezones() if each.partition("/")[0] in REGIONS)
    return [(region, [(zone, _words(zone)) for zone in found]) for region, found in groupby(listed, _region)]


def _region(zone: str) -> str:
    return zone.partition("/")[0]


def _words(zone: str) -> str:
    return zone.partition("/")[2].replace("/", ", ").replace("_", " ")
