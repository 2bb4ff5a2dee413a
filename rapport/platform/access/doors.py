"""Who came in and who was kept out, in the log: what, who by their id, from where; never what somebody has typed.

One line each, as `docs/admin/logs.md` describes for programs that read them.
"""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest

from rapport.platform.access.models import User

log = logging.getLogger("rapport.access")


def came_from(request: HttpRequest | None) -> str:
    """The caller's address, as attempts to sign in are counted by it; `-` where there is none."""
    try:
        return str(get_adapter().get_client_ip(request)) if request else "-"
    except PermissionDenied:
        return "-"


def refused(request: HttpRequest, user: UUID | None) -> None:
    """Notes that somebody, or a caller whom nobody knows, was kept from what they asked for."""
    # An address may hold anything: quoted, it stays one word of one line.
    path = request.path_info.replace(" ", "%20")
    log.warning("refused user=%s method=%s path=%r from=%s", user or "-", request.method, path, came_from(request))


@receiver(user_logged_in)
def _signed_in(request: HttpRequest | None, user: User, **_more: Any) -> None:
    log.info("signed_in user=%s from=%s", user.pk, came_from(request))


@receiver(user_login_failed)
def _not_signed_in(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """Names the user whose address was given. What was given isn't told: people type passwords into the wrong field."""
    tried = User.objects.filter(email__iexact=str(credentials.get("email", ""))).values_list("pk", flat=True).first()
    log.warning("sign_in_failed user=%s from=%s", tried or "-", came_from(request))


@receiver(authentication_failed)
def _second_factor_failed(request: HttpRequest, user: User, **_more: Any) -> None:
    log.warning("second_factor_failed user=%s from=%s", user.pk, came_from(request))
