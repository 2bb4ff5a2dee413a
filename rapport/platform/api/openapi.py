"""OpenAPI 3.1, generated from the resources' declarations for the actor who asks: it names nothing hidden."""

from __future__ import annotations

from typing import Any

from rapport import __version__
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.api import endpoints, schemas
from rapport.platform.api.batches import LARGEST_BATCH
from rapport.platform.api.parameters import BODY_HEADERS, IF_MATCH, NUMBERED_PAGE, RECORD_ID, list_parameters, parameter
from rapport.platform.api.schemas import array, reference
from rapport.platform.api.summaries import can_group, can_sum
from rapport.platform.resources.registry import RESOURCES, Resource

Item = dict[str, Any]
PROBLEMS = {
    400: "BadRequest", 401: "Unauthenticated", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed",
    409: "Conflict", 412: "PreconditionFailed", 413: "TooLarge", 422: "Invalid", 429: "TooManyRequests",
}  # fmt: skip
READING = (400, 401, 404, 405, 429)
WRITING = (400, 401, 403, 404, 405, 409, 412, 413, 422, 429)


def document(actor: Actor) -> Item:
    """The description of everything that answers this actor."""
    paths: Item = {}
    components: Item = dict(schemas.SHARED)
    for resource in RESOURCES.values():
        if resource.is_door and resource.may(actor, "view"):
            paths |= _paths(resource, actor)
            components |= schemas.of_resource(resource, actor)
    for describe in endpoints.EXTRA_PATHS.values():
        paths |= describe(actor)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rapport", "version": __version__, "license": {"name": "AGPL-3.0-or-later"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {name: _problem(status) for status, name in PROBLEMS.items()},
            "headers": schemas.HEADERS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _problem(status: int) -> Item:
    return {
        "description": "What went wrong, as problem details (RFC 9457)",
        "headers": schemas.limits() if status not in (400, 401) else {},
        "content": {"application/problem+json": {"schema": reference("Problem")}},
    }


def _paths(resource: Resource, actor: Actor) -> Item:
    base, one = f"/{resource.name}", f"/{resource.name}/{{id}}"
    found: Item = {
        base: _collection(resource, actor),
        f"{base}/summary": {"get": _summary(resource, actor)},
        one: {"parameters": [RECORD_ID], **_record(resource, actor)},
        f"{one}/history": {"parameters": [RECORD_ID], "get": _history(resource)},
    }
    if resource.may(actor, "create"):
        found[f"{base}/batch"] = {"post": _batch(resource)}
    for name in _verbs(resource, actor):
        found[f"{one}/{name}"] = {"parameters": [RECORD_ID], "post": _verb(resource, name)}
    return found


def _verbs(resource: Resource, actor: Actor) -> list[str]:
    actions = [n for (of, n), each in list(ACTIONS.items()) if of == resource.name and resource.may(actor, each.verb)]
    return [*actions, "restore"] if resource.may(actor, "delete") else actions


def operation(
    name: str, summary: str, answer: Item | None, *, status: int = 200, problems: tuple[int, ...] = READING,
    **more: Any,
) -> Item:  # fmt: skip
    """One operation that answers `answer` (a schema; None: nothing) or one of `problems`."""
    good: Item = {"description": summary, "headers": schemas.limits()}
    if answer is not None:
        good["content"] = {"application/json": {"schema": answer}}
    refused = {str(each): {"$ref": f"#/components/responses/{PROBLEMS[each]}"} for each in problems}
    return {"operationId": name, "summary": summary, "responses": {str(status): good, **refused}, **more}


def _versioned(found: Item, status: int = 200) -> Item:
    found["responses"][str(status)]["headers"] |= {"ETag": {"$ref": "#/components/headers/ETag"}}
    return found


def _body(schema: Item, *, required: bool = True) -> Item:
    return {"required": required, "content": {"application/json": {"schema": schema}}}


