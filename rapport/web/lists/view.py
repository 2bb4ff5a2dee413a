"""The list of any resource that has pages: whole, its next rows, how many there are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.actions.imports import may_import
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.errors import Forbidden
from rapport.platform.resources.fields import Field
from rapport.platform.resources.output import Page
from rapport.platform.resources.output import page as read_page
from rapport.platform.resources.query import Query, read_query
from rapport.platform.resources.registry import Resource
from rapport.platform.search.asking import Shown, answer
from rapport.web import words
from rapport.web.lists import where
from rapport.web.lists.address import address, parameters, query_string, question
from rapport.web.lists.columns import cells, columns, names
from rapport.web.lists.filters import chips
from rapport.web.lists.groups import groupable, groups, read_group
from rapport.web.lists.tabs import tabs
from rapport.web.request import Request, is_fragment
from rapport.web.saved import views_of
from rapport.web.shell import fragment, page
from rapport.web.tones import tones_of


@require_safe
def show(request: Request, resource: Resource) -> HttpResponse:
    actor = request.actor
    if not resource.may(actor, "view"):
        raise Forbidden()
    given = parameters(request)
    query, bar = where.read(resource, question(given), actor)
    group = read_group(resource, given.get("group", ""), actor)
    if bar.problem:
        del given["where"]
    context = {"resource": resource, "trash": query.trash, "bar": bar, **_columns(query, actor, given)}
    if is_fragment(request) and ("cursor" in given or "rows" in request.GET):
        return fragment(request, "lists/rows.html", **context, **rows_of(query, actor, given, bar))
    shown = rows_of(query, actor, given, bar) if group is None else _groups(query, group, actor, given, bar)
    status = 422 if bar.problem else 200
    return page(request, "lists/page.html", status=status, **context, **shown, **_around(request, query, actor, given))


def _columns(query: Query, actor: Actor, given: dict[str, str]) -> dict[str, Any]:
    shown = columns(query, actor, given)
    return {
        "columns": shown,
        "order": query.order,
        "terms": len(query.order),
        "cells": cells(shown[1:], tones_of(query.resource, actor), trash=query.trash),
    }


def rows_of(query: Query, actor: Actor, given: dict[str, str], bar: where.Bar) -> dict[str, Any]:
    found = Page([], None) if bar.problem else _found(query, actor, given)
    further = f"{address(query.resource, given, cursor=found.next)}" if found.next else ""
    return {"rows": found.records, "further": further, "groups": None}


def _groups(query: Query, group: Field, actor: Actor, given: dict[str, str], bar: where.Bar) -> dict[str, Any]:
    """The groups of the list, whose rows the page asks for when they come into sight."""
    readable = query.resource.readable(actor)
    shown = [readable[name] for name in names(query, actor) if name in readable]
    found = None if bar.problem else groups(query, group, shown, actor, given)
    return {"rows": [], "further": "", "groups": found}


def _found(query: Query, actor: Actor, given: dict[str, str]) -> Page:
    shown = tuple(names(query, actor))
    if query.where:
        return read_page(query, actor, names=shown, display=True)
    return answer(query.resource, question(given), actor, Shown(shown, display=True))


def _around(request: HttpRequest, query: Query, actor: Actor, given: dict[str, str]) -> dict[str, Any]:
    resource = query.resource
    readable = resource.readable(actor)
    views = views_of(actor, resource.name)
    at = query_string(given)
    return {
        "at": at,
        "text": query.text,
        "views": views,
        "tabs": tabs(query, actor, given, views),
        "chips": chips(query, actor, given),
        "fields": [field for field in readable.values() if field.kind.operators],
        "readable": readable,
        "groupable": groupable(resource, actor),
        "grouped_by": given.get("group", ""),
        "chosen": names(query, actor),
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
