"""What parties can be to us, as an administrator lists it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rapport.parties.models import RelationshipKind, Stage
from rapport.platform.access.resources import Directory
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import register


@register
class RelationshipKinds(Directory):
    name = "relationship_kinds"
    model = RelationshipKind
    label, plural = _("Kind of relationship"), _("Kinds of relationship")
    fields = (Field("name", required=True), Field("plural", required=True), Field("position"))
    sort = ("position",)


@register
class Stages(Directory):
    name = "stages"
    model = Stage
    label, plural = _("Stage"), _("Stages")
    fields = (Field("name", required=True), Field("kind", required=True), Field("position"), Field("tone"))
    sort = ("position",)
