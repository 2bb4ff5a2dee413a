"""A list as CSV: all rows that answer the question and that the actor may export, streamed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from rapport.platform.access.actors import Actor
from rapport.platform.errors import Forbidden
from rapport.platform.resources.fields import Field
from rapport.platform.resources.output import page
from rapport.platform.resources.query import MOST, Query, read_query
from rapport.platform.resources.registry import Resource
from rapport.web.lists.address import parameters, query_string, question, read
from rapport.web.lists.bulk import chosen
from rapport.web.request import Request

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a cell begins that a spreadsheet would take for a formula (OWASP, CSV injection), be it in full width."""


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: Request, resource: Resource) -> HttpResponseBase:
    # Whoever looks as somebody else is noted as such, whatever they take along.
    actor = request.actor if request.actor.looker_id else replace(request.actor, origin="export")
    if not resource.may(actor, "export"):
        raise Forbidden()
    query = _query(request, resource, actor).with_condition(resource.scope(actor, "export"))
    listed = query.names or tuple(resource.readable(actor))
    fields = [field for name, field in resource.readable(actor).items() if name in listed]
    name = f"{resource.name}-{timezone.localdate():%Y-%m-%d}.csv"
    head = ["id", *(harmless(str(field.label)) for field in fields)]
    return StreamingHttpResponse(
        _lines(query, fields, head, actor),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _query(request: Request, resource: Resource, actor: Actor) -> Query:
    if request.method != "POST":
        return read_query(resource, _question(parameters(request)), actor)
    query = read_query(resource, _question(read(request.POST.get("at", ""))), actor)
    if request.POST.get("matching") == "true":
        return query
    return query.with_condition(Q(pk__in=chosen(request, resource)))


def _question(given: dict[str, str]) -> dict[str, str]:
    return question(read(query_string(given)))


def _lines(query: Query, fields: list[Field], head: list[str], actor: Actor) -> Iterator[str]:
    """CSV as RFC 4180 has it, in UTF-8 with a byte order mark, without which spreadsheets guess."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(head)
    query = replace(query, limit=MOST)
    names = [field.name for field in fields]
    while True:
        found = page(query, actor, names=names, display=True)
        for row in found.records:
            yield writer.writerow([row["id"], *(cell(field, row) for field in fields)])
        if found.next is None:
            return
        query = query.at(found.next)


class Echo:
    """A file that answers what was written, for `csv.writer`."""

    def write(self, line: str) -> str:
        return line


def cell(field: Field, row: dict[str, Any]) -> Any:
    value = _plain(field, row)
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text, marked as one where a spreadsheet would take it for a formula, spaces before it or not."""
    return f"'{text}" if text.startswith(DANGEROUS) or text.lstrip().startswith(DANGEROUS) else text


def _plain(field: Field, row: dict[str, Any]) -> Any:
    value = row[field.name]
    if f"{field.name}.display" in row:
        return row[f"{field.name}.display"] or ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}" if "currency" in value else str(value)
    return "" if value is None else value
