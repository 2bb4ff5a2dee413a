"""One box over everything visible: hits while one types, and a page of more."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import Hit, search
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page

FEW, MANY = 5, 30


@require_safe
def find(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    brief = is_fragment(request)
    hits = search(text, request.actor, FEW if brief else MANY) if text else []
    context: dict[str, Any] = {"text": text, "groups": _grouped(hits)}
    if brief:
        return fragment(request, "search/hits.html", **context) if text else HttpResponse()
    return page(request, "search/page.html", **context)


def _grouped(hits: list[Hit]) -> list[tuple[Any, str, list[Hit]]]:
    return [(_name(kind), kind, list(group)) for kind, group in groupby(hits, lambda hit: hit.resource)]


def _name(kind: str) -> Any:
    return RESOURCES[kind].plural if kind in RESOURCES else _(kind.capitalize())
