"""The house's own colour and logo, as a style and a picture: served to everybody, since the sign-in page shows them."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.kit.colours import mixed, readable
from rapport.platform.access.house import house
from rapport.platform.errors import Invalid, NotFound
from rapport.platform.files import store
from rapport.platform.files.incoming import Incoming

# The grounds of styles/tokens.css on which the accent stands as text, and its inks.
PAPER, DARK_PAPER = "#fbfaf8", "#16181b"
LIGHT_GROUNDS = ("#ffffff", PAPER, "#f4f2ee", "#f5f3ef")
DARK_GROUNDS = (DARK_PAPER, "#1c1f23", "#121417", "#22262b")
ON_LIGHT, ON_DARK = "#ffffff", "#0e1b1a"
MOST_POINTS = 1_024
MOST_BYTES = 500_000
KEPT = "public, max-age=31536000, immutable"
"""Their addresses carry a version."""


def tokens(accent: str) -> dict[str, tuple[str, str]]:
    """The tokens that follow from an accent, light and dark. Whatever it is, text in it, and on it, is readable."""
    soft, dark_soft = mixed(PAPER, accent, 0.1), mixed(DARK_PAPER, accent, 0.16)
    light = readable(accent, (*LIGHT_GROUNDS, soft), "#000000")
    dark = readable(accent, (*DARK_GROUNDS, dark_soft, ON_DARK), "#ffffff")
    return {
        "--accent": (light, dark),
        "--accent-strong": (mixed(light, "#000000", 0.2), mixed(dark, "#ffffff", 0.2)),
        "--accent-soft": (soft, dark_soft),
        "--on-accent": (ON_LIGHT, ON_DARK),
    }


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    accent = house().accent
    found = tokens(accent) if accent else {}
    lines = "".join(f"{name}:light-dark({light},{dark});" for name, (light, dark) in found.items())
    return HttpResponse(f":root{{{lines}}}", content_type="text/css", headers={"Cache-Control": KEPT})


@require_safe
def logo(request: HttpRequest) -> FileResponse:
    digest = house().logo_digest
    if digest is None:
        raise NotFound()
    response = FileResponse(store.open_file(bytes(digest)), content_type="image/png")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = KEPT
    return response


def check_logo(sent: Incoming) -> None:
    """Raises Invalid for what is no PNG, or a large one: its header says how large it is (PNG, 5.2, 11.2.1)."""
    head = BytesIO(sent.read() if sent.size <= MOST_BYTES else b"")
    is_png = head.read(8) == b"\x89PNG\r\n\x1a\n" and head.read(8)[4:] == b"IHDR"
    width, height = int.from_bytes(head.read(4)), int.from_bytes(head.read(4))
    if not is_png or not (0 < width <= MOST_POINTS and 0 < height <= MOST_POINTS):
        raise Invalid(fields={"logo": _("This is a PNG of at most 1024 by 1024 points and 500 kB.")})
