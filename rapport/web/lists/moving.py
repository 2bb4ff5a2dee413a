"""A card of a board is put into another column: its field becomes what the column stands for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rapport.platform.actions.registry import action_of
from rapport.platform.errors import BadQuery, Invalid, Stale
from rapport.platform.resources import verbs
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import read_query
from rapport.platform.resources.registry import Resource
from rapport.web.errors import toast
from rapport.web.lists.address import address, query_string, question, read
from rapport.web.lists.board import cards_of, read_by
from rapport.web.lists.lanes import DONE, is_end, is_open, lanes, seen_in, value_at
from rapport.web.lists.shape import Asked
from rapport.web.lists.where import Bar
from rapport.web.records.reading import read_record
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment


@require_POST
def move(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Puts the record into the column `to` of the board at `at`, if it still has the value `seen`.

    As a fragment, answers its card, and a way back. Raises NotFound, Forbidden, Invalid, Stale.
    """
    sent = request.POST if "to" in request.POST else request.GET
    at = read(sent.get("at", ""))
    field = read_by(resource, at, request.actor)
    before = read_record(resource, record, request.actor)
    if seen_in(field, before) != sent.get("seen", ""):
        raise Stale(_("Somebody has put it elsewhere in the meantime."))
    _put(request, resource, field, before, sent)
    if not is_fragment(request):
        messages.success(request, _("It is back where it was."))
        return redirect(address(resource, at))
    after = read_record(resource, record, request.actor)
    return _card(request, resource, at, field, before, after)


def _put(request: Request, resource: Resource, field: Field, row: dict[str, Any], sent: Any) -> None:
    if "to" not in sent and not any(name.startswith("set.") for name in sent):
        raise BadQuery(fields={"to": _("Say to which column.")})
    if is_end(resource, field):
        action_of(resource.name, "complete" if sent["to"] else "reopen").call([row["id"]], {}, request.actor)
        return
    # The way back names values themselves, of all fields that the move has changed.
    back = {name.removeprefix("set."): value or None for name, value in sent.items() if name.startswith("set.")}
    values = back or {field.name: _value(request, resource, field, sent)}
    try:
        verbs.update(resource, [row["id"]], values, actor=request.actor, version=row.get("version"))
    except Invalid as problem:
        raise Invalid(problem.fields.get(field.name) or problem.detail or " ".join(problem.fields.values())) from None


def _value(request: Request, resource: Resource, field: Field, sent: Any) -> str | None:
    """Raises BadQuery for a column that takes nothing."""
    query = read_query(resource, question(read(sent.get("at", ""))), request.actor)
    to = sent["to"]
    for lane in lanes(query, field, {to: 1}, request.actor):
        if lane.key == to and is_open(field, lane):
            return value_at(field, to, request.actor)
    raise BadQuery(_("Nothing can be put there."))


def _card(
    request: Request,
    resource: Resource,
    at: dict[str, str],
    field: Field,
    before: dict[str, Any],
    after: dict[str, Any],
) -> HttpResponse:
    query = read_query(resource, question(at), request.actor)
    context = cards_of(Asked(query, request.actor, at, Bar()))
    answer = fragment(request, "lists/cards.html", resource=resource, rows=[after], further="", by=field, **context)
    name = after.get(resource.title) or _("no name")
    return toast(
        answer, _("%(name)s is moved.") % {"name": name}, undo=_way_back(request, resource, at, field, before, after)
    )


def _way_back(
    request: Request,
    resource: Resource,
    at: dict[str, str],
    field: Field,
    before: dict[str, Any],
    after: dict[str, Any],
) -> str:
    """Where a form takes the move back, with all that followed from it: another relationship has no stage yet."""
    editable = resource.editable(request.actor)
    changed = {
        f"set.{name}": seen_in(each, before)
        for name, each in editable.items()
        if name in before and not each.create_only and each.kind_name in UNDOABLE and before[name] != after[name]
    }
    to = DONE if is_end(resource, field) and before[field.name] else ""
    asked = {"at": query_string(at), "to": to, "seen": seen_in(field, after), **changed}
    return f"/{resource.name}/{after['id']}/move?{urlencode(asked)}"


UNDOABLE = ("choice", "link", "boolean", "date")
"""Kinds of which a key says the whole value."""
