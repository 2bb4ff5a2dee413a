"""Merging two records: found, explained field by field with what moves, done, and taken back by a toast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.interactions.models import Interaction
from rapport.parties import duplicates
from rapport.parties.actions.merge import choosable
from rapport.parties.actions.moving import what_moves
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import Action, action_of
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource
from rapport.web.records.reading import may, read_record
from rapport.web.request import Request, read_id
from rapport.web.shell import fragment, page

MOST = 100
GROUNDS: dict[str, Any] = {
    "email": gettext_lazy("the same e-mail address"),
    "phone": gettext_lazy("the same telephone number"),
    "name": gettext_lazy("the same name in the same organisation"),
}
MOVED: dict[str, Any] = {
    "interactions": ngettext_lazy("message, call or note", "messages, calls and notes"),
    "parties.contactpoint": ngettext_lazy("way to reach them", "ways to reach them"),
    "parties.relationship": ngettext_lazy("relationship", "relationships"),
    "parties.affiliation": ngettext_lazy("place of work", "places of work"),
    "parties.address": ngettext_lazy("postal address", "postal addresses"),
    "parties.partylink": ngettext_lazy("link to others", "links to others"),
    "fields.tagging": ngettext_lazy("tag", "tags"),
    "access.share": ngettext_lazy("share", "shares"),
    "files.file": ngettext_lazy("file", "files"),
}
BESIDE_NAME = ("given_name", "family_name")
UNITED = ("organization", "relationship", "stage", "owner", "tags")
"""Of these both are kept, and the first one's stay in front."""
LEFT_OUT = ("source", "created_at", "updated_at", *BESIDE_NAME)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two records differ; where one may choose, by which name."""

    field: Field
    is_choice: bool
    takes_theirs: bool
    """What a merge does by itself: it fills in what is missing."""
    is_united: bool
    """Whether both are kept, the first one's in front."""


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """`record` stays; the record named by `with` becomes part of it."""
    verb = action_of(resource.name, "merge")
    _admit(resource, record, request.actor)
    named = request.POST.get("with") or request.GET.get("with", "")
    other = read_id(named) if named else None
    if request.method == "POST":
        return _merge(request, verb, resource, record, other)
    if other is None:
        return _choose(request, resource, record)
    _admit(resource, other, request.actor)
    if other == record:
        raise Invalid(_("Nobody can be merged into themselves."))
    ours, theirs = read_record(resource, record, request.actor), read_record(resource, other, request.actor)
    return page(
        request,
        "records/merge.html",
        resource=resource,
        row=ours,
        other=theirs,
        differences=differences(resource, ours, theirs, request.actor),
        moves=_moves(resource, other, record, request.actor),
    )


def _merge(request: Request, verb: Action, resource: Resource, record: UUID, other: UUID | None) -> HttpResponse:
    if other is None:
        raise Invalid(_("Choose with whom."))
    fields = choosable(resource.name, request.actor)
    take = [name for name in fields if request.POST.get(f"take.{name}") == "theirs"]
    if "name" in take:
        take += [name for name in BESIDE_NAME if name in fields]
    answer = verb.call([other], {"into": str(record), "take": take}, request.actor)
    back = f"/{resource.name}/{record}/merge/undo?merge={answer['merges'][0]['id']}|"
    messages.success(request, _("The two are one now."), extra_tags=back)
    return redirect(f"/{resource.name}/{record}/")


@require_POST
def undo(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    answer = action_of(resource.name, "undo_merge").call(
        [record], {"merge": request.GET.get("merge", "")}, request.actor
    )
    text = _("They are two again.")
    if answer["left"]:
        text = _("They are two again. What was changed since the merge stayed as it is.")
    messages.success(request, text)
    return redirect(f"/{resource.name}/{record}/")


def differences(resource: Resource, ours: dict[str, Any], theirs: dict[str, Any], actor: Actor) -> list[Difference]:
    fields = choosable(resource.name, actor)
    # A stage belongs to its relationship, and of those the first one's stays in front.
    left_out = (*LEFT_OUT, "stage") if ours.get("relationship") else LEFT_OUT
    return [
        Difference(field, name in fields and bool(ours[name]), not ours[name], name in UNITED)
        for name, field in resource.readable(actor).items()
        if name not in left_out and theirs[name] not in (None, "", []) and theirs[name] != ours[name]
    ]


def _moves(resource: Resource, other: UUID, record: UUID, actor: Actor) -> list[tuple[int, Any]]:
    """How many of what, in words; what is none is left out."""
    said = Interaction.objects.visible_to(actor).filter(participations__party=other).distinct().count()
    counts = {"interactions": said, **what_moves(other, record, resource.name, actor)}
    return [(counts[name], words % counts[name]) for name, words in MOVED.items() if counts.get(name)]


def _choose(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    row = read_record(resource, record, request.actor)
    suggested = _suggested(resource, record, request.actor)
    return page(request, "records/merge_with.html", resource=resource, row=row, suggested=suggested)


@require_safe
def alike(request: Request, resource: Resource, record: UUID) -> HttpResponse:
    """Whom this may be besides: asked by the record's page once it stands."""
    action_of(resource.name, "merge")
    if not may(resource, record, request.actor, "edit"):
        return HttpResponse()
    suggested = _suggested(resource, record, request.actor)
    return fragment(request, "records/alike.html", resource=resource, row={"id": record}, suggested=suggested)


Suggested = list[tuple[UUID, str, Any]]
"""Id, name, and on what ground."""


def _suggested(resource: Resource, record: UUID, actor: Actor) -> Suggested:
    found = duplicates.alike(record, actor)
    names = _names(resource, [each.second for each in found], actor)
    return [(each.second, names[each.second], GROUNDS[each.ground]) for each in found if each.second in names]


@require_safe
def all_duplicates(request: Request, resource: Resource) -> HttpResponse:
    """Pairs that may be one, for those who may merge them."""
    action_of(resource.name, "merge")
    if not resource.may(request.actor, "edit"):
        raise Forbidden()
    found = duplicates.suggestions(request.actor, MOST)
    names = _names(resource, [party for each in found for party in (each.first, each.second)], request.actor)
    pairs = [
        (each.first, names[each.first], each.second, names[each.second], GROUNDS[each.ground], each.value)
        for each in found
        if each.first in names and each.second in names
    ]
    return page(request, "records/duplicates.html", resource=resource, pairs=pairs)


def _names(resource: Resource, ids: list[UUID], actor: Actor) -> dict[UUID, str]:
    if resource.title not in resource.readable(actor):
        return {}
    title = resource.built_in[resource.title].source
    return dict(resource.rows(actor, "edit").filter(pk__in=ids).values_list("pk", title))


def _admit(resource: Resource, record: UUID, actor: Actor) -> None:
    if not may(resource, record, actor, "edit"):
        raise Forbidden() if may(resource, record, actor, "view") else NotFound()