def _collection(resource: Resource, actor: Actor) -> Item:
    name = resource.name
    found: Item = {
        "get": operation(
            f"list_{name}", f"List {resource.plural}", schemas.page_of(reference(f"{name}.record")),
            parameters=list_parameters(resource, actor),
        )
    }  # fmt: skip
    if resource.may(actor, "create"):
        made = operation(
            f"create_{name}", f"Create one of {resource.plural}", reference(f"{name}.written"), status=201,
            problems=WRITING, parameters=BODY_HEADERS, requestBody=_body(reference(f"{name}.create")),
        )  # fmt: skip
        made["responses"]["201"]["headers"] |= {"Location": {"schema": {"type": "string"}}}
        found["post"] = _versioned(made, 201)
    return found


def _record(resource: Resource, actor: Actor) -> Item:
    name = resource.name
    expand = [each for each in list_parameters(resource, actor) if each["name"] == "expand"]
    found = {
        "get": _versioned(
            operation(f"read_{name}", f"Read one of {resource.plural}", reference(f"{name}.record"), parameters=expand)
        )
    }
    if resource.may(actor, "edit"):
        found["patch"] = _versioned(
            operation(
                f"update_{name}", f"Change one of {resource.plural}", reference(f"{name}.written"),
                problems=WRITING, parameters=[IF_MATCH, *BODY_HEADERS], requestBody=_body(reference(f"{name}.update")),
            )
        )  # fmt: skip
    if resource.may(actor, "delete"):
        found["delete"] = operation(
            f"delete_{name}", f"Put one of {resource.plural} into the trash", None, status=204, problems=WRITING,
            parameters=[IF_MATCH, *BODY_HEADERS],
        )  # fmt: skip
    return found


def _summary(resource: Resource, actor: Actor) -> Item:
    readable = resource.readable(actor)
    groups = [name for name, field in readable.items() if can_group(field)]
    sums = [name for name, field in readable.items() if can_sum(field)]
    parameters = [parameter("group", {"enum": groups}, "The field to group by", required=True)]
    if sums:
        parameters.append(parameter("sum", {"enum": sums}, "The field whose sum to give"))
    filters = list_parameters(resource, actor, only_filters=True)
    answer = {"type": "object", "properties": {"results": array(reference("Group"))}, "required": ["results"]}
    return operation(
        f"summarize_{resource.name}", f"Figures of {resource.plural} by group", answer, parameters=parameters + filters
    )


def _history(resource: Resource) -> Item:
    summary = f"What happened to one of {resource.plural}"
    return operation(
        f"history_of_{resource.name}", summary, schemas.page_of(reference("Change")), parameters=NUMBERED_PAGE
    )


def _batch(resource: Resource) -> Item:
    row = {"anyOf": [reference(f"{resource.name}.create"), reference(f"{resource.name}.change")]}
    rows = {
        "type": "object",
        "properties": {"records": {**array(row), "maxItems": LARGEST_BATCH}},
        "required": ["records"],
        "additionalProperties": False,
    }
    answer = {"type": "object", "properties": {"results": array(reference("BatchResult"))}, "required": ["results"]}
    return operation(
        f"batch_{resource.name}", f"Create and change many {resource.plural}", answer,
        problems=WRITING, parameters=BODY_HEADERS, requestBody=_body(rows),
    )  # fmt: skip


def _verb(resource: Resource, name: str) -> Item:
    action = ACTIONS.get((resource.name, name))
    accepts = {key: kind.schema for key, kind in action.accepts.items()} if action else {}
    body: Item = {"type": "object", "properties": accepts, "additionalProperties": False}
    if action and action.required:
        body["required"] = sorted(action.required)
    answer = {"type": "object"} if action else reference(f"{resource.name}.written")
    return operation(
        f"{name}_{resource.name}", f"{action.label if action else 'Restore'}: one of {resource.plural}", answer,
        problems=WRITING, parameters=BODY_HEADERS, requestBody=_body(body, required=bool(accepts)),
    )  # fmt: skip
