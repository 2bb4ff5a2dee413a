"""Files that came with messages: handed out to be saved, never shown inside our pages."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse
from django.views.decorators.http import require_safe

from rapport.interactions.models import Attachment, Interaction
from rapport.platform.errors import NotFound
from rapport.platform.files import store
from rapport.web.request import Request


@require_safe
def attachment(request: Request, file: UUID) -> FileResponse:
    """The file, for those who may read its message. Whatever it says it is, no browser runs or shows it here."""
    readable = Interaction.objects.body_visible_to(request.actor)
    found = Attachment.objects.filter(pk=file, interaction__in=readable.values("pk")).first()
    if found is None:
        raise NotFound()
    response = FileResponse(
        store.open_file(bytes(found.digest)),
        as_attachment=True,
        filename=found.name or "attachment",
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response
