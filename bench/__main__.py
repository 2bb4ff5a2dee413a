"""`python -m bench [names…]`: measures the named lines, or all, and writes bench/results.json."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from bench.registry import LINES, Figure
from bench.world import world

MODULES = ("running", "listening", "peers", "pages", "mail", "mailboxes")
RESULTS = Path(__file__).parent / "results.json"
ROW = "{:42} {:>10} {:>10} {:>7} {:>9} {:>7}  {}"


def main(names: list[str]) -> None:
    for module in MODULES:
        import_module(f"bench.{module}")
    if unknown := set(names) - set(LINES):
        sys.exit(f"There is no line {min(unknown)}; there are: {', '.join(LINES)}.")
    figures: list[Figure] = []
    print(ROW.format("", "Rapport", "floor", "ratio", "goal", "× goal", ""))
    with world() as there:
        for name in names or LINES:
            for figure in LINES[name](there):
                figures.append(figure)
                print(_row(figure), flush=True)
    found = [asdict(each) | {"ratio": each.ratio, "is_met": each.is_met} for each in figures]
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")


def _row(figure: Figure) -> str:
    goal = "" if figure.goal is None else f"{'≤' if figure.better == 'less' else '≥'} {figure.goal:g}"
    return ROW.format(
        f"{figure.name} ({figure.unit})", _short(figure.ours), _short(figure.floor), _short(figure.ratio), goal,
        _short(figure.ratio_goal), "" if figure.is_met else "missed",
    )  # fmt: skip


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])
