"""The star and the bell of a record's page: a favourite of the one who looks, and followed by them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rapport.platform.actions.registry import action_of
from rapport.platform.attention.watching import watched
from rapport.platform.errors import Invalid
from rapport.platform.resources.registry import Resource
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment

VERBS = ("favourite", "unfavourite", "follow", "unfollow")


@require_POST
def change(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Does the `verb` that was sent, one of VERBS."""
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        raise Invalid(fields={"verb": "One of " + ", ".join(VERBS)})
    action_of(resource.name, verb).call([record], {}, request.actor)
    if not is_fragment(request):
        return redirect(f"/{resource.name}/{record}/")
    found = watched(request.actor, resource.name, record)
    return fragment(request, "records/attention.html", resource=resource, record=record, watched=found)
