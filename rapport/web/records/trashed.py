"""The page of a record in the trash: who put it there and when, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from rapport.parties.models import Merge
from rapport.platform.access.actors import Actor
from rapport.platform.history.queries import trashed
from rapport.platform.resources.registry import Resource
from rapport.web.records.reading import read_record
from rapport.web.request import Request
from rapport.web.shell import page
from rapport.web.tones import tones_of


def show_trashed(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """For those who may bring it back. Raises NotFound."""
    row = read_record(resource, record, request.actor, trash=True)
    readable = resource.readable(request.actor)
    shown = [
        f for n, f in readable.items() if f.kind_name != "json" and n != resource.title and row[n] not in (None, "", [])
    ]
    return page(
        request,
        "records/trashed.html",
        resource=resource,
        row=row,
        title=row.get(resource.title) or _("no name"),
        facts=shown,
        editable=set(),
        trashed=trashed(resource, record),
        merged=_merged(resource, record, request.actor),
        tones=tones_of(resource, request.actor),
    )


def _merged(resource: Resource, record: UUID, actor: Actor) -> dict[str, Any] | None:
    """The merge by which a record came into the trash; `into` where what it became part of may be changed."""
    found = Merge.objects.filter(absorbed=record, undone_at=None).order_by("-pk").values("pk", "survivor").first()
    if found is None:
        return None
    may_undo = resource.rows(actor, "edit").filter(pk=found["survivor"]).exists()
    return {"id": found["pk"], "into": found["survivor"] if may_undo else None}
