"""Reads a request's JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.http.request import RawPostDataException

from rapport.platform.errors import BadQuery

LARGEST = 10_000_000


def read_body(request: HttpRequest) -> Any:
    """The JSON body. Raises BadQuery when it isn't JSON, isn't said to be, or is too large."""
    if request.content_type not in ("application/json", "application/merge-patch+json", ""):
        raise BadQuery("Send JSON, and say so: Content-Type: application/json.")
    try:
        length = int(request.headers.get("Content-Length") or 0)
        if length > LARGEST:
            raise BadQuery(f"A body has at most {LARGEST} bytes.")
        return msgspec.json.decode(request.body or b"{}")
    except (ValueError, msgspec.DecodeError, RecursionError, RawPostDataException):
        raise BadQuery("The body isn't JSON.") from None


def read_object(request: HttpRequest) -> dict[str, Any]:
    body = read_body(request)
    if not isinstance(body, dict):
        raise BadQuery("The body is a JSON object.")
    return body
