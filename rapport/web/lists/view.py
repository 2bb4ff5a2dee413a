"""The list of any resource that has pages: whole, its next rows, how many there are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.actions.imports import may_import
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.errors import Forbidden
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource
from rapport.web import words
from rapport.web.lists import where
from rapport.web.lists.address import address, parameters, query_string, question
from rapport.web.lists.columns import names
from rapport.web.lists.filters import chips
from rapport.web.lists.shape import Asked
from rapport.web.lists.shapes import choices, read_shape
from rapport.web.lists.table import further
from rapport.web.lists.tabs import tabs
from rapport.web.request import Request, is_fragment
from rapport.web.saved import views_of
from rapport.web.shell import fragment, page


@require_safe
def show(request: Request, resource: Resource) -> HttpResponse:
    actor = request.actor
    if not resource.may(actor, "view"):
        raise Forbidden()
    given = parameters(request)
    query, bar = where.read(resource, question(given), actor)
    if bar.problem:
        del given["where"]
    asked = Asked(query, actor, given, bar)
    shape = read_shape(asked)
    context: dict[str, Any] = {"resource": resource, "trash": query.trash, "bar": bar}
    if shape.further and is_fragment(request) and ("cursor" in given or "rows" in request.GET):
        return fragment(request, shape.further, **context, **shape.more(asked), **further(asked))
    shown = {"rows": [], "groups": None, **shape.show(asked)}
    status = 422 if bar.problem else 200
    around = _around(request, asked)
    return page(request, "lists/page.html", status=status, shape=shape, **context, **shown, **around)


def _around(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    resource, query, actor, given = asked.resource, asked.query, asked.actor, asked.given
    readable = resource.readable(actor)
    views, chosen = views_of(actor, resource.name), names(query, actor)
    in_order = [readable[name] for name in dict.fromkeys([*chosen, *readable]) if name in readable]
    at = query_string(given)
    return {
        "at": at,
        "order": query.order,
        "terms": len(query.order),
        "text": query.text,
        "views": views,
        "tabs": tabs(query, actor, given, views),
        "chips": chips(query, actor, given),
        "fields": [field for field in readable.values() if field.kind.operators],
        "shapes": choices(asked),
        "chosen": chosen,
        "ordered": [each for each in in_order if each.kind_name != "json" and each.name != resource.title],
        "may": {verb for verb in ("create", "edit", "delete", "export") if resource.may(actor, verb)},
        "may_import": may_import(actor),
        "mergeable": (resource.name, "merge") in ACTIONS,
        "preview": request.GET.get("preview", ""),
        "address": lambda **changes: address(resource, given, **changes),
        "is_narrowed": bool(query.filters or query.text or query.where),
    }


@require_safe
def count(request: Request, resource: Resource) -> HttpResponse:
    """How many records answer the question: asked by the page once it stands, since counting may take long."""
    query = read_query(resource, question(parameters(request)), request.actor)
    return HttpResponse(words.number(query.matching(request.actor).count()))
