"""What the history of a party tells of its merges."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rapport.parties.models import Merge
from rapport.platform.access.actors import Actor
from rapport.platform.history.chapters import CHAPTERS, Chapter
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource


class Merges(Resource):
    """What became part of a record: made one with it, and parted again. The verbs are its doors."""

    name = "merges"
    model = Merge
    label, plural = _("Merge"), _("Merges")
    fields = (Field("absorbed", _("Merged with"), target="parties"), Field("undone_at", _("Parted again")))

    def readable(self, actor: Actor) -> dict[str, Field]:
        return self.built_in


CHAPTERS["people"].append(Chapter(Merges(), lambda record, _actor: Q(survivor=record)))
CHAPTERS["organizations"].append(Chapter(Merges(), lambda record, _actor: Q(survivor=record)))
