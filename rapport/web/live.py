"""What a page says about live updates: what it shows, and where it hears of changes."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from rapport.platform.resources.registry import RESOURCES, Resource


def topics(resource: Resource) -> list[str]:
    """The names under which changes of this resource's rows are told: of all resources over its table."""
    table = resource.model._meta.concrete_model
    return sorted(each.name for each in RESOURCES.values() if each.model._meta.concrete_model is table)


def stream_source(request: HttpRequest) -> str:
    """What `connect-src` must allow beside the page's own origin: the live process's port, if it has one."""
    if not settings.LIVE.startswith(":"):
        return ""
    try:
        host = urlsplit(f"//{request.get_host()}").hostname
    except DisallowedHost:
        return ""
    return f" {request.scheme}://{host}{settings.LIVE.partition('/')[0]}"
