"""One fact of a record, edited where it stands: in a list's cell or on the record's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rapport.platform.errors import Forbidden, NotFound, Problem, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource
from rapport.web.forms import options_of, read_form, text_of
from rapport.web.records.reading import may, read_record
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page
from rapport.web.tones import tones_of


@require_http_methods(["GET", "HEAD", "POST"])
def fact(request: Request, resource: Resource, record: UUID, name: str) -> HttpResponse:
    """GET shows the fact's form (with `shown`, the fact itself); POST stores it and shows the fact."""
    field = _field(request, resource, record, name)
    row = read_record(resource, record, request.actor)
    if request.method == "POST":
        return _store(request, resource, field, row)
    if "shown" in request.GET:
        return _show(request, resource, field, row)
    return _form(request, resource, field, row)


def _field(request: Request, resource: Resource, record: UUID, name: str) -> Field:
    if name not in resource.readable(request.actor):
        raise NotFound()
    field = resource.editable(request.actor).get(name)
    if field is None or field.create_only:
        raise Forbidden()
    if not may(resource, record, request.actor, "edit"):
        if may(resource, record, request.actor, "view"):
            raise Forbidden()
        raise NotFound()
    return field


def _store(request: Request, resource: Resource, field: Field, row: dict[str, Any]) -> HttpResponse:
    values = read_form([field], request.POST, request.actor)
    typed: dict[str, Any] = row | values
    if _is_overtaken(request, field, row):
        return _form(request, resource, field, row, typed=typed, overtaken=True, status=409)
    try:
        verbs.update(resource, [row["id"]], values, actor=request.actor, version=row.get("version"))
    except Stale:
        current = read_record(resource, row["id"], request.actor)
        return _form(request, resource, field, current, typed=typed, overtaken=True, status=409)
    except (Forbidden, NotFound):
        raise
    except Problem as problem:
        text = problem.fields.get(field.name) or problem.detail or " ".join(problem.fields.values())
        return _form(request, resource, field, row, typed=typed, problem=text, status=422)
    return _show(request, resource, field, read_record(resource, row["id"], request.actor))


def _is_overtaken(request: Request, field: Field, row: dict[str, Any]) -> bool:
    """Whether this very value is another than the one that the form was opened with."""
    return "seen" in request.POST and request.POST["seen"] != _seen(field, row)


def _seen(field: Field, row: dict[str, Any]) -> str:
    return str(text_of(field, row)).replace("\r\n", "\n")


def _show(request: Request, resource: Resource, field: Field, row: dict[str, Any]) -> HttpResponse:
    if not is_fragment(request):
        return redirect(f"/{resource.name}/{row['id']}/")
    template = "records/cell.html" if _place(request) == "cell" else "records/fact.html"
    context: dict[str, Any] = {"resource": resource, "row": row, "field": field, "editable": {field.name}}
    return fragment(request, template, **context, tones=tones_of(resource, request.actor))


def _place(request: Request) -> str:
    return request.POST.get("place") or request.GET.get("place", "")


def _form(
    request: Request,
    resource: Resource,
    field: Field,
    row: dict[str, Any],
    *,
    typed: dict[str, Any] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context: dict[str, Any] = {
        "resource": resource,
        "field": field,
        "row": row,
        "value": _typed(field, typed, request) if typed else text_of(field, row),
        "seen": _seen(field, row),
        "options": options_of(field, request.actor, row),
        "place": _place(request),
        "problem": "",
        "overtaken": False,
        "tones": tones_of(resource, request.actor),
        "title": _("Change %(field)s") % {"field": field.label},
    } | more
    if is_fragment(request):
        return fragment(request, "records/fact_form.html", status=status, **context)
    return page(request, "records/fact_page.html", status=status, **context)


def _typed(field: Field, typed: dict[str, Any], request: Request) -> Any:
    """What was typed, as the control shows it again, whether it could be read or not."""
    if field.kind_name == "link" and isinstance(text_of(field, typed), dict):
        return {"id": request.POST.get(field.name, ""), "title": request.POST.get(f"{field.name}.words", "")}
    if field.kind_name in ("money", "choices", "boolean"):
        return text_of(field, typed)
    return request.POST.get(field.name, "")
