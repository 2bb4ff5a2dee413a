"""The history of a record: who changed what, when, and through which door."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.history import restoring
from rapport.platform.history.queries import RecordChange, changes_of
from rapport.platform.resources.registry import Resource
from rapport.web.records.reading import allowed, read_record
from rapport.web.request import Request
from rapport.web.shell import page

PAGE = 100
DOORS = {
    "page": _("on a page"),
    "api": _("through the API"),
    "import": _("by an import"),
    "job": _("by a job"),
    "command": _("from the command line"),
}
OWN = {
    "create": _("added this"),
    "update": _("changed this"),
    "trash": _("put this into the trash"),
    "restore": _("brought this back"),
    "delete": _("removed this"),
}
"""What was done to the record itself."""
HANGING = {
    "create": _("added"),
    "update": _("changed"),
    "trash": _("removed"),
    "restore": _("brought back"),
    "delete": _("removed"),
}
"""What was done to something that hangs on it; what it is stands before."""


def acts_of(changes: list[RecordChange], resource: Resource) -> list[list[RecordChange]]:
    """What was done at once by one person: the record itself first, then what hangs on it."""
    at_once = groupby(changes, lambda change: (change.at, change.who, change.origin))
    return [sorted(act, key=lambda change: change.resource is not resource) for _key, act in at_once]


def _restorable(resource: Resource, record: UUID, actor: Actor) -> set[str]:
    """The fields whose earlier values the actor may bring back."""
    fields = resource.editable(actor) if "edit" in allowed(resource, record, actor, ("edit",)) else {}
    return {name for name, field in fields.items() if not field.create_only}


@require_POST
def restore_value(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Gives `field` the value that it had before `change`. What it was until now stands in the history, too."""
    change = read_number(request.POST.get("change", ""))
    restoring.restore_value(resource, record, change, request.POST.get("field", ""), request.actor)
    messages.success(request, _("It is what it was before."))
    return redirect(f"/{resource.name}/{record}/history")


def read_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadQuery()
    return int(text)


@require_safe
def history(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    row = read_record(resource, record, request.actor)
    before = request.GET.get("before")
    place = None if before is None else read_number(before)
    changes = changes_of(resource, record, request.actor, before=place, limit=PAGE)
    return page(
        request,
        "records/history.html",
        resource=resource,
        row=row,
        title=row.get(resource.title) or resource.label,
        acts=acts_of(changes, resource),
        further=changes[-1].id if len(changes) == PAGE else None,
        doors=DOORS,
        own=OWN,
        hanging=HANGING,
        restorable=_restorable(resource, record, request.actor),
    )
