"""A change of many at once: how far it is, taking it back, and what could not be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.events.bus import outside_of
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.undo.changing import undo
from rapport.platform.undo.models import BulkChange, Piece
from rapport.web import words
from rapport.web.request import Request, is_fragment
from rapport.web.shell import fragment, page

MOST = 500
"""Records that are named by themselves."""
EVENTS = {"trash": "trashed"}


@require_safe
def show(request: Request, resource: Resource, change: UUID) -> HttpResponse:
    made = _of(request, resource, change)
    context = {"resource": resource, "change": made, "title": _title(made), **_told(resource, made, request.actor)}
    if is_fragment(request):
        return fragment(request, "lists/change_status.html", **context)
    return page(request, "lists/change.html", **context)


@require_safe
def find(request: Request, change: UUID) -> HttpResponse:
    """To the page of a change, from where one knows but which it is."""
    made = _own(request.actor).filter(pk=change).first()
    if made is None:
        raise NotFound()
    return redirect(f"/{made.resource}/changes/{made.pk}")


def called(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, str]:
    """What each change of the actor's own is called. One query."""
    return {each.pk: f"{RESOURCES[each.resource].plural}: {_title(each)}" for each in _own(actor).filter(pk__in=ids)}


def _own(actor: Actor) -> Any:
    """Those of kinds that are gone have no page any more."""
    return BulkChange.objects.filter(user=actor.user_id, resource__in=list(RESOURCES))


def _title(made: BulkChange) -> str:
    text = _("%(count)s deleted") if made.verb == "trash" else _("%(count)s changed")
    return text % {"count": words.number(made.expected)}


@require_POST
def take_back(request: Request, resource: Resource, change: UUID) -> HttpResponse:
    """Takes the change back; back to the list where all went well, else to what has to be said of it."""
    made = _of(request, resource, change)
    undo(made, request.actor)
    made.refresh_from_db()
    here = f"/{resource.name}/changes/{made.pk}"
    if made.state in BulkChange.BUSY or made.kept:
        return redirect(here)
    text = ngettext("%(count)s is as it was.", "%(count)s are as they were.", made.restored)
    messages.success(request, text % {"count": words.number(made.restored)})
    return redirect(f"/{resource.name}/")


def _of(request: Request, resource: Resource, change: UUID) -> BulkChange:
    """Its own maker's alone."""
    found: BulkChange | None = _own(request.actor).filter(pk=change, resource=resource.name).first()
    if found is None:
        raise NotFound()
    return found


def _told(resource: Resource, made: BulkChange, actor: Actor) -> dict[str, Any]:
    is_over = made.state not in BulkChange.BUSY
    pieces = Piece.objects.filter(change=made).order_by("pk")
    return {
        "is_busy": not is_over,
        "done": made.changed + made.refused if made.state == BulkChange.State.DOING else made.restored + made.kept,
        "most": made.expected if made.state == BulkChange.State.DOING else made.changed,
        "kept": _named(resource, pieces.values_list("kept", flat=True), actor) if is_over and made.kept else [],
        "refused": _named(resource, pieces.values_list("refused", flat=True), actor)
        if is_over and made.refused
        else [],
        "outside": outside_of(f"{resource.name}.{EVENTS.get(made.verb, 'updated')}") if is_over else [],
        "named_most": MOST,
    }


def _named(resource: Resource, listed: Iterable[list[UUID]], actor: Actor) -> list[tuple[UUID, str]]:
    """The first of these records, by what they are called: one that nobody may see any more has no name."""
    ids = list(islice(chain.from_iterable(listed), MOST))
    titled = resource.readable(actor).get(resource.title)
    rows = resource.rows(actor).filter(pk__in=ids) if titled and titled.mask is None else resource.rows(actor).none()
    titles = dict(rows.values_list("pk", titled.source)) if titled else {}
    return [(each, titles.get(each) or _("somebody you may not see")) for each in ids]
