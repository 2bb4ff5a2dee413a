"""From a request to a resource's answer and back; errors become RFC 9457 problem details here."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.http import HttpRequest, HttpResponse

from rapport.platform.access.actors import Actor
from rapport.platform.api import endpoints
from rapport.platform.api.idempotency import once
from rapport.platform.api.openapi import document
from rapport.platform.api.tokens import Allowance, admitted
from rapport.platform.errors import NotFound, Problem, TooMany, Unauthenticated
from rapport.platform.resources.registry import RESOURCES, Resource

log = logging.getLogger(__name__)

PREFIX = "/api/v1/"
UUID_PATTERN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
encode = msgspec.json.Encoder(decimal_format="number", uuid_format="canonical").encode


class MethodNotAllowed(Problem):
    status = 405  # type: ignore[assignment]
    title = "That address knows no such method"


def answer(request: HttpRequest) -> HttpResponse:
    """Answers one API request; never raises."""
    allowance: Allowance | None = None
    try:
        path = request.path_info.removeprefix(PREFIX)
        if path == "openapi.json":
            return respond(200, document())
        actor, allowance = admitted(request)
        status, body, headers = route(request, path, actor)
        response = respond(status, body, headers)
    except Problem as problem:
        response = respond_problem(problem, request)
    except Exception:
        # The last door before the caller: a fault of ours becomes an error with an id to ask for.
        fault = str(uuid4())
        log.exception("API fault %s at %s", fault, request.path_info)
        response = respond(
            500, _details(500, "Something went wrong on our side", f"Error id {fault}", {}), problem=True
        )
    for name, value in allowance.headers().items() if allowance else ():
        response[name] = value
    return response


def route(request: HttpRequest, path: str, actor: Actor) -> tuple[int, Any, dict[str, str]]:
    name, _slash, rest = path.partition("/")
    rest = rest.rstrip("/")
    if name in endpoints.EXTRA:
        return endpoints.EXTRA[name](request, rest, actor)
    resource = RESOURCES.get(name)
    if resource is None or not resource.is_door:
        raise NotFound()
    handler = _handler(request, resource, rest)
    if request.method in ("GET", "HEAD"):
        return handler(request, actor)
    return once(request, actor, lambda: handler(request, actor))


Handler = Callable[[HttpRequest, Actor], tuple[int, Any, dict[str, str]]]


def _handler(request: HttpRequest, resource: Resource, rest: str) -> Handler:
    method = "GET" if request.method == "HEAD" else str(request.method)
    if rest in ("", "batch", "summary"):
        found = endpoints.COLLECTION.get((method, rest))
        if found is None:
            raise MethodNotAllowed()
        return lambda request, actor: found(resource, request, actor)
    first, _slash, verb = rest.partition("/")
    if not UUID_PATTERN.fullmatch(first):
        raise NotFound()
    record = UUID(first)
    if verb:
        if method != "POST":
            raise MethodNotAllowed()
        return lambda request, actor: endpoints.do(resource, record, verb, request, actor)
    single = endpoints.RECORD.get(method)
    if single is None:
        raise MethodNotAllowed()
    return lambda request, actor: single(resource, record, request, actor)


def respond(
    status: int, body: Any, headers: dict[str, str] | None = None, *, problem: bool = False
) -> HttpResponse:
    content = b"" if body is None else encode(body)
    kind = "application/problem+json" if problem else "application/json"
    return HttpResponse(
        content, status=status, content_type=kind, headers={"Cache-Control": "no-store", **(headers or {})}
    )


def respond_problem(problem: Problem, request: HttpRequest) -> HttpResponse:
    body = _details(int(problem.status), problem.title, problem.detail, problem.fields)
    headers = {}
    if isinstance(problem, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, TooMany):
        headers["Retry-After"] = "60"
    return respond(int(problem.status), body, headers, problem=True)


def _details(status: int, title: str, detail: str, fields: dict[str, str]) -> dict[str, Any]:
    """RFC 9457; `errors` is ours: a pointer (RFC 6901) to each field, with what is wrong with it."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if fields:
        body["errors"] = [
            {"pointer": f"/{name}", "field": name, "detail": str(text)} for name, text in fields.items()
        ]
    return body
