"""Rapport as an app on a phone or desktop: its manifest, and a shell that opens without a network and says so."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from rapport.web.assets import asset

OFFLINE = "/offline"
SHELL = ("rapport.css", "rapport.js", "appearance.js", "mark.svg", "inter-latin-wght-normal.woff2")
"""What the page without a network is made of."""
ICONS = (
    ("mark.svg", "any", "image/svg+xml", "any"),
    ("mark-192.png", "192x192", "image/png", "any"),
    ("mark-512.png", "512x512", "image/png", "any"),
    ("mark-whole-512.png", "512x512", "image/png", "maskable"),
)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (https://www.w3.org/TR/appmanifest/)."""
    icons = [{"src": asset(name), "sizes": size, "type": kind, "purpose": use} for name, size, kind, use in ICONS]
    about = {
        "id": "/",
        "name": "Rapport",
        "short_name": "Rapport",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf8",
        "theme_color": "#fbfaf8",
        "icons": icons,
    }
    return JsonResponse(about, content_type="application/manifest+json", headers={"Cache-Control": "max-age=3600"})


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """What browsers ask for where a page, such as a part opened by itself, doesn't say what its mark is."""
    return redirect(asset("mark.svg"))


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script, told which files it keeps: it changes with them, so that browsers fetch them anew."""
    path = Path(settings.STATIC_ROOT) / asset("service-worker.js").removeprefix(settings.STATIC_URL)
    files = json.dumps([OFFLINE, *map(asset, SHELL)])
    return HttpResponse(
        f"self.FILES = {files};\n{path.read_text()}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/offline.html")
