"""What everybody sets for themselves: name, time zone and language, keys to the API."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.kit.text import clean_line
from rapport.platform.access.looking import looks_at
from rapport.platform.access.models import Token
from rapport.platform.api.tokens import make_token
from rapport.platform.errors import Invalid, NotFound
from rapport.platform.history.context import assume
from rapport.platform.resources.registry import RESOURCES
from rapport.web.request import Request
from rapport.web.settings.frame import recently_signed_in, settings_page

DAYS = ("30", "90", "365", "")


@require_safe
def start(request: Request) -> HttpResponse:
    return redirect("/settings/profile")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request) -> HttpResponse:
    if request.method != "POST":
        return settings_page(
            request, "settings/profile.html", languages=settings.LANGUAGES, looks=looks_at(request.user.pk)
        )
    user = request.user
    user.name = clean_line(request.POST.get("name", ""), 200)
    user.time_zone, user.language = request.POST.get("time_zone", ""), request.POST.get("language", user.language)
    RESOURCES["users"].check(user)
    with transaction.atomic():
        assume(request.actor)
        user.save(update_fields=["name", "time_zone", "language"])
    with translation.override(user.language):
        messages.success(request, _("Your profile is changed."))
    return redirect("/settings/profile")


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: Request) -> HttpResponse:
    return _make(request) if request.method == "POST" else _tokens(request)


def _tokens(request: Request, secret: str = "") -> HttpResponse:
    listed = Token.objects.filter(user=request.user).order_by("-created_at")
    return settings_page(request, "settings/tokens.html", tokens=listed, secret=secret)


@recently_signed_in
def _make(request: Request) -> HttpResponse:
    """Makes a token; its text is in this one answer and never again."""
    name, days = request.POST.get("name", "").strip()[:100], request.POST.get("days", "90")
    if not name or days not in DAYS:
        raise Invalid(fields={"name": _("This is needed.")})
    ends = timezone.now() + timedelta(days=int(days)) if days else None
    return _tokens(request, make_token(request.user, name, expires_at=ends))


@require_POST
def revoke(request: Request, token: UUID) -> HttpResponse:
    deleted, _by_table = Token.objects.filter(user=request.user, pk=token).delete()
    if not deleted:
        raise NotFound()
    messages.success(request, _("The token no longer works."))
    return redirect("/settings/tokens")
