"""What a request says, its parameters and its JSON, and how it is told where to go on."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _

from rapport.platform.errors import BadQuery
from rapport.platform.resources.query import LIMIT, MOST

Answer = tuple[int, Any, dict[str, str]]
"""Status, body, headers."""


def parameters_of(request: HttpRequest) -> dict[str, str]:
    """The URL's parameters. Raises BadQuery for one that is repeated."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise BadQuery(fields={name: _("Name a parameter once; several values go into field__in=a,b.")})
    return request.GET.dict()


def next_page(request: HttpRequest, cursor: str | None) -> str | None:
    """The address of the following page; None when there is none."""
    if cursor is None:
        return None
    parameters = request.GET.copy()
    parameters["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")


def read_page(parameters: dict[str, str]) -> tuple[int, int | None]:
    """`limit` and `cursor` of a list that is paged by a number. Raises BadQuery."""
    problems = {name: _("There is no such parameter here.") for name in parameters.keys() - {"limit", "cursor"}}
    numbers: dict[str, int] = {}
    for name in parameters.keys() & {"limit", "cursor"}:
        text = parameters[name]
        most = MOST if name == "limit" else 10**18
        if text.isascii() and text.isdigit() and len(text) <= 18 and 1 <= int(text) <= most:
            numbers[name] = int(text)
        else:
            problems[name] = _("This is a whole number from 1 to %(most)s.") % {"most": most}
    if problems:
        raise BadQuery(fields=problems)
    return numbers.get("limit", LIMIT), numbers.get("cursor")


def read_body(request: HttpRequest) -> Any:
    """The JSON body. Raises BadQuery when it isn't JSON, or isn't said to be."""
    if request.content_type not in ("application/json", "application/merge-patch+json", ""):
        raise BadQuery("Send JSON, and say so: Content-Type: application/json.")
    try:
        return msgspec.json.decode(request.body or b"{}")
    except (ValueError, msgspec.DecodeError, RecursionError, RawPostDataException):
        raise BadQuery("The body isn't JSON.") from None


def read_object(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    if not isinstance(body, dict):
        raise BadQuery("The body is a JSON object.")
    return body
