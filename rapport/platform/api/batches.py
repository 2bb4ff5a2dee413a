"""`POST …/batch`: up to 1,000 creates and updates, each with its result; one that fails stops no other.

The result of a row that fails is the problem with which it would have been refused by itself.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from rapport.platform.access.actors import Actor
from rapport.platform.api.body import Answer, read_body
from rapport.platform.api.problems import details
from rapport.platform.errors import BadQuery, NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.kinds import ID
from rapport.platform.resources.registry import Resource

LARGEST_BATCH = 1_000

Row = dict[str, Any]


def batch(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    body = read_body(request)
    rows = body.get("records") if isinstance(body, dict) and body.keys() == {"records"} else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadQuery('The body is {"records": [{…}, …]}.')
    if len(rows) > LARGEST_BATCH:
        raise BadQuery(f"A batch has at most {LARGEST_BATCH} records.")
    made = iter(_create_all(resource, [row for row in rows if "id" not in row], actor))
    return (
        200,
        {"results": [_update(resource, row, actor) if "id" in row else next(made) for row in rows]},
        {},
    )


def _create_all(resource: Resource, rows: list[Row], actor: Actor) -> list[Row]:
    """Makes as many together as can be: a set with something wrong in it is halved until that is alone."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            return [{"status": 201, "id": row.pk} for row in verbs.create_many(resource, rows, actor=actor)]
    except Problem as problem:
        if len(rows) == 1:
            return [details(problem)]
    middle = len(rows) // 2
    return _create_all(resource, rows[:middle], actor) + _create_all(resource, rows[middle:], actor)


def _update(resource: Resource, row: Row, actor: Actor) -> Row:
    values = dict(row)
    given = values.pop("id")
    try:
        if not isinstance(given, str) or not ID.fullmatch(given):
            raise NotFound()
        with transaction.atomic():
            verbs.update(resource, [UUID(given)], values, actor=actor)
    except Problem as problem:
        return details(problem)
    return {"status": 200, "id": UUID(given)}
