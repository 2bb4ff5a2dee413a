"""Tags on records: a field of the records that have them, and adding and taking off over a set.

In addresses and in the API a tag goes by its name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.kit.ids import uuid7
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.errors import Forbidden, Invalid
from rapport.platform.events.bus import emit
from rapport.platform.fields.models import Tag, Tagging
from rapport.platform.history.chapters import CHAPTERS, Chapter
from rapport.platform.records.models import Record
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource


class TagsOf:
    """The names of a record's tags, as a list reads them and a filter asks for them."""

    def __init__(self, resource: str) -> None:
        self.on_records = Tagging.objects.filter(resource=resource, tag__deleted_at=None)

    def value(self) -> Combinable:
        names = self.on_records.filter(record_id=OuterRef("pk")).order_by("tag__name").values("tag__name")
        return ArraySubquery(names)

    def condition(self, operator: str, value: Any) -> Q:
        if operator == "empty":
            some = Q(Exists(self.on_records.filter(record_id=OuterRef("pk"))))
            return ~some if value else some
        asked = Q(tag__name__in=value) if operator == "in" else Q(tag__name__iexact=value)
        tagged = Q(pk__in=self.on_records.filter(asked).values("record_id"))
        return ~tagged if operator == "ne" else tagged


def tags_field(resource: str) -> Field:
    return Field("tags", gettext_lazy("Tags"), kind_name="tags", elsewhere=True, computed=TagsOf(resource))


class TagsPut(Resource):
    """The tags on records of one resource, for their history: whoever sees the field is told of them."""

    name = "tags"
    model = Tagging
    label, plural = gettext_lazy("Tag"), gettext_lazy("Tags")
    fields = (Field("tag", gettext_lazy("Tag")),)

    def __init__(self, resource: str) -> None:
        self.on = resource

    def readable(self, actor: Actor) -> dict[str, Field]:
        return self.built_in if "tags" in RESOURCES[self.on].readable(actor) else {}

    def chapter(self) -> Chapter:
        return Chapter(self, self._told_of, "record_id")

    def _told_of(self, record: UUID, actor: Actor) -> Q:
        """Nothing of a record whose tags the actor may not see."""
        on, rows = RESOURCES[self.on], Q(resource=self.on, record_id=record)
        mask = on.built_in["tags"].mask if "tags" in on.built_in else None
        return rows & Q(record_id__in=on.model._default_manager.filter(mask(actor)).values("pk")) if mask else rows


class Tagged(Resource):
    """A resource with `tags_field` and nothing else elsewhere. Whoever doesn't see tags doesn't see those on it."""

    def readable(self, actor: Actor) -> dict[str, Field]:
        return _without_unseen_tags(super().readable(actor), actor)

    def editable(self, actor: Actor) -> dict[str, Field]:
        return _without_unseen_tags(super().editable(actor), actor)

    def write_elsewhere(self, pairs: list[tuple[Any, dict[str, Any]]], actor: Actor) -> None:
        tagged = [(record.pk, values["tags"]) for record, values in pairs if "tags" in values]
        if tagged:
            set_tags(self.name, tagged, actor)

    def make_elsewhere(self, pairs: list[tuple[Any, dict[str, Any]]], actor: Actor) -> None:
        Tagged.write_elsewhere(self, pairs, actor)


def _without_unseen_tags(fields: dict[str, Field], actor: Actor) -> dict[str, Field]:
    return fields if sees_tags(actor) else {name: field for name, field in fields.items() if name != "tags"}


def taggable(model: type[Record], resource: str) -> None:
    """Registers the verbs `add_tags` and `remove_tags`, and a chapter of history, for a resource with `tags_field`."""
    CHAPTERS[resource].append(TagsPut(resource).chapter())

    @action(model, "add_tags", resource=resource, accepts={"tags": "tags"}, changes=("tags",))
    def tag_records(records: list[Record], *, actor: Actor, tags: list[str]) -> None:
        """Puts tags on these; those that are new are made, where the actor may make tags."""
        add_tags(resource, records, tags, actor=actor)

    @action(model, "remove_tags", resource=resource, accepts={"tags": "tags"}, changes=("tags",))
    def untag_records(records: list[Record], *, actor: Actor, tags: list[str]) -> None:
        """Takes tags off these."""
        remove_tags(resource, records, tags, actor=actor)


