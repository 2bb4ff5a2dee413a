"""What happens around every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import User

Next = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " manifest-src 'self'"
)


def security_headers(following: Next) -> Next:
    def handle(request: HttpRequest) -> HttpResponseBase:
        response = following(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return handle


def problem_pages(following: Next) -> Next:
    def handle(request: HttpRequest) -> HttpResponseBase:
        return following(request)

    return handle


def set_up_first(following: Next) -> Next:
    def handle(request: HttpRequest) -> HttpResponseBase:
        return following(request)

    return handle


def actor(following: Next) -> Next:
    """Every page but the ones named open belongs to somebody who has signed in."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            request.actor = actor_for(user, "page")  # type: ignore[attr-defined]
        elif not request.path_info.startswith(("/accounts/", "/static/", "/healthz", "/readyz")):
            return redirect(f"/accounts/login/?next={request.path}")
        return following(request)

    return handle
