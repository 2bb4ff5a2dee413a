"""What the box at the top offers: first what one keeps in sight; then where to go, what to make, whom to find."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rapidfuzz.distance import OSA

from rapport.kit.text import fold
from rapport.platform.access.actors import Actor
from rapport.platform.attention.watching import Kept, favourites, recent
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import search
from rapport.web.lists.address import address
from rapport.web.request import Request
from rapport.web.saved import views_of
from rapport.web.search import plural
from rapport.web.settings.menu import sections
from rapport.web.shell import fragment, paged, places

RECENT, COMMANDS, HITS = 8, 6, 5
LONGEST = 200
"""Characters of what is typed that count."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen; `face` says whose initials stand for it, else its icon does."""

    href: str
    title: str
    detail: str = ""
    icon: str = ""
    face: str = ""


Groups = list[tuple[Any, list[Option]]]


@require_safe
def palette(request: Request) -> HttpResponse:
    """The options for what is typed (`q`) as a fragment, in groups."""
    text = request.GET.get("q", "")[:LONGEST].strip()
    groups = _found(request, text) if text else _at_hand(request)
    return fragment(request, "shell/palette.html", text=text, groups=[each for each in groups if each[1]])


def _at_hand(request: Request) -> Groups:
    actor = request.actor
    liked = [_kept(each) for each in favourites(actor)]
    near = [option for each in recent(actor, RECENT) if (option := _kept(each)) not in liked]
    return [(_("Favourites"), liked), (_("Looked at lately"), near), (_("Go to"), list(_main_places(actor)))]


def _found(request: Request, text: str) -> Groups:
    alike = [(likeness(text, each.title), each) for each in _commands(request.actor)]
    fitting = [each for how, each in sorted(alike, key=lambda pair: -pair[0]) if how][:COMMANDS]
    hits = groupby(search(text, request.actor, HITS), lambda hit: hit.resource)
    records = [
        (plural(kind), [_option(kind, hit.title, hit.address, hit.detail) for hit in found]) for kind, found in hits
    ]
    words = _("Search everything for “%(text)s”") % {"text": text}
    further = Option(f"/search?{urlencode({'q': text})}", words, icon="search")
    return [(_("Go to"), fitting), *records, ("", [further])]


def likeness(typed: str, name: str) -> float:
    """From 0, nothing alike, to 100: the name begins with what was typed; accents aside, and a slip or two a word."""
    asked, words = fold(typed), fold(name)
    if words.startswith(asked):
        return 100
    if f" {asked}" in words:
        return 95
    if len(asked) > 2 and asked in words:
        return 90
    slips = [min(_slips(each, word) for word in words.split()) for each in asked.split()] if words else [inf]
    return max(0, 80 - sum(slips))


def _slips(typed: str, word: str) -> float:
    """How many letters are wrong, missing, too many or swapped where a word should begin like this; too many: inf."""
    allowed = 0 if len(typed) < 5 else 1 if len(typed) < 8 else 2
    beginnings = (word[: len(typed) + more] for more in range(-allowed, allowed + 1))
    found = min(OSA.distance(typed, each) for each in beginnings)
    return found if found <= allowed else inf


def _commands(actor: Actor) -> Iterator[Option]:
    yield from _main_places(actor)
    for resource in paged():
        if resource.may(actor, "create"):
            yield Option(f"/{resource.name}/new", _("New: %(kind)s") % {"kind": resource.label}, icon="plus")
    for heading, listed in sections(actor, ""):
        for place in listed:
            yield Option(place.href, str(place.label), str(heading), place.icon)
    for view in views_of(actor, everywhere=True):
        of = RESOURCES.get(view.resource)
        if of and of.page and of.may(actor, "view"):
            yield Option(address(of, view.query), view.name, str(of.plural), "save")


def _main_places(actor: Actor) -> Iterator[Option]:
    for place in places(actor, ""):
        yield Option(place.href, str(place.label), icon=place.icon)


def _kept(kept: Kept) -> Option:
    return _option(kept.resource, kept.title, kept.address, "")


def _option(kind: str, title: str, href: str, detail: str) -> Option:
    if kind in RESOURCES and RESOURCES[kind].page:
        return Option(href, title or _("no name"), detail, face=kind)
    return Option(href, title or _("no subject"), detail, icon="email")
