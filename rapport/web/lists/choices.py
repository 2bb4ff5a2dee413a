"""What the bar under a selection offers to set: asked for when something is selected, which most lists never see."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import ACTIONS
from rapport.platform.errors import Forbidden
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web.forms import Options, options_of
from rapport.web.request import Request
from rapport.web.shell import fragment

SET = ("owner", "relationship", "stage")


@require_safe
def choices(request: Request, resource: Resource) -> HttpResponse:
    if not resource.may(request.actor, "edit"):
        raise Forbidden()
    editable = resource.editable(request.actor)
    tags, firm = editable.get("tags"), editable.get("organization")
    relationships = RESOURCES["relationships"]
    is_related = "relationship" in resource.built_in and relationships.may(request.actor, "create")
    return fragment(
        request,
        "lists/choices.html",
        resource=resource,
        settable=settable(resource, request.actor),
        taggable=options_of(tags, request.actor) if tags else None,
        firm=firm,
        kinds=options_of(relationships.built_in["kind"], request.actor) if is_related else None,
        ends=(resource.name, "complete") in ACTIONS,
    )


def settable(resource: Resource, actor: Actor) -> list[tuple[Field, Options]]:
    """What can be set on many at once, with the values to choose from."""
    editable = resource.editable(actor)
    return [(editable[name], options_of(editable[name], actor) or []) for name in SET if name in editable]
