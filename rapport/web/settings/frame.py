"""What every page of Settings stands in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse

from rapport.platform.errors import Forbidden
from rapport.web.request import Request
from rapport.web.settings.menu import sections
from rapport.web.shell import page

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def settings_page(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return page(request, template, status=status, sections=sections(request.actor, request.path_info), **context)


def administrators_only(view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.is_administrator:
            raise Forbidden()
        return view(request, *args, **kwargs)

    return guarded
