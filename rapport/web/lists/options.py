"""Records found by a part of their name, for the fields that link to them."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.platform.errors import Forbidden
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource
from rapport.web.request import Request
from rapport.web.shell import fragment

MOST = 8


@require_safe
def options(request: Request, resource: Resource) -> HttpResponse:
    """The records whose name begins with, else contains, the words of the one parameter that ends in `.words`."""
    actor = request.actor
    if not resource.may(actor, "view") or resource.title not in resource.readable(actor):
        raise Forbidden()
    words = next((str(value) for name, value in request.GET.items() if name.endswith(".words")), "").strip()
    control = request.GET.get("for", "")
    found = _found(resource, words, request)
    context: dict[str, Any] = {"found": found, "resource": resource, "words": words}
    return fragment(request, "lists/options.html", **context, control=re.sub(r"[^\w-]", "", control))


def _found(resource: Resource, words: str, request: Request) -> list[tuple[object, str]]:
    title = resource.readable(request.actor)[resource.title]
    narrowed = {f"{resource.title}__contains": words} if words else {}
    rows = read_query(resource, narrowed, request.actor).matching(request.actor).order_by(title.order_path)
    return [(pk, str(name)) for pk, name in rows.values_list("pk", title.source)[:MOST]]
