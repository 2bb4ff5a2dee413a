"""Colleagues who are named by @: found while one types, and shown in what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe
from markupsafe import Markup, escape

from rapport.interactions.mentions import ambiguous, would_see, written_as
from rapport.kit.text import fold
from rapport.platform.access.models import User
from rapport.platform.resources.registry import RESOURCES
from rapport.web.request import Request, read_id
from rapport.web.shell import fragment

MOST = 6


@require_safe
def colleagues(request: Request) -> HttpResponse:
    """Whose name has a word that begins with `q`: how to name them, and whether they could read what is being written.

    Who shares a name is told apart by their address; whoever may not read addresses can't name them.
    """
    asked = request.GET
    there = User.objects.visible_to(request.actor).filter(is_active=True).exclude(pk=request.actor.user_id)
    listed = [user for user in there.exclude(name="").order_by("name", "email") if _fits(asked.get("q", ""), user.name)]
    about: dict[str, Any] = {
        "conversation": _id(asked.get("conversation", "")),
        "parties": [read_id(each) for each in asked.getlist("party")],
        "assignee": (_id(asked.get("owner", "")) or request.user.pk) if asked.get("kind") == "task" else None,
    }
    shared = ambiguous(listed)
    if "email" not in RESOURCES["users"].readable(request.actor):
        listed = [user for user in listed if user.pk not in shared]
    found = [(user, user.email if user.pk in shared else "", would_see(user, **about)) for user in listed[:MOST]]
    return fragment(request, "conversations/colleagues.html", found=found)


def _id(text: str) -> UUID | None:
    return read_id(text) if text else None


def _fits(typed: str, name: str) -> bool:
    words, given = fold(name).split(), fold(typed).split()
    return all(any(word.startswith(each) for word in words) for each in given)


def with_mentions(text: str, names: Mapping[str, str]) -> Markup:
    """The text with its mentions in the names of today."""
    if not names:
        return escape(text)
    pieces = re.split(written_as(names), text)
    marked = (Markup('<b class="mention">@{}</b>').format(names[each]) for each in pieces[1::2])
    plain = map(escape, pieces[::2])
    return Markup().join([next(plain), *(part for pair in zip(marked, plain, strict=True) for part in pair)])
