"""Makes resources of the kinds that stand in the database, in every process, as soon as their definitions change."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.platform.access.sharing import shareable
from rapport.platform.attention.watching import watchable
from rapport.platform.fields.models import CustomField
from rapport.platform.fields.tagging import Tagged, taggable, tags_field
from rapport.platform.files.resources import hold_files
from rapport.platform.history.chapters import CHAPTERS
from rapport.platform.objects.models import CustomRecord, ObjectKind
from rapport.platform.records.models import Rows
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import Resource, redeclare

MOST_COLUMNS = 5
"""So many custom fields a list shows before anybody has said which."""
Definition = tuple[UUID, str, str, str, str, str]


class CustomObjects(Tagged):
    """What the records of all such kinds have in common."""

    owner = "owner"
    sort = ("name",)
    custom_fields = True
    page = True


def declare(_epoch: int) -> None:
    """Brings the registry in line with the kinds that there are now. Two queries."""
    kinds = ObjectKind.objects.kept().order_by("position", "pk")
    listed = list(kinds.values_list("pk", "name", "label", "plural", "title_label", "icon"))
    columns = _columns(name for _id, name, *_words in listed) if listed else {}
    redeclare(CustomObjects, [resource_of_kind(each, tuple(columns[each[1]])) for each in listed])


def _columns(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {name: [] for name in names}
    fields = CustomField.objects.kept().filter(resource__in=found).exclude(kind="longtext")
    for resource, name in fields.values_list("resource", "name"):
        found[resource].append(name)
    return {resource: columns[:MOST_COLUMNS] for resource, columns in found.items()}


@lru_cache(maxsize=1_000)
def resource_of_kind(definition: Definition, columns: tuple[str, ...]) -> Resource:
    """The same resource for as long as its definition stays the same: what was made ready for it stays so."""
    kind_id, name, label, plural, title_label, icon = definition
    fields = (
        Field("name", title_label or _("Name"), required=True, search="A"),
        Field("owner", _("Owner"), display="owner__name", default=lambda actor: actor.user_id),
        tags_field(name),
        Field("created_at", _("Added"), read_only=True),
        Field("updated_at", _("Changed"), read_only=True),
    )
    declared = {
        "name": name, "label": label, "plural": plural, "icon": icon, "fields": fields,
        "columns": ("name", *columns, "owner", "updated_at"), "model": records_of(kind_id, name),
    }  # fmt: skip
    return cast(type[Resource], type(name, (CustomObjects,), declared))()


@cache
def records_of(kind_id: UUID, name: str) -> type[CustomRecord]:
    """The model of one kind's records, those of the table that are of this kind, with the verbs that all kinds have.

    Neither a kind's id nor its name ever changes, so that this is done once.
    """

    class Manager(models.Manager.from_queryset(Rows)):  # type: ignore[misc]
        def get_queryset(self) -> Rows:
            return super().get_queryset().filter(kind=kind_id)  # type: ignore[no-any-return]

    def begin(self: Any, *args: Any, **fields: Any) -> None:
        CustomRecord.__init__(self, *args, **({} if args else {"kind_id": kind_id}), **fields)

    meta = type("Meta", (), {"proxy": True, "app_label": "objects"})
    members = {"__module__": __name__, "__init__": begin, "objects": Manager(), "Meta": meta}
    model: Any = type(f"Kind{kind_id.hex}", (CustomRecord,), members)
    CHAPTERS[name] = []
    for give in (shareable, taggable, watchable):
        give(model, name)
    hold_files(name)
    return cast(type[CustomRecord], model)
