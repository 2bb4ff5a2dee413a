"""A message's own look: its HTML, from an address of its own, under a policy that lets nothing run or load."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.models import Body, Interaction
from rapport.platform.errors import NotFound
from rapport.web.request import Request

PLAIN = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:{images}; frame-ancestors 'self'"  # noqa: E501


@require_safe
def html(request: Request, message: UUID) -> HttpResponse:
    """The HTML that was cleaned when the message was stored; remote images only when they are asked for."""
    readable = Interaction.objects.body_visible_to(request.actor).filter(pk=message)
    found = Body.objects.filter(interaction__in=readable.values("pk")).values_list("html", flat=True).first()
    if not found:
        raise NotFound()
    images = " https:" if request.GET.get("images") == "true" else ""
    page = (
        '<!doctype html><meta charset="utf-8"><base target="_blank">'
        "<style>body{font:14px/1.55 system-ui,sans-serif;margin:12px;overflow-wrap:anywhere}img{max-width:100%}</style>"
        f"{found}"
    )
    return HttpResponse(
        page,
        headers={
            "Content-Security-Policy": PLAIN.format(images=images),
            "X-Frame-Options": "SAMEORIGIN",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store, private",
        },
    )
