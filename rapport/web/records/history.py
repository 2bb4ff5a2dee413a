"""The history of a record: who changed what, when, and through which door."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rapport.platform.errors import BadQuery
from rapport.platform.history.queries import changes_of
from rapport.platform.resources.registry import Resource
from rapport.web.records.reading import read_record
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


@require_safe
def history(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    row = read_record(resource, record, request.actor)
    before = request.GET.get("before")
    if before is not None and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadQuery()
    place = int(before) if before else None
    changes = changes_of(resource, record, request.actor, before=place, limit=PAGE)
    return page(
        request,
        "records/history.html",
        resource=resource,
        row=row,
        title=row.get(resource.title) or resource.label,
        changes=changes,
        further=changes[-1].id if len(changes) == PAGE else None,
        doors=DOORS,
    )
