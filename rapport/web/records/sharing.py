"""Who sees a record beyond those whose roles show it: shared with a person or a team, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from rapport.platform.access.models import Team, User
from rapport.platform.access.sharing import shares_of
from rapport.platform.actions.registry import action_of
from rapport.platform.resources.registry import Resource
from rapport.web.records.reading import may, read_record
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """With whom the record is shared. POST shares it with `with_` (`may_edit` true: to work on), or takes `back`."""
    action_of(resource.name, "share")
    row = read_record(resource, record, request.actor)
    if request.method == "POST":
        _change(request, resource, record)
        if not is_fragment(request):
            return redirect(f"/{resource.name}/{record}/")
        if not may(resource, record, request.actor, "view"):
            return HttpResponse(status=204, headers={"HX-Redirect": f"/{resource.name}/"})
    context = _context(request, resource, row)
    if is_fragment(request):
        return fragment(request, "records/sharing.html", **context)
    return page(request, "records/sharing_page.html", title=row.get(resource.title) or resource.label, **context)


def _change(request: Request, resource: Resource, record: UUID) -> None:
    if back := request.POST.get("back"):
        action_of(resource.name, "unshare").call([record], {"with_": back}, request.actor)
        return
    values = {"with_": request.POST.get("with_", ""), "may_edit": request.POST.get("may_edit") == "true"}
    action_of(resource.name, "share").call([record], values, request.actor)


def _context(request: Request, resource: Resource, row: dict[str, Any]) -> dict[str, Any]:
    actor = request.actor
    may_share = may(resource, row["id"], actor, "edit")
    return {
        "resource": resource,
        "row": row,
        "shares": shares_of(resource.name, row["id"], actor),
        "may_share": may_share,
        "teams": list(Team.objects.visible_to(actor).order_by("name")) if may_share else [],
        "colleagues": list(User.objects.visible_to(actor).filter(is_active=True)) if may_share else [],
    }
