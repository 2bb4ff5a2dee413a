"""The kinds themselves, as administrators define them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.kit.text import identifier
from rapport.platform.access.actors import EPOCH_FOLLOWERS, Actor
from rapport.platform.access.resources import Directory
from rapport.platform.api.endpoints import EXTRA
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.fields.indexes import align_later
from rapport.platform.fields.models import CustomField, valid_name
from rapport.platform.objects.kinds import CustomObjects, declare
from rapport.platform.objects.models import CustomRecord, ObjectKind
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import NAME
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register

EPOCH_FOLLOWERS.append(declare)
NOT_OURS = {"api", "static", "live"}
"""Beginnings of addresses that stand in no list of pages."""


@register
class ObjectKinds(Directory):
    name = "object_kinds"
    model = ObjectKind
    label, plural, title = gettext_lazy("Kind of record"), gettext_lazy("Kinds of record"), "plural"
    fields = (
        Field("plural", gettext_lazy("Many of them"), required=True),
        Field("label", gettext_lazy("One of them"), required=True),
        Field("name", gettext_lazy("Name in addresses"), create_only=True,
              help=gettext_lazy("In small letters; it stays as it is. Left empty, it follows from the name of many.")),
        Field("title_label", gettext_lazy("What their title is called"), help=gettext_lazy("Left empty: Name.")),
        Field("icon", gettext_lazy("Icon")),
        Field("position", gettext_lazy("Position")),
    )  # fmt: skip
    sort = ("position",)

    def check(self, record: ObjectKind) -> None:
        if not record.name:
            record.name = identifier(record.plural)
        problems = {name: text for name, text in _problems(record) if text}
        if problems:
            raise Invalid(fields=problems)


@register
class AnyCustomRecord(Resource):
    """The records of all kinds at once: what a table of theirs is called where it is spoken of. Nobody's to ask."""

    name = "custom_records"
    model = CustomRecord
    label, plural = gettext_lazy("Record"), gettext_lazy("Records")
    is_door = False
    verbs = frozenset()
    fields = (Field("name"),)

    def scope(self, actor: Actor, verb: str) -> Q:
        return Q() if actor.is_system else NOTHING


@subscribe("object_kinds.restored")
def index_again(event: Event) -> None:
    """Nothing wanted the indexes of its fields, nor of those that lead to it, while a kind was in the trash."""
    names = ObjectKind.objects.filter(pk__in=event.record_ids).values("name")
    fields = CustomField.objects.kept().filter(Q(resource__in=names) | Q(target__in=names))
    align_later(fields.values_list("resource", flat=True))


def _problems(kind: ObjectKind) -> Iterator[tuple[str, str]]:
    try:
        valid_name(kind.name)
    except ValidationError as problem:
        yield "name", " ".join(problem.messages)
    if kind._state.adding and kind.name in taken():
        yield "name", _("This name is taken already.")
    for field in ("label", "plural", "title_label"):
        if len(getattr(kind, field)) > NAME:
            yield field, _("This is too long.")


def taken() -> set[str]:
    """The names that addresses of ours begin with, those of all resources included."""
    resources = {name for name, each in RESOURCES.items() if not isinstance(each, CustomObjects)}
    return resources | NOT_OURS | set(EXTRA) | set(_begun())


def _begun(within: Any = None) -> Iterator[str]:
    for pattern in (within or get_resolver()).url_patterns:
        first = str(pattern.pattern).lstrip("^").partition("/")[0]
        if first:
            yield first
        elif isinstance(pattern, URLResolver):
            yield from _begun(pattern)
        else:
            assert isinstance(pattern, URLPattern)
