"""Saved views: kept, renamed, shared, filled anew, pinned to the navigation, and removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.platform.access.models import Team
from rapport.platform.errors import NotFound, Problem
from rapport.platform.fields.models import PinnedView, SavedView
from rapport.platform.fields.pinning import pin as pin_views
from rapport.platform.fields.pinning import unpin as unpin_views
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.lists.address import address, query_string, read
from rapport.web.request import Request
from rapport.web.shell import page


@require_http_methods(["GET", "HEAD", "POST"])
def views(request: Request, resource: Resource) -> HttpResponse:
    """All views of a list that somebody may open. POST keeps a new one."""
    if request.method == "POST":
        return _keep(request, resource)
    return _page(request, resource)


def _page(request: Request, resource: Resource, problem: str = "", wrong: UUID | None = None) -> HttpResponse:
    rows = SavedView.objects.visible_to(request.actor).filter(resource=resource.name).select_related("owner", "team")
    listed = [(view, address(resource, view.query)) for view in rows.order_by("name")]
    context: dict[str, Any] = {
        "resource": resource,
        "own": [each for each in listed if each[0].owner_id == request.actor.user_id],
        "others": [each for each in listed if each[0].owner_id != request.actor.user_id],
        "pins": set(PinnedView.objects.filter(user=request.actor.reader_id).values_list("view_id", flat=True)),
        "teams": list(Team.objects.visible_to(request.actor).order_by("name")),
        "problem": problem,
        "wrong": wrong,
    }
    return page(request, "lists/views.html", status=422 if problem else 200, **context)


def _keep(request: Request, resource: Resource) -> HttpResponse:
    given = read(request.POST.get("at", ""))
    values = {
        "name": request.POST.get("name", ""),
        "resource": resource.name,
        "query": read(query_string(given)),
        "for_everyone": request.POST.get("for_everyone") == "true",
    }
    made = verbs.create(RESOURCES["saved_views"], values, actor=request.actor)
    if request.POST.get("pinned") == "true":
        pin_views([made.pk], actor=request.actor)
    messages.success(request, _("The view is saved."))
    return redirect(address(resource, given))


@require_POST
def change(request: Request, resource: Resource, view: UUID) -> HttpResponse:
    """Gives a view of one's own another name or other readers; with `at`, the filters and columns of that list."""
    _of(request, resource, view)
    if "at" in request.POST:
        given = read(request.POST["at"])
        verbs.update(RESOURCES["saved_views"], [view], {"query": read(query_string(given))}, actor=request.actor)
        messages.success(request, _("The view holds these filters and columns now."))
        return redirect(address(resource, given))
    shown_to = request.POST.get("shown_to", "")
    values = {
        "name": request.POST.get("name", ""),
        "for_everyone": shown_to == "everyone",
        "team": shown_to if shown_to not in ("", "everyone") else None,
    }
    try:
        verbs.update(RESOURCES["saved_views"], [view], values, actor=request.actor)
    except Problem as problem:
        if not problem.fields:
            raise
        return _page(request, resource, " ".join(problem.fields.values()), view)
    messages.success(request, _("The view is changed."))
    return redirect(f"/{resource.name}/views")


@require_POST
def pin(request: Request, resource: Resource, view: UUID) -> HttpResponse:
    """Pins a view to one's own navigation, or takes it off there."""
    _of(request, resource, view)
    (pin_views if request.POST.get("pinned") == "true" else unpin_views)([view], actor=request.actor)
    return redirect(f"/{resource.name}/views")


@require_POST
def remove(request: Request, resource: Resource, view: UUID) -> HttpResponse:
    _of(request, resource, view)
    verbs.trash(RESOURCES["saved_views"], [view], actor=request.actor)
    messages.success(request, _("The view is removed."), extra_tags=f"/{resource.name}/views/{view}/restore|")
    return redirect(f"/{resource.name}/views")


@require_POST
def restore(request: Request, resource: Resource, view: UUID) -> HttpResponse:
    if not verbs.restore(RESOURCES["saved_views"], [view], actor=request.actor):
        raise NotFound()
    messages.success(request, _("The view is back."))
    return redirect(f"/{resource.name}/views")


def _of(request: Request, resource: Resource, view: UUID) -> None:
    if not SavedView.objects.visible_to(request.actor).filter(pk=view, resource=resource.name).exists():
        raise NotFound()
