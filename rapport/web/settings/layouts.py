"""Settings → Record pages: which facts stand in which section. Every step is kept at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from rapport.kit.text import clean_line
from rapport.platform.errors import BadQuery, NotFound
from rapport.platform.fields.layouts import Layout, layout_of
from rapport.platform.fields.models import PageLayout
from rapport.platform.resources import verbs
from rapport.platform.resources.kinds import NAME
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.records.page import QUIET, facts_of
from rapport.web.request import Request, is_fragment
from rapport.web.settings.frame import administrators_only, settings_page
from rapport.web.shell import fragment, paged

FEW = 4
"""Digits of the number of a section."""


@require_safe
@administrators_only
def index(request: Request) -> HttpResponse:
    laid_out = set(PageLayout.objects.visible_to(request.actor).values_list("resource", flat=True))
    return settings_page(request, "settings/layouts.html", resources=paged(), laid_out=laid_out)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def edit(request: Request, name: str) -> HttpResponse:
    resource = RESOURCES.get(name)
    if resource is None or not resource.page:
        raise NotFound()
    layout = _layout(resource, request)
    if request.method == "POST":
        layout = _done(layout, request, resource)
        if not is_fragment(request):
            return redirect(request.path)
    fields = {each.name: each for each in facts_of(resource, resource.readable(request.actor))}
    context: dict[str, Any] = {"of": resource, "layout": layout, "fields": fields}
    if is_fragment(request):
        return fragment(request, "settings/layout_steps.html", **context)
    return settings_page(request, "settings/layout.html", **context)


def _layout(resource: Resource, request: Request) -> Layout:
    fields = facts_of(resource, resource.readable(request.actor))
    return layout_of(resource.name, request.actor, QUIET).over([each.name for each in fields])


def _done(layout: Layout, request: Request, resource: Resource) -> Layout:
    """The layout after one step, which is kept, with the headings as they were typed by then."""
    for number, section in enumerate(layout.sections):
        typed = request.POST.get(f"title{number}", section.title)
        layout = layout.called(number, clean_line(typed, NAME))
    step, _colon, of = request.POST.get("step", "").partition(":")
    match step:
        case "up" | "down":
            layout = layout.moved(of, up=step == "up")
        case "add":
            layout = layout.added()
        case "title":
            pass
        case "remove" if of.isdecimal() and len(of) < FEW:
            layout = layout.without(int(of))
        case _:
            raise BadQuery()
    _keep(resource, layout, request)
    return layout


def _keep(resource: Resource, layout: Layout, request: Request) -> None:
    values = {
        "sections": [{"title": each.title, "fields": list(each.fields)} for each in layout.sections],
        "more": list(layout.more),
    }
    layouts = RESOURCES["page_layouts"]
    there = PageLayout.objects.visible_to(request.actor).filter(resource=resource.name).first()
    if there:
        verbs.update(layouts, [there.pk], values, actor=request.actor)
    else:
        verbs.create(layouts, {"resource": resource.name, **values}, actor=request.actor)


@require_http_methods(["POST"])
@administrators_only
def reset(request: Request, name: str) -> HttpResponse:
    """As it was before anybody laid it out."""
    for each in PageLayout.objects.visible_to(request.actor, "delete").filter(resource=name):
        verbs.trash(RESOURCES["page_layouts"], [each.pk], actor=request.actor)
    return redirect("/settings/record-pages")
