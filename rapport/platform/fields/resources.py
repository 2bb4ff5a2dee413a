"""Custom fields, tags and saved views as resources."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.access.actors import Actor
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Invalid
from rapport.platform.fields.models import CustomField, SavedView, Tag, valid_name
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register


@register
class CustomFields(Directory):
    name = "custom_fields"
    model = CustomField
    label, plural = gettext_lazy("Custom field"), gettext_lazy("Custom fields")
    fields = (
        Field("resource", required=True, create_only=True),
        Field("name", required=True, create_only=True),
        Field("label", required=True),
        Field("kind", required=True, create_only=True),
        Field("options"),
        Field("target", create_only=True),
        Field("required"),
        Field("unique"),
        Field("indexed"),
        Field("default"),
        Field("why"),
        Field("position"),
    )
    sort = ("resource", "position")

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        found = {name: text for name, text in _field_problems(columns) if text}
        if found:
            raise Invalid(fields=found)
        return {}


def _field_problems(columns: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("resource", _resource_problem(columns.get("resource"))),
        ("name", _name_problem(columns)),
        ("target", _target_problem(columns)),
        ("options", _options_problem(columns)),
    ]


def _resource_problem(name: str | None) -> str:
    if name is None or (name in RESOURCES and RESOURCES[name].custom_fields):
        return ""
    return _("There is no such resource that takes custom fields.")


def _name_problem(columns: dict[str, Any]) -> str:
    if "name" not in columns:
        return ""
    try:
        valid_name(columns["name"])
    except ValidationError as problem:
        return " ".join(problem.messages)
    resource = RESOURCES.get(columns.get("resource", ""))
    taken = resource is not None and (
        columns["name"] in resource.built_in or columns["name"] in ("id", "version")
    )
    return _("There is a built-in field of this name.") if taken else ""


def _target_problem(columns: dict[str, Any]) -> str:
    if columns.get("kind") == "link" and columns.get("target") not in RESOURCES:
        return _("Say to which resource this link leads.")
    return ""


def _options_problem(columns: dict[str, Any]) -> str:
    if columns.get("kind") not in ("choice", "choices") and "options" not in columns:
        return ""
    options = columns.get("options", [])
    fits = isinstance(options, list) and all(
        isinstance(each, dict)
        and isinstance(each.get("value"), str)
        and re.fullmatch(r"\S(.{0,98}\S)?", each["value"])
        for each in options
    )
    if not fits:
        return _("Options are a list of {value, label}.")
    needs = columns.get("kind") in ("choice", "choices") and not options
    return _("Name the choices.") if needs else ""


@register
class Tags(Resource):
    name = "tags"
    model = Tag
    label, plural = gettext_lazy("Tag"), gettext_lazy("Tags")
    fields = (Field("name", required=True), Field("colour"))
    sort = ("name",)


@register
class SavedViews(Resource):
    """One's own views, and those that others have shared."""

    name = "saved_views"
    model = SavedView
    label, plural = gettext_lazy("Saved view"), gettext_lazy("Saved views")
    fields = (
        Field("name", required=True),
        Field("resource", required=True, create_only=True),
        Field("query"),
        Field("team"),
        Field("for_everyone"),
        Field("pinned"),
        Field("owner", read_only=True),
    )
    sort = ("name",)

    def scope(self, actor: Actor, verb: str) -> Q:
        if actor.is_system:
            return Q()
        if actor.user_id is None:
            return NOTHING
        mine = Q(owner_id=actor.user_id)
        return mine | Q(for_everyone=True) | Q(team_id__in=actor.principals) if verb == "view" else mine

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs

    def readable(self, actor: Actor) -> dict[str, Field]:
        return self.all_fields(actor)

    def editable(self, actor: Actor) -> dict[str, Field]:
        return {name: field for name, field in self.all_fields(actor).items() if not field.read_only}

    def own(self, record: SavedView, actor: Actor) -> None:
        record.owner_id = actor.user_id  # type: ignore[assignment]
