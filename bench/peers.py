"""The seven figures that were measured on peers, on the same work: 10,000 contacts, 2,000 companies, by the API.

Beside each goal (ten times better than the best peer) stands the bare SQL on one connection.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import count
from typing import Any

from bench.measure import alternate, best_median, per_second, seconds
from bench.registry import Figure, line
from bench.world import Client, World

CONTACTS, COMPANIES, BATCH = 10_000, 2_000, 1_000
GIVEN = [
    "Ada",
    "Bela",
    "Chloe",
    "Dmitri",
    "Esra",
    "Finn",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Kira",
    "Liam",
    "Mona",
    "Nils",
    "Olga",
    "Pia",
    "Quinn",
    "Rosa",
    "Sven",
    "Tara",
]
FAMILY = [
    "Abbott",
    "Bauer",
    "Costa",
    "Dunn",
    "Ekman",
    "Fischer",
    "Garcia",
    "Huber",
    "Ivanov",
    "Jensen",
    "Klein",
    "Lopez",
    "Moreau",
    "Novak",
    "Olsen",
    "Petit",
]
PER_CONTACT = 1_000 / 27.5
"""Milliseconds a contact may take at ten times the best peer's 275 a second, per thousand."""


@line("peers")
def peers(world: World) -> Iterable[Figure]:
    api = world.api()
    yield from import_contacts(world, api)
    people = world.row("SELECT count(*) FROM parties_party WHERE kind = 'person'")[0]
    assert people == CONTACTS, people
    world.analyze()
    yield from _reads(world, api)
    yield _create(api)
    path = LIST
    rate = per_second([partial(world.api().get, path) for _ in range(4)], 150)
    yield Figure("list requests with 4 clients", "1/s", rate, 500, "more")


def import_contacts(world: World, api: Client) -> Iterator[Figure]:
    owner = str(world.row("SELECT id FROM access_user LIMIT 1")[0])
    stages = [str(row[0]) for row in world.database.execute(STAGES)]
    firms = _post_all(api, "organizations", [{"name": f"Company {n:04} Ltd"} for n in range(COMPANIES)])
    chance = random.Random(7)
    rows = [_contact(chance, n, firms, stages, owner) for n in range(CONTACTS)]
    took = seconds(lambda: _post_all(api, "people", rows))
    yield Figure("contacts imported", "1/s", CONTACTS / took, 3_000, "more")


STAGES = """
    SELECT s.id FROM parties_stage s JOIN parties_relationshipkind k ON k.id = s.kind_id WHERE k.name = 'Prospect'
"""


def _contact(chance: random.Random, n: int, firms: list[str], stages: list[str], owner: str) -> dict[str, Any]:
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    return {
        "name": f"{given} {family} {n:05}", "given_name": given, "family_name": f"{family} {n:05}",
        "email": f"{given}.{family}.{n}@company{n % COMPANIES:04}.example".lower(),
        "phone": f"+33 1 99 00 {n // 100:02} {n % 100:02}", "organization": firms[n % COMPANIES],
        "stage": chance.choice(stages), "owner": owner,
    }  # fmt: skip


def _post_all(api: Client, resource: str, rows: list[dict[str, Any]]) -> list[str]:
    made: list[str] = []
    for first in range(0, len(rows), BATCH):
        results = api.post(f"/api/v1/{resource}/batch", {"records": rows[first : first + BATCH]})["results"]
        assert all(each["status"] == 201 for each in results), results[:3]
        made += [each["id"] for each in results]
    return made


FIELDS = "name,organization,relationship,stage,email,phone,owner,updated_at"
LIST = f"/api/v1/people?limit=50&order=name&organization__in=ORG&fields={FIELDS}".replace("&organization__in=ORG", "")
LIST_SQL = """
    SELECT p.id, p.version, p.display_name, p.organization_id, o.display_name, p.relationship_kind_id, k.name,
        p.stage_id, s.name, p.primary_email, p.primary_phone, p.owner_id, u.name, p.updated_at
    FROM parties_party p LEFT JOIN parties_party o ON o.id = p.organization_id
    LEFT JOIN parties_relationshipkind k ON k.id = p.relationship_kind_id
    LEFT JOIN parties_stage s ON s.id = p.stage_id LEFT JOIN access_user u ON u.id = p.owner_id
    WHERE p.kind = 'person' AND p.deleted_at IS NULL ORDER BY p.sort_name, p.id LIMIT 50
"""
ONE_SQL = LIST_SQL.replace("ORDER BY p.sort_name, p.id LIMIT 50", "AND p.id = %s")
NAME_SQL = LIST_SQL.replace("ORDER BY", "AND p.sort_name LIKE 'ines%%' ORDER BY")
STAGE_SQL = """
    SELECT stage_id, count(*) FROM parties_party WHERE kind = 'person' AND deleted_at IS NULL GROUP BY stage_id
"""


def _reads(world: World, api: Client) -> Iterator[Figure]:
    record = world.row("SELECT id FROM parties_party WHERE kind = 'person' ORDER BY sort_name OFFSET 5000 LIMIT 1")[0]
    questions = (
        ("list of 50, API", LIST, LIST_SQL, (), 3.0, 5.0),
        ("one record, API", f"/api/v1/people/{record}", ONE_SQL, (record,), 2.4, None),
        ("name search, API", "/api/v1/people?q=ines+ols&limit=50", NAME_SQL, (), 6.7, None),
        ("people by stage, API", "/api/v1/people/summary?group=stage", STAGE_SQL, (), 2.0, None),
    )
    # By stage: ten times better than the best peer is stricter than 1.3 times its bare SQL plus 2 ms.
    for name, path, sql, values, goal, ratio in questions:
        ours, floor = alternate(
            lambda path=path: api.get(path),  # type: ignore[misc]
            lambda sql=sql, values=values: world.database.execute(sql, values).fetchall(),  # type: ignore[misc]
        )
        yield Figure(name, "ms", ours, goal, "less", floor, ratio)


def _create(api: Client) -> Figure:
    numbers = count()

    def create() -> None:
        n = next(numbers)
        api.post("/api/v1/people", {"name": f"Zoe Zander {n}", "email": f"zoe{n}@zander.example"})

    return Figure("create, API", "ms", best_median(create), 4.5)
