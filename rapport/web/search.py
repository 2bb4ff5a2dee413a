"""The page of everything visible that is found for a text."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import Hit, search
from rapport.web.request import Request
from rapport.web.shell import page

MOST = 30


@require_safe
def find(request: Request) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    hits = search(text, request.actor, MOST) if text else []
    return page(request, "search/page.html", text=text, groups=_grouped(hits))


def _grouped(hits: list[Hit]) -> list[tuple[Any, str, list[Hit]]]:
    return [(plural(kind), kind, list(group)) for kind, group in groupby(hits, lambda hit: hit.resource)]


def plural(kind: str) -> Any:
    """What a group of hits is called."""
    return RESOURCES[kind].plural if kind in RESOURCES else _(kind.capitalize())
