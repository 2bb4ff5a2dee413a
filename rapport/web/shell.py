"""What stands around every page: navigation, the search box, New, the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.actors import Actor
from rapport.platform.access.house import house
from rapport.platform.attention.watching import favourites
from rapport.platform.resources.registry import RESOURCES, Resource, Words
from rapport.web.lists.address import address
from rapport.web.request import Request
from rapport.web.saved import View, views_of


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the navigation."""

    href: str
    label: Words
    icon: str
    is_current: bool


def page(
    request: HttpRequest, template: str, *, status: int = 200, views: Sequence[View] | None = None, **context: Any
) -> HttpResponse:
    """A whole page, with everything that its shell needs. `views` are the saved ones, where they are at hand."""
    return render(request, template, {**context, "shell": shell(request, views)}, status=status)


def fragment(request: Request, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, template, context, status=status)


def shell(request: HttpRequest, views: Sequence[View] | None = None) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    if actor and views is None:
        views = views_of(actor)
    return {
        "actor": actor,
        "house": house(actor),
        "places": list(places(actor, request.path_info)) if actor else [],
        "pinned": list(_pinned(actor, request.get_full_path(), views or [])) if actor else [],
        "favourites": list(_favourites(actor, request.path_info)) if actor else [],
        "making": [each for each in paged() if actor and each.may(actor, "create")],
        "language": translation.get_language() or "en",
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "live": settings.LIVE,
        "looking": actor.name if actor and actor.looker_id else "",
        "messages": list(get_messages(request)),
        "is_settings": request.path_info.startswith(("/settings/", "/accounts/")),
    }


def paged() -> list[Resource]:
    return [each for each in RESOURCES.values() if each.page]


def places(actor: Actor, path: str) -> Iterator[Place]:
    yield place("/", _("Today"), "today", path)
    yield place("/inbox/", _("Inbox"), "inbox", path)
    yield place("/calendar/", _("Calendar"), "calendar", path)
    for resource in paged():
        if resource.may(actor, "view"):
            yield place(f"/{resource.name}/", resource.plural, icon_of(resource), path)
    yield place("/ledger/", _("Ledger"), "ledger", path)


def _pinned(actor: Actor, path: str, views: Iterable[View]) -> Iterator[Place]:
    """The views that somebody keeps in sight, as far as they may still see what they list."""
    for view in views:
        resource = RESOURCES.get(view.resource)
        if view.is_pinned and resource and resource.page and resource.may(actor, "view"):
            href = address(resource, view.query)
            yield Place(href, view.name, "pin", path == href)


def _favourites(actor: Actor, path: str) -> Iterator[Place]:
    for kept in favourites(actor):
        yield place(kept.address, kept.title or _("no name"), icon_of(RESOURCES[kept.resource]), path)


def icon_of(resource: Resource) -> str:
    return "people" if resource.icon == "person" else resource.icon or "tag"


def place(href: str, label: Words, icon: str, path: str) -> Place:
    return Place(href, label, icon, path == href if href == "/" else path.startswith(href))
