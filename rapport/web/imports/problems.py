"""What an import set aside: listed with its reason, and handed out as it came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.models import Import, Quarantined
from rapport.platform.errors import BadQuery, NotFound
from rapport.platform.files import store
from rapport.web.request import Request
from rapport.web.shell import fragment

STEP = 50


def problems_of(work: Import, after: UUID | None = None) -> dict[str, Any]:
    """A page of them, oldest first, by key."""
    rows = work.problems.order_by("pk")
    if after:
        rows = rows.filter(pk__gt=after)
    listed = list(rows[: STEP + 1])
    return {"set_aside": listed[:STEP], "further": listed[STEP - 1].pk if len(listed) > STEP else None}


@require_safe
def further(request: Request, run: UUID) -> HttpResponse:
    work = Import.objects.visible_to(request.actor).filter(pk=run).first()
    if work is None:
        raise NotFound()
    try:
        after = UUID(request.GET.get("after", ""))
    except ValueError:
        raise BadQuery() from None
    is_mine = work.user_id == request.actor.user_id
    return fragment(request, "imports/problems.html", work=work, is_mine=is_mine, **problems_of(work, after))


@require_safe
def raw(request: Request, run: UUID, message: UUID) -> FileResponse:
    """The message as it came, for its importer alone: an administrator sees that it is there, not what it says."""
    mine = Import.objects.visible_to(request.actor).filter(pk=run, user_id=request.actor.user_id)
    found = Quarantined.objects.filter(pk=message, import_run__in=mine.values("pk"), raw_digest__isnull=False).first()
    if found is None:
        raise NotFound()
    response = FileResponse(
        store.open_file(bytes(found.raw_digest or b"")),
        as_attachment=True,
        filename=f"message-{found.pk}.eml",
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response
