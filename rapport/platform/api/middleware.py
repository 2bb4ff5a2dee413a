"""The API answers before sessions, cookies and forms come into play: it knows tokens only."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from rapport.platform.access.setup import STATE
from rapport.platform.api.dispatch import PREFIX, answer

Next = Callable[[HttpRequest], HttpResponseBase]


def api_shortcut(following: Next) -> Next:
    def handle(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(PREFIX) and STATE.ask():
            with translation.override(None):  # programs read English, whatever page this thread has shown before
                return answer(request)
        return following(request)

    return handle
