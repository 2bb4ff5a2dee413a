"""The API's figures, in process and without a server, beside the same SQL by psycopg on one connection.

Run as `python -m bench.api` with DATABASE_URL naming a migrated database that may be filled.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from time import perf_counter
from typing import Any

import django

PEOPLE, ROUNDS, EACH = 10_000, 20, 10


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    ours_ms: float
    floor_ms: float


def _request(application: Any, token: str, method: str, address: str, body: bytes = b"") -> bytes:
    path, _mark, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": f"/api/v1/{path}", "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body), "wsgi.errors": BytesIO(), "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)), "HTTP_AUTHORIZATION": f"Bearer {token}",
    }  # fmt: skip
    statuses: list[str] = []
    response = application(environ, lambda status, _headers: statuses.append(status))
    content = b"".join(response)
    response.close()
    if not statuses[0].startswith("2"):
        raise RuntimeError(f"{method} {address}: {statuses[0]} {content[:200]!r}")
    return content


def _fill() -> tuple[str, str]:
    """A token and the id of one of 10,000 people, made through the product's own verbs."""
    from rapport.parties.models import Person
    from rapport.platform.access.actors import Actor
    from rapport.platform.access.models import User
    from rapport.platform.access.people import add_user
    from rapport.platform.api.tokens import make_token
    from rapport.platform.jobs.worker import work
    from rapport.platform.resources import verbs
    from rapport.platform.resources.registry import RESOURCES

    user = User.objects.filter(email="bench@ours.example").first() or add_user(
        "bench@ours.example", "correct horse battery", is_administrator=True
    )
    system = Actor.system("command")
    for start in range(Person.objects.count(), PEOPLE, 1_000):
        rows = [
            {"name": f"Person {n:05}", "email": f"person{n}@acme{n % 500}.example", "job_title": f"Job {n % 20}"}
            for n in range(start, start + 1_000)
        ]
        verbs.create_many(RESOURCES["people"], rows, actor=system)
    asyncio.run(work(drain=True))
    return make_token(user, "bench"), str(Person.objects.values_list("pk", flat=True)[0])


LIST = """
    SELECT id, version, display_name, primary_email, job_title, owner_id, updated_at FROM parties_party
    WHERE kind = 'person' AND deleted_at IS NULL AND job_title = 'Job 7' ORDER BY sort_name, id LIMIT 51
"""
ONE = "SELECT * FROM parties_party WHERE id = %s AND deleted_at IS NULL"
MAKE = """
    INSERT INTO parties_party (id, kind, display_name, sort_name, given_name, family_name, job_title, website,
        language, description, source, primary_email, primary_phone, organization_sort, owner_ids, created_at,
        updated_at, version, custom)
    VALUES (gen_random_uuid(), 'person', 'Made', 'made', '', '', '', '', '', '', 'typed', '', '', '', '{}', now(),
        now(), 1, '{}')
"""
FIND = """
    SELECT id, display_name FROM parties_party
    WHERE kind = 'person' AND deleted_at IS NULL AND sort_name LIKE 'person 012%' LIMIT 51
"""


def measure() -> list[Line]:
    """Medians of alternating rounds: through the WSGI application, and the bare SQL as JSON."""
    import psycopg
    from psycopg.rows import dict_row

    from rapport.config.wsgi import application

    token, record = _fill()
    numbers = iter(range(10**9))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row) as bare:

        def sql(text: str, *values: Any) -> Callable[[], object]:
            return lambda: json.dumps(bare.execute(text, values or None).fetchall(), default=str)

        def made() -> bytes:
            name = f"Made {next(numbers)} {perf_counter()}"
            return _request(application, token, "POST", "people", json.dumps({"name": name}).encode())

        def got(address: str) -> Callable[[], bytes]:
            return lambda: _request(application, token, "GET", address)

        pairs: list[tuple[str, Callable[[], object], Callable[[], object]]] = [
            ("list: 50 people, filtered and sorted", got(
                "people?job_title=Job%207&order=name&fields=name,email,job_title,owner,updated_at"), sql(LIST)),
            ("one person", got(f"people/{record}"), sql(ONE, record)),
            ("create a person", made, lambda: bare.execute(MAKE)),
            ("search a name", got("people?q=person%20012&fields=name"), sql(FIND)),
        ]  # fmt: skip
        return [Line(name, *_alternate(ours, floor)) for name, ours, floor in pairs]


def _alternate(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    for warming in (ours, floor):
        for _ in range(5):
            warming()
    rounds = [(_time(ours), _time(floor)) for _ in range(ROUNDS)]
    return median(mine for mine, _ in rounds), median(bare for _, bare in rounds)


def _time(work: Callable[[], object]) -> float:
    """Milliseconds of one, over a few."""
    began = perf_counter()
    for _ in range(EACH):
        work()
    return (perf_counter() - began) * 1_000 / EACH


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    print(f"{'':40}{'ours ms':>9}{'floor ms':>10}{'ratio':>7}")
    for line in measure():
        print(f"{line.name:40}{line.ours_ms:9.2f}{line.floor_ms:10.2f}{line.ours_ms / line.floor_ms:7.1f}")


if __name__ == "__main__":
    main()
