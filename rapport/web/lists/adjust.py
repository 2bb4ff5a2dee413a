"""Forms that change a list's address: a filter more, other columns, words to find, a view to keep."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from rapport.platform.resources.registry import Resource
from rapport.web.forms import options_of, read_form
from rapport.web.lists.address import address, read
from rapport.web.lists.filters import operators
from rapport.web.lists.where import kept
from rapport.web.request import Request
from rapport.web.shell import fragment


@require_safe
def adjust(request: Request, resource: Resource) -> HttpResponse:
    """Answers a form of the list with the address that says the same."""
    given, asked = read(request.GET.get("at", "")), request.GET
    if "columns" in asked:
        return redirect(address(resource, given, fields=",".join([resource.title, *asked.getlist("columns")])))
    if "q" in asked:
        return redirect(address(resource, given, q=asked["q"].strip() or None))
    if "where" in asked:
        return redirect(address(resource, given, where=kept(resource, asked["where"], request.actor)))
    field = resource.readable(request.actor).get(asked.get("field", ""))
    if field is None:
        return redirect(address(resource, given))
    operator = asked.get("operator", "eq")
    value = "true" if operator == "empty" else str(read_form([field], asked, request.actor).get(field.name) or "")
    name = field.name if operator == "eq" else f"{field.name}__{operator}"
    return redirect(address(resource, given, **{name: value}))


@require_safe
def operand(request: Request, resource: Resource) -> HttpResponse:
    """The rest of the filter form, once its field is chosen."""
    field = resource.readable(request.actor).get(request.GET.get("field", ""))
    if field is None:
        return HttpResponse()
    return fragment(
        request,
        "lists/operand.html",
        field=field,
        operators=operators(field),
        options=options_of(field, request.actor),
        blank={"amount": "", "currency": "", "id": "", "title": ""} if field.kind_name in ("money", "link") else "",
    )