def sees_tags(actor: Actor) -> bool:
    tags = RESOURCES["tags"]
    return tags.may(actor, "view") and "name" in tags.readable(actor)


def set_tags(resource: str, wanted: Sequence[tuple[UUID, Collection[str] | None]], actor: Actor) -> None:
    """Gives each record exactly these tags, inside the transaction of what changes it. Raises Invalid."""
    known = _tags({name for _record, names in wanted for name in names or ()}, actor)
    keep = {record: {known[name.casefold()] for name in names or ()} for record, names in wanted}
    rows = Tagging.objects.filter(resource=resource, record_id__in=keep, tag__deleted_at=None)
    there: set[tuple[UUID, UUID]] = set()
    gone = []
    for pk, record, tag in rows.values_list("pk", "record_id", "tag_id"):
        if tag in keep[record]:
            there.add((record, tag))
        else:
            gone.append(pk)
    Tagging.objects.filter(pk__in=gone).delete()
    _put(resource, [(record, tag) for record, tags in keep.items() for tag in sorted(tags)], there)


def add_tags(resource: str, records: Iterable[Record], names: Collection[str], *, actor: Actor) -> None:
    """Puts these tags on all records of one resource, which the actor has been let edit. Raises Forbidden."""
    _admit(resource, actor)
    tags, ids = set(_tags(names, actor).values()), [record.pk for record in records]
    rows = Tagging.objects.filter(resource=resource, record_id__in=ids, tag__in=tags)
    there = set(rows.values_list("record_id", "tag_id"))
    made = _put(resource, [(record, tag) for record in ids for tag in sorted(tags)], there)
    _changed(resource, {record for record, _tag in made}, actor)


def remove_tags(resource: str, records: Iterable[Record], names: Collection[str], *, actor: Actor) -> None:
    """Takes these tags off all records of one resource, which the actor has been let edit. Raises Forbidden."""
    _admit(resource, actor)
    named = Tag.objects.kept().filter(_named(names))
    rows = Tagging.objects.filter(resource=resource, record_id__in=[record.pk for record in records], tag__in=named)
    changed = set(rows.values_list("record_id", flat=True))
    rows.delete()
    _changed(resource, changed, actor)


def _admit(resource: str, actor: Actor) -> None:
    if "tags" not in RESOURCES[resource].editable(actor):
        raise Forbidden()


def _put(resource: str, wanted: Iterable[tuple[UUID, UUID]], there: set[tuple[UUID, UUID]]) -> list[tuple[UUID, UUID]]:
    missing = [pair for pair in wanted if pair not in there]
    rows = [Tagging(tag_id=tag, resource=resource, record_id=record) for record, tag in missing]
    Tagging.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5_000)
    return missing


def _changed(resource: str, ids: Collection[UUID], actor: Actor) -> None:
    """A record's tags are part of it, so that its version rises with them."""
    model = RESOURCES[resource].model
    model._default_manager.filter(pk__in=ids).update(updated_at=timezone.now())
    emit(f"{resource}.updated", sorted(ids), actor=actor, data={"fields": ["tags"]})


def _named(names: Iterable[str]) -> Q:
    found = Q(pk__in=())
    for name in names:
        found |= Q(name__iexact=name)
    return found


def _tags(names: Collection[str], actor: Actor) -> dict[str, UUID]:
    """The tags of these names, by their names without case; those that are new are made, if the actor may."""
    tags = Tag.objects.filter(_named(names))
    known = {tag.name.casefold(): tag for tag in tags}
    missing = sorted({name for name in names if name.casefold() not in known or known[name.casefold()].deleted_at})
    if missing and not RESOURCES["tags"].may(actor, "create"):
        raise Invalid(
            fields={"tags": _("There is no tag “%(name)s”, and you may not make one.") % {"name": missing[0]}}
        )
    trashed = [tag.pk for tag in known.values() if tag.deleted_at]
    Tag.objects.filter(pk__in=trashed).update(deleted_at=None)
    fresh = {name.casefold(): name for name in missing if name.casefold() not in known}
    Tag.objects.bulk_create([Tag(pk=uuid7(), name=name) for name in fresh.values()], ignore_conflicts=True)
    return {name.casefold(): pk for pk, name in Tag.objects.filter(_named(names)).values_list("pk", "name")}
