"""The request of a page: somebody has signed in, and `actor` says what they may do."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.platform.access.models import User
from rapport.platform.errors import NotFound

if TYPE_CHECKING:
    from rapport.platform.access.actors import Actor


class Request(HttpRequest):
    """What `middleware.actor` hands on. (A type: Django makes the object.)"""

    actor: Actor
    user: User


def read_id(text: str) -> UUID:
    """The id of a record, as a page was sent it. Raises NotFound for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound() from None


def holds_nul(sent: QueryDict) -> bool:
    return any("\0" in text for name, values in sent.lists() for text in (name, *values))


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; a page that the browser restores is asked for whole."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


def way_back(request: HttpRequest, otherwise: str = "/") -> str:
    """The page of ours that a form was sent from, as it says itself, or the address that it was sent to."""
    back = request.POST.get("back") or request.GET.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return back if is_ours else otherwise
