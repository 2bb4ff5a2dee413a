"""Pages as a person sees them: through the whole stack, signed in."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from bench.correspondence import LETTERS, correspond
from bench.measure import alternate
from bench.peers import LIST_SQL, import_contacts
from bench.registry import Figure, line
from bench.world import World


@line("pages")
def pages(world: World) -> Iterable[Figure]:
    if world.row("SELECT count(*) FROM parties_party")[0] == 0:
        list(import_contacts(world, world.api()))
    friend = correspond(world)
    world.analyze()
    browser = world.browser()
    record = world.row("SELECT id FROM parties_party WHERE kind = 'person' ORDER BY sort_name LIMIT 1")[0]
    empty = lambda: browser.get("/healthz")  # noqa: E731 - the floor: the least this server can answer
    ours, floor = alternate(
        lambda: browser.get("/people/?order=name"), lambda: world.database.execute(LIST_SQL).fetchall()
    )
    yield Figure("list page of 50", "ms", ours, 6, "less", floor, 12)
    for name, path, goal in (
        ("record page", f"/people/{record}/", 12.0),
        (f"record page, {LETTERS:,} letters", f"/people/{friend}/", 12.0),
        ("Today", "/", 30.0),
        ("Inbox", "/inbox/", 30.0),
        ("ledger page", "/ledger/", 50.0),
    ):
        ours, floor = alternate(lambda path=path: browser.get(path), empty)  # type: ignore[misc]
        yield Figure(name, "ms", ours, goal, "less", floor)
    page = browser.get("/people/")
    yield Figure("list page, compressed", "kB", len(gzip.compress(page, 6)) / 1_000)
