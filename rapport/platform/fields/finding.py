"""Finds tags by the beginning of their name; a hit opens the list of what bears the tag."""

from __future__ import annotations

from urllib.parse import urlencode

from rapport.platform.access.actors import Actor
from rapport.platform.fields.models import Tag
from rapport.platform.fields.tagging import TagsOf, sees_tags
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import FINDERS, Hit

MOST = 3


def find_tags(text: str, actor: Actor, limit: int) -> list[Hit]:
    if not sees_tags(actor):
        return []
    tags = Tag.objects.visible_to(actor).filter(name__istartswith=text).order_by("name")[: min(limit, MOST)]
    return [hit for tag in tags for hit in _hits(tag, actor)]


def _hits(tag: Tag, actor: Actor) -> list[Hit]:
    """One for each resource of which the actor may see something with this tag."""
    found = []
    for resource in RESOURCES.values():
        if resource.page and resource.may(actor, "view") and "tags" in resource.readable(actor):
            tagged = TagsOf(resource.name).condition("eq", tag.name)
            if resource.rows(actor).filter(tagged).exists():
                address = f"/{resource.name}/?{urlencode({'tags': tag.name})}"
                found.append(Hit("tags", tag.pk, tag.name, str(resource.plural), address))
    return found


FINDERS["tags"] = find_tags
