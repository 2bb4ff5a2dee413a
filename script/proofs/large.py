"""A million parties and a million interactions: what is asked all day reads no large table from end to end.

Loads `rapport demo` in its medium size (S) and its large one (M), asks both the same, and prints the times and
their growth beside the goal. The proof fails where a plan at size M scans a large table; times are only printed,
since machines are shared. Folders that are loaded already may be given: large.py S_FOLDER M_FOLDER.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from rapport.config import embedded  # noqa: E402  the package may not be installed

COMMAND = [sys.executable, "-c", "from rapport.config.cli import main; main()"]
LARGE = 50_000
"""Rows from which on a table is not read from end to end."""
ROUNDS = 7
LISTS = ("name", "-updated_at", "organization", "email", "-created_at")
WORDS = ("an", "jensen", "anna jensen", "jensne", "+49 30", "meeting", "delivery", "xyzzy", "s")
"""Common and rare, names and bodies, with a slip, a number, one letter."""
GROWTH, SEARCH, LEDGER, RECORD = 1.3, 15.0, 50.0, 12.0
"""Goals: M ÷ S of lists that are offered as indexed; milliseconds of the others."""


def pages() -> Iterator[tuple[str, str]]:
    from django.db.models import Count

    from rapport.interactions.models import Participation
    from rapport.platform.access.models import User

    for order in LISTS:
        yield f"list by {order}", f"/people/?order={order}"
    owner = User.objects.filter(relationships__isnull=False).order_by("pk").values_list("pk", flat=True)[0]
    yield "list of an owner", f"/people/?owner={owner}&order=name"
    spoken = Participation.objects.exclude(party=None).values("party").annotate(times=Count("pk"))
    busiest = spoken.order_by("-times")[0]
    yield f"record of {busiest['times']} interactions", f"/people/{busiest['party']}/"
    yield "Today", "/"
    yield "Inbox", "/inbox/"
    yield "ledger", "/ledger/"
    for words in WORDS:
        yield f"search “{words}”", f"/search?q={words.replace('+', '%2B')}"


def measure() -> list[dict[str, Any]]:
    """Milliseconds of each page for an administrator, and the large tables that its plans scan."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from rapport.platform.access.people import add_user

    reader = add_user(f"proof{time.time_ns()}@ours.example", None, is_administrator=True)
    client = Client(headers={"HX-Request": "true", "Host": "localhost"})
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    found = []
    for name, address in pages():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200, address
        took = [_milliseconds(client, address) for _ in range(ROUNDS)]
        scans = sorted({scan for query in asked.captured_queries for scan in _scans(connection, str(query["sql"]))})
        found.append({"name": name, "ms": median(took), "scans": scans})
    return found


def _milliseconds(client: Any, address: str) -> float:
    begin = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - begin) * 1_000


def _scans(connection: Any, query: str) -> Iterator[str]:
    """The large tables that the plan of a query reads from end to end."""
    if not query.lstrip("( ").startswith("SELECT") or " FROM " not in query:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {query}")
        waiting = [cursor.fetchone()[0][0]["Plan"]]
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", [LARGE])
        large = {row[0] for row in cursor.fetchall()}
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
            yield node["Relation Name"]


def measured(data: Path) -> list[dict[str, Any]]:
    with embedded.running(data) as cluster:
        with psycopg.connect(cluster.owner_database_url, autocommit=True) as owner:
            owner.execute("ANALYZE")  # as autovacuum has done wherever a server has run for a while
        environment = {
            **os.environ, "RAPPORT_DATA": str(data), "DATABASE_URL": cluster.database_url,
            "DJANGO_SETTINGS_MODULE": "rapport.config.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, __file__, "measure"], env=environment, stdout=subprocess.PIPE, check=True
        )
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return found


def load(data: Path, size: str) -> Path:
    begin = time.perf_counter()
    own = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    environment = own | {"RAPPORT_DATA": str(data), "PYTHONPATH": str(ROOT)}
    subprocess.run([*COMMAND, "demo", "--size", size], env=environment, stdout=subprocess.DEVNULL, check=True)
    print(f"{size} loaded in {time.perf_counter() - begin:.0f} s", flush=True)
    return data


def report(small: list[dict[str, Any]], large: list[dict[str, Any]]) -> bool:
    print(f"{'':34}{'S ms':>9}{'M ms':>9}{'M ÷ S':>7}  goal")
    for at_s, at_m in zip(small, large, strict=True):
        name, growth = at_m["name"], at_m["ms"] / at_s["ms"]
        goal, is_met = _goal(name, at_m["ms"], growth)
        scans = f"SCANS {', '.join(at_m['scans'])}" if at_m["scans"] else ""
        print(f"{name:34}{at_s['ms']:9.1f}{at_m['ms']:9.1f}{growth:7.2f}  {goal} {'' if is_met else 'missed'} {scans}")
    return not any(each["scans"] for each in large)


def _goal(name: str, milliseconds: float, growth: float) -> tuple[str, bool]:
    if name.startswith("list"):
        return f"M ÷ S ≤ {GROWTH}", growth <= GROWTH
    limits = {"search": SEARCH, "ledger": LEDGER, "record": RECORD}
    limit = limits.get(name.split(maxsplit=1)[0])
    return (f"≤ {limit:.0f} ms", milliseconds <= limit) if limit else ("", True)


def main() -> None:
    if sys.argv[1:] == ["measure"]:
        print(json.dumps(measure()))
        return
    with tempfile.TemporaryDirectory(prefix="rapport-large-") as folder:
        Path(folder).chmod(0o755)
        given = [Path(each) for each in sys.argv[1:]]
        small, large = given or (load(Path(folder) / "s", "medium"), load(Path(folder) / "m", "large"))
        is_proved = report(measured(small), measured(large))
    print("proved" if is_proved else "Not proved: large tables are read from end to end.")
    sys.exit(not is_proved)


if __name__ == "__main__":
    main()
