"""The page of one record, its preview beside a list, its way into the trash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rapport.parties.models import Party
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.attention.watching import looked
from rapport.platform.errors import NotFound
from rapport.platform.fields.layouts import layout_of
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource
from rapport.web.conversations.timeline import timeline_of
from rapport.web.files.places import card_of
from rapport.web.lists.bulk import offer_undo
from rapport.web.records.cards import cards
from rapport.web.records.linked import linked
from rapport.web.records.reading import allowed, read_record
from rapport.web.records.trashed import show_trashed
from rapport.web.request import Request
from rapport.web.shell import fragment, page
from rapport.web.tasks.beside import doing, tasks_of
from rapport.web.tones import tones_of

QUIET = (
    "given_name", "family_name", "language", "repeats_every", "done_at", "done_by", "asked_by", "source",
    "created_at", "updated_at",
)  # fmt: skip
"""Facts that stand under "more": seldom read, still editable."""


@require_safe
def show(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    try:
        context = about(resource, record, request.actor)
    except NotFound:
        return show_trashed(request, resource, record)
    hanging = cards(resource, record, request.actor, may_edit=context["may_edit"])
    kept = looked(request.actor, resource.name, record)
    beside = _beside(request, resource, record)
    beside |= card_of(resource.name, record, request.actor, may_edit=context["may_edit"])
    others = linked(resource, record, request.actor)
    return page(request, "records/page.html", **context, **beside, cards=hanging, linked=others, watched=kept)


def _beside(request: Request, resource: Resource, record: UUID) -> dict[str, Any]:
    """What stands beside the facts: what was said and is to do with a party; what a task asks for."""
    if issubclass(resource.model, Party):
        return {"said": timeline_of(request, resource, record), **tasks_of(request.actor, record)}
    return {"doing": doing(request.actor, record)} if resource.name == "tasks" else {}


@require_safe
def preview(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    return fragment(request, "records/preview.html", **about(resource, record, request.actor))


def about(resource: Resource, record: UUID, actor: Actor) -> dict[str, Any]:
    row = read_record(resource, record, actor)
    readable = resource.readable(actor)
    may = allowed(resource, record, actor, ("edit", "delete"))
    editable = resource.editable(actor) if "edit" in may else {}
    facts = {each.name: each for each in facts_of(resource, readable)}
    layout = layout_of(resource.name, actor, QUIET).over(list(facts))
    return {
        "resource": resource,
        "row": row,
        "title": row.get(resource.title) or _("no name"),
        "title_field": readable.get(resource.title),
        "sections": [(each.title, [facts[name] for name in each.fields]) for each in layout.sections if each.fields],
        "quiet": [facts[name] for name in layout.more],
        "editable": {name for name, field in editable.items() if not field.create_only},
        "may_tag": "tags" in editable,
        "mergeable": bool(editable) and (resource.name, "merge") in ACTIONS,
        "shareable": (resource.name, "share") in ACTIONS,
        "may_edit": "edit" in may,
        "may_delete": "delete" in may,
        "tones": tones_of(resource, actor),
    }


def facts_of(resource: Resource, fields: Mapping[str, Field]) -> list[Field]:
    """What stands among the facts of a record's page: all but its title and its tags."""
    return [each for name, each in fields.items() if each.kind_name != "json" and name not in (resource.title, "tags")]


@require_POST
def restore(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    if not verbs.restore(resource, [record], actor=request.actor):
        raise NotFound()
    row = read_record(resource, record, request.actor)
    messages.success(request, _("%(name)s is back.") % {"name": row.get(resource.title) or resource.label})
    return redirect(f"/{resource.name}/{record}/")


@require_POST
def trash(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    row = read_record(resource, record, request.actor)
    verbs.trash(resource, [record], actor=request.actor)
    text = _("%(name)s is in the trash.") % {"name": row.get(resource.title) or resource.label}
    offer_undo(request, resource, text, [record])
    return redirect(f"/{resource.name}/")
