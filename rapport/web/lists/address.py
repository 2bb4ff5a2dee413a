"""A list's address: its parameters are the API's own, and every link of the page is the same with one changed."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.platform.errors import BadQuery
from rapport.platform.resources.registry import Resource

OURS = ("preview", "rows")
"""Parameters of the page that are no part of the question, nor of any address that it leads to."""
LAYOUT = ("group", "as", "by", "of", "then", "per", "hide", "on", "widths")
"""Parameters that say how a list stands there, not what is in it."""
PLACE = ("cursor", "count", "limit", *OURS)

Parameters = Mapping[str, str]


def parameters(request: HttpRequest) -> dict[str, str]:
    """The question in a list's address. Raises BadQuery for a parameter that is named twice."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise BadQuery(fields={name: _("Name a parameter once; several values go into field__in=a,b.")})
    return {name: str(value) for name, value in request.GET.items() if name not in OURS}


def question(given: Parameters) -> dict[str, str]:
    """What a list's address asks of the rows."""
    return {name: value for name, value in given.items() if name not in LAYOUT}


def read(query_string: str) -> dict[str, str]:
    """The parameters of a query string that a form sent back."""
    return dict(parse_qsl(query_string))


def address(resource: Resource, given: Parameters, **changes: str | None) -> str:
    """The list's address with some parameters changed (None: removed), at its beginning."""
    kept = {name: value for name, value in given.items() if name not in PLACE} | changes
    asked = urlencode({name: value for name, value in kept.items() if value is not None})
    return f"/{resource.name}/?{asked}" if asked else f"/{resource.name}/"


def query_string(given: Parameters) -> str:
    return urlencode({name: value for name, value in given.items() if name not in PLACE})
