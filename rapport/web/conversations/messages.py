"""A message's own look: its HTML, from an address of its own, under a policy that lets nothing run or load."""

from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.interactions.models import Attachment, Body, Interaction
from rapport.platform.errors import NotFound
from rapport.platform.files import store
from rapport.web.request import Request

PLAIN = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:{images}; frame-ancestors 'self'"  # noqa: E501

SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp")
LARGEST_INLINE = 5_000_000


@require_safe
def html(request: Request, message: UUID) -> HttpResponse:
    """The HTML that was cleaned when the message was stored; remote images only when they are asked for."""
    readable = Interaction.objects.body_visible_to(request.actor).filter(pk=message)
    found = Body.objects.filter(interaction__in=readable.values("pk")).values_list("html", flat=True).first()
    if not found:
        raise NotFound()
    with_images = request.GET.get("images") == "true"
    images = " https: http:" if with_images else ""
    if with_images:
        found = found.replace("data-remote-src=", "src=")
    page = (
        '<!doctype html><meta charset="utf-8"><base target="_blank">'
        "<style>body{font:14px/1.55 system-ui,sans-serif;margin:12px;overflow-wrap:anywhere}img{max-width:100%}</style>"
        f"{with_inline_images(found, message)}"
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


def with_inline_images(html: str, message: UUID) -> str:
    """The HTML with the images that came with the message in place of their `cid:` (RFC 2392).

    They are written into the page, since a sandboxed page may ask for nothing as the one who reads it.
    """
    if "cid:" not in html:
        return html
    budget = LARGEST_INLINE
    files = Attachment.objects.filter(interaction=message, content_type__in=SHOWN).exclude(content_id="")
    for each in files.order_by("id"):
        times = html.count(f"cid:{each.content_id}")
        if not times or each.size * times > budget:
            continue
        budget -= each.size * times
        with store.open_file(bytes(each.digest)) as file:
            data = b64encode(file.read()).decode()
        html = html.replace(f"cid:{each.content_id}", f"data:{each.content_type};base64,{data}")
    return html
