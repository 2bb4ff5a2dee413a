"""`/healthz`: this process answers. `/readyz`: the database does, too, and a worker is alive."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.metadata import version
from platform import python_version

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rapport.platform.jobs.models import Heartbeat

LONGEST_SILENCE = timedelta(seconds=30)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return _answer(200, {"status": "ok", **_versions()})


@cache
def _versions() -> dict[str, str]:
    return {"rapport": version("rapport"), "django": version("django"), "python": python_version()}


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    try:
        beat = Heartbeat.objects.values_list("at", flat=True).first()
    except DatabaseError:
        return _answer(503, {"status": "unavailable", "database": "unreachable"})
    alive = beat is not None and timezone.now() - beat <= LONGEST_SILENCE
    state = {
        "status": "ok" if alive else "unavailable",
        "database": "ok",
        "worker": "ok" if alive else "silent",
    }
    return _answer(200 if alive else 503, state)


def _answer(status: int, body: dict[str, str]) -> HttpResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
