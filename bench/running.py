"""What it costs to run: starting, idling."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from time import sleep

from bench.registry import Figure, line
from bench.world import World


@line("starting")
def starting(world: World) -> Iterable[Figure]:
    yield Figure("first start to the first page", "s", world.first_start, 10)
    yield Figure("later start to the first page", "s", world.later_start, 3)


@line("memory")
def memory(world: World) -> Iterable[Figure]:
    sleep(3)
    yield Figure("memory of all processes but PostgreSQL", "MB", megabytes(world), 250)


def megabytes(world: World) -> float:
    """Of all processes but PostgreSQL's."""
    return sum(map(_proportional, below(world.processes[0]))) / 1_000


def below(process: int) -> list[int]:
    """The process and its descendants, but for PostgreSQL's."""
    found, parents = [process], {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _bracket, rest = stat.read_text().rpartition(")")
        except FileNotFoundError:
            continue  # ended in the meantime
        if "postgres" not in name:
            parents[int(stat.parent.name)] = int(rest.split()[1])
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _proportional(process: int) -> int:
    """Kilobytes, with shared pages shared out (PSS)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(each.split()[1]) for each in lines if each.startswith("Pss:")), 0)
