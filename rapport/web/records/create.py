"""The form that makes a record: what is required, and the few fields worth asking for at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.platform.attention.watching import titled
from rapport.platform.errors import Forbidden, NotFound, Problem
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ID
from rapport.platform.resources.registry import Resource
from rapport.web.forms import options_of, read_form, text_of
from rapport.web.request import Request
from rapport.web.shell import page

ASKED = {
    "people": ("name", "email", "phone", "organization", "job_title", "relationship", "owner"),
    "tasks": ("title", "due_on", "due_time", "owner", "party", "repeats", "notes"),
    "organizations": ("name", "website", "email", "phone", "relationship", "owner"),
}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request, resource: Resource) -> HttpResponse:
    if not resource.may(request.actor, "create"):
        raise Forbidden()
    fields = asked(resource, request)
    if request.method != "POST":
        return _form(request, resource, fields, defaults(fields, request), {})
    values = read_form(fields, request.POST, request.actor)
    try:
        made = verbs.create(resource, _given(fields, values), actor=request.actor)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        return _form(request, resource, fields, values, problem.fields or {"": problem.detail})
    messages.success(request, _("%(name)s is added.") % {"name": values.get(resource.title) or resource.label})
    if request.POST.get("another"):
        return redirect(f"/{resource.name}/new")
    return redirect(f"/{resource.name}/{made.pk}/")


def asked(resource: Resource, request: Request) -> list[Field]:
    """The required fields and those worth asking for; all editable ones where nobody has said which."""
    editable = resource.editable(request.actor)
    wanted = ASKED.get(resource.name) or tuple(editable)
    return [
        field for name, field in editable.items() if field.kind_name != "json" and (name in wanted or field.required)
    ]


def defaults(fields: list[Field], request: Request) -> dict[str, Any]:
    """What stands in the form at first: a field's default, or what the address gives."""
    found = {}
    for field in fields:
        default = field.default(request.actor) if callable(field.default) else field.default
        found[field.name] = request.GET.get(field.name) or default
    return found


def _given(fields: list[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, and what was emptied that would have had a default."""
    defaulted = {field.name for field in fields if field.default is not None}
    return {n: v for n, v in values.items() if n in defaulted or v not in (None, "", [])}


def _form(
    request: Request,
    resource: Resource,
    fields: list[Field],
    values: Mapping[str, Any],
    problems: Mapping[str, str],
) -> HttpResponse:
    titles = _titles(fields, values, request)
    questions = [
        (
            field,
            text_of(field, {field.name: values.get(field.name), f"{field.name}.display": titles.get(field.name)}),
            options_of(field, request.actor, values),
            problems.get(field.name, ""),
        )
        for field in fields
    ]
    named = {field.name for field in fields}
    general = " ".join(text for name, text in problems.items() if name not in named)
    context: dict[str, Any] = {"resource": resource, "questions": questions, "general": general}
    return page(request, "records/create.html", status=422 if problems else 200, **context)


def _titles(fields: list[Field], values: Mapping[str, Any], request: Request) -> dict[str, str]:
    """What linked records are called: as it was typed, else as those are called that the address named."""
    if request.method == "POST":
        return {field.name: request.POST.get(f"{field.name}.words", "") for field in fields}
    named = {f.name: (f.target, UUID(str(values[f.name]))) for f in fields if f.target and _is_id(values[f.name])}
    known = {(each.resource, each.record_id): each.title for each in titled(request.actor, named.values())}
    return {name: known.get(place, "") for name, place in named.items()}


def _is_id(value: Any) -> bool:
    return ID.fullmatch(str(value or "")) is not None
