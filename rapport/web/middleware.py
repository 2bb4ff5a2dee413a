"""What happens around every page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation

from rapport.interactions.access import reading
from rapport.platform.access import setup
from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import User
from rapport.platform.errors import BadQuery
from rapport.web import looking
from rapport.web.errors import not_set_up, page_of, problem_page
from rapport.web.live import stream_source
from rapport.web.request import holds_nul, is_fragment

Next = Callable[[HttpRequest], HttpResponseBase]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'{live}; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none';"
    " manifest-src 'self'"
)
HEALTH = ("/healthz", "/readyz")
SET_UP = "/set-up/"
OPEN = ("/accounts/", "/static/", "/manifest.webmanifest", "/service-worker.js", "/offline", SET_UP, "/join/",
        "/house/", "/notifications/unsubscribe/")  # fmt: skip
"""Where nobody needs to have signed in; what lies under /accounts/ guards itself (django-allauth);
invitations and what ends mails ask for a signed token."""


def security_headers(following: Next) -> Next:
    def handle(request: HttpRequest) -> HttpResponseBase:
        response = following(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(live=stream_source(request)))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.SECURE_HSTS_SECONDS:  # Django's own says so on pages alone
            response.headers.setdefault("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return handle


class ProblemPages:
    """Turns what a view raises into a page, or into a short message for a fragment."""

    def __init__(self, following: Next) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # A quoted cookie can spell a NUL, which the database refuses: it is nobody's session.
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return self.following(request)

    def process_view(self, request: HttpRequest, view: object, *_arguments: object) -> HttpResponse | None:
        """No form sends a NUL, and no text in the database can hold one."""
        # A view that is exempt here reads what is sent by itself, and then asks the same of it.
        is_exempt = getattr(view, "csrf_exempt", False)
        refused = holds_nul(request.GET) or (not is_exempt and holds_nul(request.POST))
        return problem_page(BadQuery(), request) if refused else None

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        return page_of(fault, request)


problem_pages = ProblemPages


SETUP = setup.STATE


def set_up_first(following: Next) -> Next:
    """Until there is an administrator, nothing is here but the link that makes one."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith((*HEALTH, SET_UP, "/static/")) or SETUP.ask():
            return following(request)
        return not_set_up(request)

    return handle


def actor(following: Next) -> Next:
    """Every page but the open ones belongs to somebody who has signed in."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path_info in HEALTH:
            return following(request)
        user = request.user
        if isinstance(user, User):
            return _as(user, following, request)
        if request.path_info.startswith(OPEN):
            return following(request)
        return _sign_in(request)

    return handle


def _as(user: User, following: Next, request: HttpRequest) -> HttpResponseBase:
    request.actor = actor_for(user, "page")  # type: ignore[attr-defined]
    is_read = request.method in ("GET", "HEAD")
    with timezone.override(_zone(user)), translation.override(user.language), reading() if is_read else nullcontext():
        response = looking.instead(request) or following(request)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _zone(user: User) -> str:
    return user.time_zone or "UTC"


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sends to the sign-in page, and from there back to where a whole page was asked for."""
    where = request.get_full_path() if request.method == "GET" and not is_fragment(request) else "/"
    address = f"{reverse('account_login')}?{urlencode({'next': where})}"
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
