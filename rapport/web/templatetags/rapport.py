"""What Django's own templates (django-allauth's pages) use of ours."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from rapport.platform.access.house import house
from rapport.platform.access.models import House
from rapport.web import assets
from rapport.web.settings.menu import sections
from rapport.web.shell import shell

register = template.Library()
register.simple_tag(assets.asset, name="asset")
register.simple_tag(assets.icon, name="icon")


@register.simple_tag(takes_context=True)
def ours(context: template.Context) -> House:
    return house(getattr(context["request"], "actor", None))


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str) -> SafeString:
    """Renders one of our own templates here, such as the shell around the page."""
    request = context["request"]
    values: dict[str, Any] = {"shell": shell(request)}
    if hasattr(request, "actor"):
        values["sections"] = sections(request.actor, request.path_info)
    return mark_safe(render_to_string(name, values, request))  # noqa: S308  an escaped template of ours
