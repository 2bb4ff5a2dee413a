"""The tags of one record: chips with a button to take each off, and a field that finds or makes one."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Forbidden, NotFound, Problem
from rapport.platform.fields.models import Tag
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.addresses import address_of
from rapport.web.records.reading import may, read_record
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment

MOST = 8


@require_POST
def change(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Puts the tag `add` on the record, or takes `remove` off it; answers the tags as they are then."""
    problem = ""
    try:
        for name, verb in (("add", "add_tags"), ("remove", "remove_tags")):
            if given := (request.POST.get(name) or request.POST.get(f"{name}.words", "")).strip():
                action_of(resource.name, verb).call([record], {"tags": given}, request.actor)
    except (Forbidden, NotFound):
        raise
    except Problem as refused:
        problem = refused.fields.get("tags") or refused.detail
    if not is_fragment(request) and not problem:
        return redirect(address_of(resource.name, record))
    row = read_record(resource, record, request.actor)
    context: dict[str, Any] = {"resource": resource, "row": row, "may_tag": True, "problem": problem, "is_open": True}
    return fragment(request, "records/tags.html", status=422 if problem else 200, **context)


@require_safe
def options(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Tags that the record lacks, whose name contains the words; and the words themselves, to make one."""
    actor = request.actor
    if "tags" not in resource.editable(actor) or not may(resource, record, actor, "edit"):
        raise NotFound()
    words = next((str(value) for name, value in request.GET.items() if name.endswith(".words")), "").strip()[:100]
    there = read_record(resource, record, actor)["tags"]
    rows = Tag.objects.visible_to(actor).filter(name__icontains=words)
    names = list(rows.order_by("name").values_list("name", flat=True)[: MOST + len(there)])
    context: dict[str, Any] = {
        "found": [name for name in names if name not in there][:MOST],
        "new": words if _is_new(words, names) and RESOURCES["tags"].may(actor, "create") else "",
        "control": re.sub(r"[^\w-]", "", request.GET.get("for", "")),
    }
    return fragment(request, "records/tag_options.html", **context)


def _is_new(words: str, names: list[str]) -> bool:
    return bool(words) and "," not in words and words.casefold() not in {name.casefold() for name in names}
