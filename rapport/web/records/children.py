"""A child of a record (an address, a relationship) added, changed or removed in its card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.platform.errors import Forbidden, NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.forms import options_of, read_form, text_of
from rapport.web.records.cards import CardKind, card_kind, read_card
from rapport.web.records.reading import may, read_record
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page


def _kind(parent: Resource, child: str) -> CardKind:
    kind = card_kind(parent, child)
    if kind is None:
        raise NotFound()
    return kind


@require_safe
def card(request: Request, resource: Resource, record: UUID, child: str) -> HttpResponse:
    """The card as it stands: what a cancelled form goes back to."""
    if not may(resource, record, request.actor, "view"):
        raise NotFound()
    return _card(request, resource, record, _kind(resource, child))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, resource: Resource, record: UUID, child: str) -> HttpResponse:
    kind = _kind(resource, child)
    fields = _fields(kind, request, creating=True)
    if not may(resource, record, request.actor, "edit"):
        raise Forbidden() if may(resource, record, request.actor, "view") else NotFound()
    if request.method != "POST":
        return _form(request, resource, record, kind, fields, {})
    values = read_form(fields, request.POST, request.actor)
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    try:
        verbs.create(RESOURCES[child], {**given, kind.link: str(record)}, actor=request.actor)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, resource, record, kind, fields, values, problem=problem)
    return _card(request, resource, record, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, resource: Resource, record: UUID, child: str, row: UUID) -> HttpResponse:
    kind = _kind(resource, child)
    current = _current(kind, record, row, request)
    fields = _fields(kind, request, creating=False)
    if request.method != "POST":
        return _form(request, resource, record, kind, fields, current)
    values = read_form(fields, request.POST, request.actor)
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() else None
    try:
        verbs.update(RESOURCES[child], [row], values, actor=request.actor, version=seen)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, resource, record, kind, fields, current | values, problem=problem)
    return _card(request, resource, record, kind)


@require_POST
def remove(request: Request, resource: Resource, record: UUID, child: str, row: UUID) -> HttpResponse:
    kind = _kind(resource, child)
    _current(kind, record, row, request)
    verbs.trash(RESOURCES[child], [row], actor=request.actor)
    return _card(request, resource, record, kind)


def _current(kind: CardKind, record: UUID, row: UUID, request: Request) -> dict[str, Any]:
    """The child as it is. Raises NotFound where it hangs on another record."""
    current = read_record(RESOURCES[kind.child], row, request.actor)
    link = current.get(kind.link)
    if (link["id"] if isinstance(link, dict) else link) != record:
        raise NotFound()
    return current


def _fields(kind: CardKind, request: Request, *, creating: bool) -> list[Field]:
    editable = RESOURCES[kind.child].editable(request.actor)
    return [editable[n] for n in kind.asked if n in editable and (creating or not editable[n].create_only)]


def _card(request: Request, parent: Resource, record: UUID, kind: CardKind) -> HttpResponse:
    if not is_fragment(request):
        return redirect(f"/{parent.name}/{record}/")
    may_edit = may(parent, record, request.actor, "edit")
    read = read_card(kind, record, request.actor, may_edit=may_edit)
    return fragment(request, "records/card.html", card=read, resource=parent, row={"id": record})


def _form(
    request: Request,
    parent: Resource,
    record: UUID,
    kind: CardKind,
    fields: list[Field],
    values: Mapping[str, Any],
    *,
    problem: Problem | None = None,
) -> HttpResponse:
    problems = problem.fields if problem else {}
    questions = [
        (field, _text(field, values, request), options_of(field, request.actor), problems.get(field.name, ""))
        for field in fields
    ]
    named = {field.name for field in fields}
    general = " ".join(text for name, text in problems.items() if name not in named)
    context = {
        "resource": parent,
        "row": {"id": record},
        "kind": kind,
        "child": values,
        "questions": questions,
        "general": general or (problem.detail if problem and not problems else ""),
        "title": kind.title,
    }
    status = 422 if problem else 200
    if is_fragment(request):
        return fragment(request, "records/child_form.html", status=status, **context)
    return page(request, "records/child_page.html", status=status, **context)


def _text(field: Field, values: Mapping[str, Any], request: Request) -> Any:
    words = (
        {f"{field.name}.display": request.POST[f"{field.name}.words"]} if f"{field.name}.words" in request.POST else {}
    )
    return text_of(field, {**values, **words})
