"""What each address of the API does. All of it follows from the resources' declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action_of
from rapport.platform.api.batches import batch
from rapport.platform.api.body import Answer, next_page, parameters_of, read_object, read_page
from rapport.platform.api.summaries import summarize
from rapport.platform.errors import BadQuery, NotFound, Stale
from rapport.platform.history.queries import RecordChange, changes_of
from rapport.platform.resources import verbs
from rapport.platform.resources.output import one
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource
from rapport.platform.search.asking import answer


def list_records(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    found = answer(resource, parameters_of(request), actor)
    body: dict[str, Any] = {"results": found.records, "next": next_page(request, found.next)}
    if found.count is not None:
        body["count"] = found.count
    return 200, body, {}


def create_record(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    made = verbs.create(resource, read_object(request), actor=actor)
    status, body, headers = written(resource, made.pk, actor, 201)
    return status, body, {**headers, "Location": f"/api/v1/{resource.name}/{made.pk}"}


def show_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    parameters = parameters_of(request)
    if unknown := parameters.keys() - {"expand"}:
        raise BadQuery(fields={min(unknown): _("There is no such parameter here.")})
    expand = read_query(resource, parameters, actor).expand if parameters else ()
    found = one(resource, actor, record, expand=expand)
    if found is None:
        raise NotFound()
    return 200, found, _etag(found)


def update_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    verbs.update(resource, [record], read_object(request), actor=actor, version=_if_match(request))
    return written(resource, record, actor)


def written(resource: Resource, record: UUID, actor: Actor, status: int = 200) -> Answer:
    """The record as it is after the actor wrote it; its id alone where that has put it out of their sight."""
    found = one(resource, actor, record, is_look=False)
    return status, found or {"id": record}, _etag(found or {})


def _etag(found: dict[str, Any]) -> dict[str, str]:
    return {"ETag": f'"{found["version"]}"'} if "version" in found else {}


def _if_match(request: HttpRequest) -> int | None:
    text = request.headers.get("If-Match", "").strip()
    if text in ("", "*"):
        return None
    text = text.removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise Stale()
    return int(text)


def delete_record(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    verbs.trash(resource, [record], actor=actor, version=_if_match(request))
    return 204, None, {}


def do(resource: Resource, record: UUID, verb: str, request: HttpRequest, actor: Actor) -> Answer:
    """A verb on one record, which is a set of one: `POST /api/v1/people/{id}/restore`."""
    values = read_object(request)
    if verb == "restore" and "delete" in resource.verbs:
        if values:
            raise BadQuery(fields={min(values): _("There is no such value here.")})
        if not verbs.restore(resource, [record], actor=actor):
            raise NotFound()
        return written(resource, record, actor)
    answer = action_of(resource.name, verb).call([record], values, actor)
    return (200, answer, {}) if isinstance(answer, dict) else written(resource, record, actor)


def show_history(resource: Resource, record: UUID, request: HttpRequest, actor: Actor) -> Answer:
    """What happened to one record and what hangs on it, newest first: `GET /api/v1/people/{id}/history`."""
    limit, before = read_page(parameters_of(request))
    found = changes_of(resource, record, actor, limit=limit + 1, before=before)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return 200, {"results": [_change(each) for each in found[:limit]], "next": next_page(request, following)}, {}


def _change(change: RecordChange) -> dict[str, Any]:
    fields = [{"field": each.field.name, "old": each.old, "new": each.new} for each in change.fields]
    return {
        "id": change.id, "at": change.at, "who": change.who, "origin": change.origin, "verb": change.verb,
        "resource": change.resource.name, "record": change.row_id, "changes": fields,
    }  # fmt: skip


Methods = dict[str, tuple[str, Callable[..., Answer]]]
"""By method: the verb that the resource must know, and what answers."""
COLLECTION: dict[str, Methods] = {
    "": {"GET": ("view", list_records), "POST": ("create", create_record)},
    "batch": {"POST": ("create", batch)},
    "summary": {"GET": ("view", summarize)},
}
RECORD: Methods = {
    "GET": ("view", show_record),
    "PATCH": ("edit", update_record),
    "DELETE": ("delete", delete_record),
}
HISTORY: Methods = {"GET": ("view", show_history)}
EXTRA: dict[str, Callable[[HttpRequest, str, Actor], Answer | HttpResponseBase]] = {}
"""Addresses that are no resource, such as the ledger's figures: name → what answers there."""
EXTRA_PATHS: dict[str, Callable[[Actor], dict[str, Any]]] = {}
"""The OpenAPI paths of those addresses, as far as an actor may know them: name → {"/ledger": path item}."""
