"""`/api/v1/jobs`: what waits, runs, or failed for good; administrators see it and run it again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.api import endpoints
from rapport.platform.api.body import Answer, next_page, parameters_of, read_object, read_page
from rapport.platform.api.idempotency import once
from rapport.platform.api.openapi import READING, WRITING, operation
from rapport.platform.api.parameters import IDEMPOTENCY_KEY, NUMBERED_PAGE, parameter
from rapport.platform.api.schemas import INTEGER, MOMENT, TEXT, page_of, struct
from rapport.platform.errors import BadQuery, Forbidden, MethodNotAllowed, NotFound
from rapport.platform.jobs.held import jobs, run_again

STATES = ("queued", "picked", "failed")
LARGEST_ID = 2**31 - 1


def answer(request: HttpRequest, rest: str, actor: Actor) -> Answer:
    if not actor.is_administrator:
        raise Forbidden()
    if not rest:
        return _list(request)
    number, _slash, verb = rest.partition("/")
    if verb != "run_again" or not number.isascii() or not number.isdigit() or not 0 < int(number[:11]) <= LARGEST_ID:
        raise NotFound()
    if request.method != "POST":
        raise MethodNotAllowed(["POST"])
    return once(request, actor, lambda: _run_again(request, int(number)))


def _list(request: HttpRequest) -> Answer:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed(["GET"])
    parameters = parameters_of(request)
    state = parameters.pop("status", "failed")
    if state not in STATES:
        raise BadQuery(fields={"status": _("This is one of queued, picked, failed.")})
    limit, before = read_page(parameters)
    # Arguments and errors may name people; who runs jobs again needs the job, its state and why it failed.
    found = jobs([state], limit + 1, before=before)
    following = str(found[limit - 1].id) if len(found) > limit else None
    return 200, {"results": [asdict(job) for job in found[:limit]], "next": next_page(request, following)}, {}


def _run_again(request: HttpRequest, number: int) -> Answer:
    if read_object(request):
        raise BadQuery("This takes no values.")
    if not run_again([number]):
        raise NotFound()
    return 200, {"id": number, "status": "queued"}, {}


def describe(actor: Actor) -> dict[str, Any]:
    if not actor.is_administrator:
        return {}
    state = {"enum": list(STATES)}
    job = struct(
        {"id": INTEGER, "name": TEXT, "status": state, "arguments": {"type": "object"}, "created": MOMENT,
         "attempts": INTEGER, "error": TEXT}
    )  # fmt: skip
    listed = operation(
        "list_jobs", "List jobs, newest first", page_of(job), problems=(*READING, 403),
        parameters=[parameter("status", state, "Jobs in this state; failed when absent"), *NUMBERED_PAGE],
    )  # fmt: skip
    number = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
    again = operation(
        "run_again_jobs", "Run a job again that failed for good", struct({"id": INTEGER, "status": TEXT}),
        problems=WRITING, parameters=[IDEMPOTENCY_KEY],
    )  # fmt: skip
    place = parameter("id", number, "The job", place="path", required=True)
    return {"/jobs": {"get": listed}, "/jobs/{id}/run_again": {"parameters": [place], "post": again}}


endpoints.EXTRA["jobs"] = answer
endpoints.EXTRA_PATHS["jobs"] = describe
