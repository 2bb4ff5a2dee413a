"""What each address of the API does. All of it follows from the resources' declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.api.body import read_body, read_object
from rapport.platform.errors import BadQuery, NotFound, Problem, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.expressions import comparable
from rapport.platform.resources.output import one, page
from rapport.platform.resources.query import Query, read_query
from rapport.platform.resources.registry import Resource

Answer = tuple[int, Any, dict[str, str]]
LARGEST_BATCH = 1_000
GROUPS = 1_000


def list_records(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    query = read_query(resource, _parameters(request), actor)
    found = page(query, actor)
    body: dict[str, Any] = {"results": found.records, "next": _next(request, found.next)}
    if found.count is not None:
        body["count"] = found.count
    return 200, body, {}


def _parameters(request: HttpRequest) -> dict[str, str]:
    repeated = [name for name, values in request.GET.lists() if len(values) > 1]
    if repeated:
        raise BadQuery(
            fields={repeated[0]: _("Name a parameter once; several values go into field__in=a,b.")}
        )
    return request.GET.dict()


def _next(request: HttpRequest, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def summarize(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    """Figures by group: `GET …/summary?group=stage&sum=amount`, with the filters of a list."""
    parameters = _parameters(request)
    group, total = parameters.pop("group", ""), parameters.pop("sum", "")
    readable = resource.readable(actor)
    if group not in readable or (not readable[group].kind.sortable and not readable[group].target):
        raise BadQuery(fields={"group": _("Name a field to group by.")})
    if total and (
        total not in readable or not (readable[total].kind.numeric or readable[total].kind_name == "money")
    ):
        raise BadQuery(fields={"sum": _("Name a field that holds numbers.")})
    rows = read_query(resource, parameters, actor).matching(actor)
    figures: dict[str, Any] = {"_count": Count("pk")}
    if total:
        figures["_sum"] = Sum(comparable(readable[total]))
    field = readable[group]
    by: Any = rows.order_by().annotate(_group=_group_expression(field)).values("_group")
    found = by.annotate(**figures).order_by("-_count", "_group")[:GROUPS]
    return 200, {"results": [_group(row, group, total) for row in found]}, {}


def _group_expression(field: Any) -> Any:

    return comparable(field) if field.custom else F(field.source)


def _group(row: dict[str, Any], group: str, total: str) -> dict[str, Any]:
    found = {group: row["_group"], "count": row["_count"]}
    return found | {f"sum_{total}": row["_sum"]} if total else found


def create_record(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    made = verbs.create(resource, read_object(request), actor=actor)
    status, body, headers = _record(resource, made.pk, actor, 201)
    return status, body, {**headers, "Location": f"/api/v1/{resource.name}/{made.pk}"}


def batch(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    """Up to 1,000 creates and updates, each with a result of its own: one that fails stops no other."""
    rows = read_body(request)
    rows = rows.get("records") if isinstance(rows, dict) else rows
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadQuery('The body is {"records": [{…}, …]}.')
    if len(rows) > LARGEST_BATCH:
        raise BadQuery(f"A batch has at most {LARGEST_BATCH} records.")
    together = _create_together(resource, rows, actor)
    results = together if together is not None else [_one_of_batch(resource, row, actor) for row in rows]
    return 200, {"results": results}, {}


def _create_together(
    resource: Resource, rows: list[dict[str, Any]], actor: Actor
) -> list[dict[str, Any]] | None:
    """Makes all records in one go; None when any is an update or has something wrong."""
    if any("id" in row for row in rows):
        return None
    try:
        with transaction.atomic():
            made = verbs.create_many(resource, rows, actor=actor) if rows else []
    except Problem:
        return None
    return [{"status": 201, "id": row.pk} for row in made]


def _one_of_batch(resource: Resource, row: dict[str, Any], actor: Actor) -> dict[str, Any]:
    values = dict(row)
    try:
        with transaction.atomic():
            if "id" not in values:
                return {"status": 201, "id": verbs.create(resource, values, actor=actor).pk}
            record = _id(values.pop("id"))
            verbs.update(resource, [record], values, actor=actor)
            return {"status": 200, "id": record}
    except Problem as problem:
        return {"status": int(problem.status), "title": problem.title, "errors": problem.fields}


def _id(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound() from None


def show_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    parameters = _parameters(request)
    if unknown := set(parameters) - {"expand"}:
        raise BadQuery(fields={min(unknown): _("There is no such parameter here.")})
    query = read_query(resource, parameters, actor)
    return _record(resource, record, actor, 200, query)


def _record(
    resource: Resource, record: UUID, actor: Actor, status: int, query: Query | None = None
) -> Answer:
    found = one(resource, actor, resource.rows(actor).filter(pk=record), expand=query.expand if query else ())
    if found is None:
        if status == 200:
            raise NotFound()
        # Made or changed by the actor, and out of sight by that very change.
        return status, {"id": record}, {}
    headers = {"ETag": f'"{found["version"]}"'} if "version" in found else {}
    return status, found, headers


def update_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    verbs.update(resource, [record], read_object(request), actor=actor, version=_if_match(request))
    return _record(resource, record, actor, 200)


def _if_match(request: HttpRequest) -> int | None:
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    text = text.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise Stale()
    return int(text)


def delete_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    verbs.trash(resource, [record], actor=actor)
    return 204, None, {}


def do(resource: Resource, record: UUID, verb: str, request: HttpRequest, actor: Actor) -> Answer:
    """A verb on one record, which is a set of one: `POST /api/v1/people/{id}/restore`."""
    values = read_object(request)
    if verb == "restore" and "delete" in resource.verbs:
        if not verbs.restore(resource, [record], actor=actor):
            raise NotFound()
        return _record(resource, record, actor, 200)
    action = ACTIONS.get((resource.name, verb))
    if action is None:
        raise NotFound()
    answer = action.call([record], values, actor)
    if isinstance(answer, dict):
        return 200, answer, {}
    return _record(resource, record, actor, 200)


COLLECTION: dict[tuple[str, str], Callable[[Resource, HttpRequest, Actor], Answer]] = {
    ("GET", ""): list_records,
    ("POST", ""): create_record,
    ("POST", "batch"): batch,
    ("GET", "summary"): summarize,
}
RECORD: dict[str, Callable[[Resource, UUID, HttpRequest, Actor], Answer]] = {
    "GET": show_record,
    "PATCH": update_record,
    "DELETE": delete_record,
}
EXTRA: dict[str, Callable[[HttpRequest, str, Actor], Answer]] = {}
"""Addresses that are no resource, such as the ledger's figures: name → what answers there."""
