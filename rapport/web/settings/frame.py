"""What every page of Settings stands in."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from rapport.platform.errors import Forbidden
from rapport.web.request import Request, is_fragment
from rapport.web.settings.menu import sections
from rapport.web.shell import page

P = ParamSpec("P")
A = TypeVar("A", bound=HttpResponseBase)
View = Callable[Concatenate[Request, P], HttpResponse]
Guarded = Callable[Concatenate[Request, P], A]


def settings_page(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return page(request, template, status=status, sections=sections(request.actor, request.path_info), **context)


def administrators_only(view: Guarded[P, A]) -> Guarded[P, A]:
    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> A:
        if not request.actor.is_administrator:
            raise Forbidden()
        return view(request, *args, **kwargs)

    return guarded


def recently_signed_in(view: View[P]) -> View[P]:
    """For what gives somebody power: an unattended browser, or a script that slipped in, must not be enough.

    Whoever has neither signed in nor confirmed it lately is asked for a password or a passkey, and comes back to
    the page; what a form sent is not kept, since there may be a password in it.
    """

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs) if is_recent(request) else ask_again(request, request.path)

    return guarded


def is_recent(request: Request) -> bool:
    records = get_authentication_records(request, request.user)
    last: float = max((each["at"] for each in records), default=0)
    return time.time() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_again(request: Request, back: str) -> HttpResponse:
    """Asks for a password or a passkey; after that, whoever gave it finds themselves at `back`."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        raise Forbidden()
    address = f"{ways[0]['url']}?{urlencode({'next': back})}"
    return HttpResponse(status=204, headers={"HX-Redirect": address}) if is_fragment(request) else redirect(address)
