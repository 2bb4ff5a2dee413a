"""`/api/v1/file_contents`: what files hold. What is known of them is `/api/v1/files`, a resource like others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.api import endpoints
from rapport.platform.api.body import Answer, parameters_of
from rapport.platform.api.openapi import READING, WRITING, operation
from rapport.platform.api.parameters import RECORD_ID, parameter
from rapport.platform.api.schemas import reference
from rapport.platform.errors import BadQuery, MethodNotAllowed, NotFound
from rapport.platform.files.incoming import Incoming, check_size, edition_of, put_on
from rapport.platform.files.names import ANYTHING, LONGEST
from rapport.platform.files.resources import HOLDERS, admit_to
from rapport.platform.files.sending import saved
from rapport.platform.resources.kinds import ID
from rapport.platform.resources.registry import RESOURCES

PIECE = 1 << 20
MOST_EDITIONS = 2**31 - 1


def answer(request: HttpRequest, rest: str, actor: Actor) -> Answer | FileResponse:
    wanted = ("POST",) if not rest else ("GET", "HEAD")
    if rest and not ID.fullmatch(rest):
        raise NotFound()
    if request.method not in wanted:
        raise MethodNotAllowed(wanted)
    return _send(request, UUID(rest), actor) if rest else _receive(request, actor)


def _send(request: HttpRequest, file: UUID, actor: Actor) -> FileResponse:
    given = _given(request, {"number"})
    text = given.get("number", "")
    if text and (not text.isascii() or not text.isdigit() or not 0 < int(text[:11]) <= MOST_EDITIONS):
        raise BadQuery(fields={"number": _("This is a whole number from 1 to %(most)s.") % {"most": MOST_EDITIONS}})
    return saved(*edition_of(file, int(text) if text else None, actor))


def _receive(request: HttpRequest, actor: Actor) -> Answer:
    given = _given(request, {"resource", "record_id", "name"})
    if missing := {"resource", "record_id", "name"} - given.keys():
        raise BadQuery(fields=dict.fromkeys(missing, _("This is needed.")))
    if not ID.fullmatch(given["record_id"]):
        raise BadQuery(fields={"record_id": _("This is the id of a record.")})
    record = UUID(given["record_id"])
    admit_to(given["resource"], record, actor)
    check_size(int(request.headers.get("Content-Length") or 0))
    with Incoming() as incoming:
        while piece := request.read(PIECE):
            incoming.write(piece)
        made = put_on(given["resource"], record, given["name"], incoming.keep(), actor=actor)
    return endpoints.written(RESOURCES["files"], made.pk, actor, 201)


def _given(request: HttpRequest, known: set[str]) -> dict[str, str]:
    given = parameters_of(request)
    if unknown := given.keys() - known:
        raise BadQuery(fields={min(unknown): _("There is no such parameter here.")})
    return given


def describe(actor: Actor) -> dict[str, Any]:
    content = {ANYTHING: {"schema": {"type": "string", "format": "binary"}}}
    asked = [
        parameter("resource", {"enum": sorted(HOLDERS)}, "Where the record is", required=True),
        parameter("record_id", {"type": "string", "format": "uuid"}, "The record", required=True),
        parameter("name", {"type": "string", "maxLength": LONGEST}, "What the file is called", required=True),
    ]
    put = operation(
        "put_file_contents", "Put a file on a record, or a new version of the one of that name",
        reference("files.written"), status=201, problems=WRITING, parameters=asked,
        requestBody={"required": True, "content": content},
    )  # fmt: skip
    number = parameter("number", {"type": "integer", "minimum": 1, "maximum": MOST_EDITIONS}, "Which version")
    read = operation("read_file_contents", "What a file holds", None, problems=READING, parameters=[number])
    read["responses"]["200"]["content"] = content
    if not RESOURCES["files"].may(actor, "view"):
        return {}
    return {"/file_contents": {"post": put}, "/file_contents/{id}": {"parameters": [RECORD_ID], "get": read}}


endpoints.EXTRA["file_contents"] = answer
endpoints.EXTRA_PATHS["file_contents"] = describe
