"""From a request to a resource's answer and back; errors become RFC 9457 problem details here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from rapport.platform.access.actors import Actor
from rapport.platform.access.doors import refused
from rapport.platform.api import endpoints
from rapport.platform.api.body import Answer
from rapport.platform.api.idempotency import once
from rapport.platform.api.openapi import document
from rapport.platform.api.problems import as_details, details
from rapport.platform.api.tokens import Allowance, admitted
from rapport.platform.errors import (
    BadQuery,
    Forbidden,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
    TooMany,
    Unauthenticated,
)
from rapport.platform.resources.kinds import ID
from rapport.platform.resources.registry import RESOURCES, Resource

log = logging.getLogger(__name__)

PREFIX = "/api/v1/"
encode = msgspec.json.Encoder(decimal_format="number", uuid_format="canonical").encode


def answer(request: HttpRequest) -> HttpResponseBase:
    """Answers one API request; never raises."""
    actor: Actor | None = None
    allowance: Allowance | None = None
    try:
        request.get_host()
        actor, allowance = admitted(request)
        if allowance.is_spent:
            raise TooMany(f"Ask again in {allowance.reset_seconds} seconds.")
        found = route(request, request.path_info.removeprefix(PREFIX), actor)
        response = respond(*found) if isinstance(found, tuple) else found
    except Problem as problem:
        if isinstance(problem, Unauthenticated | Forbidden):
            refused(request, actor.user_id if actor else None)
        response = respond_problem(problem, allowance)
    except RequestDataTooBig:
        response = respond_problem(TooLarge(), allowance)
    except SuspiciousOperation:
        response = respond_problem(BadQuery(), allowance)
    except Exception:  # noqa: BLE001
        # The last door before the caller: a fault of ours becomes an error with an id to ask for.
        response = respond_fault(request)
    for name, value in allowance.headers().items() if allowance else ():
        response[name] = value
    return response


def route(request: HttpRequest, path: str, actor: Actor) -> Answer | HttpResponseBase:
    """What an address answers; a response of its own where that isn't JSON, such as a file's content."""
    name, _slash, rest = path.partition("/")
    rest = rest.rstrip("/")
    if path == "openapi.json":
        check_method(request, ("GET",))
        return 200, document(actor), {}
    if name in endpoints.EXTRA:
        return endpoints.EXTRA[name](request, rest, actor)
    resource = RESOURCES.get(name)
    if resource is None or not resource.is_door:
        raise NotFound()
    methods = _methods(resource, rest)
    handler = methods[check_method(request, methods)]
    if request.method in ("GET", "HEAD"):
        return handler(request, actor)
    return once(request, actor, lambda: handler(request, actor))


def check_method(request: HttpRequest, allowed: Iterable[str]) -> str:
    """The request's method, of which HEAD is a GET. Raises MethodNotAllowed."""
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method not in allowed:
        raise MethodNotAllowed(allowed)
    return method


Handler = Callable[[HttpRequest, Actor], Answer]


def _methods(resource: Resource, rest: str) -> dict[str, Handler]:
    """What an address of a resource answers, by method. Raises NotFound."""
    if rest in endpoints.COLLECTION:
        found = endpoints.COLLECTION[rest]
        return {m: partial(handle, resource) for m, (verb, handle) in found.items() if verb in resource.verbs}
    first, _slash, verb = rest.partition("/")
    if not ID.fullmatch(first):
        raise NotFound()
    record = UUID(first)
    if verb and verb != "history":
        return {"POST": lambda request, actor: endpoints.do(resource, record, verb, request, actor)}
    single = endpoints.HISTORY if verb else endpoints.RECORD
    return {m: partial(handle, resource, record) for m, (verb, handle) in single.items() if verb in resource.verbs}


def respond(status: int, body: Any, headers: dict[str, str] | None = None, *, problem: bool = False) -> HttpResponse:
    content = b"" if body is None else encode(body)
    kind = "application/problem+json" if problem else "application/json"
    return HttpResponse(
        content, status=status, content_type=kind, headers={"Cache-Control": "no-store", **(headers or {})}
    )


def respond_problem(problem: Problem, allowance: Allowance | None = None) -> HttpResponse:
    headers = {}
    if isinstance(problem, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = ", ".join(problem.allowed)
    if isinstance(problem, TooMany) and allowance:
        headers["Retry-After"] = str(allowance.reset_seconds)
    return respond(int(problem.status), details(problem), headers, problem=True)


def respond_fault(request: HttpRequest) -> HttpResponse:
    fault = str(uuid4())
    log.exception("API fault %s at %r", fault, request.path_info)
    body = as_details(500, "Something went wrong on our side", f"Error id {fault}")
    return respond(500, body, problem=True)
