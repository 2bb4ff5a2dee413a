"""Custom fields, tags and saved views as resources."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rapport.kit.text import identifier
from rapport.platform.access.actors import Actor
from rapport.platform.access.resources import Directory
from rapport.platform.errors import Invalid
from rapport.platform.fields.definitions import definition_problems, resource_problem
from rapport.platform.fields.models import CustomField, PageLayout, SavedView, Tag, ValidationRule
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import NAME
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register
from rapport.platform.resources.rules import condition_problem

MOST_FIELDS = 1_000


@register
class CustomFields(Directory):
    name = "custom_fields"
    model = CustomField
    label, plural = gettext_lazy("Custom field"), gettext_lazy("Custom fields")
    fields = (
        Field("resource", gettext_lazy("Of"), required=True, create_only=True),
        Field("label", required=True),
        Field(
            "name",
            gettext_lazy("Name in addresses"),
            create_only=True,
            help=gettext_lazy("In small letters; it stays as it is. Left empty, it follows from the label."),
        ),
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

    def check(self, record: CustomField) -> None:
        if not record.name:
            record.name = identifier(record.label)
        found = {name: text for name, text in definition_problems(record) if text}
        if found:
            raise Invalid(fields=found)


@register
class ValidationRules(Directory):
    name = "validation_rules"
    model = ValidationRule
    label, plural = gettext_lazy("Rule"), gettext_lazy("Rules")
    fields = (
        Field("resource", gettext_lazy("Of"), required=True, create_only=True),
        Field("condition", gettext_lazy("Refused when"), required=True),
        Field("message", gettext_lazy("Message"), required=True),
        Field("is_active", gettext_lazy("Active")),
    )
    sort = ("resource",)
    title = "message"

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"language": get_language() or "en"} if "condition" in columns else {}

    def check(self, record: ValidationRule) -> None:
        found = {"resource": resource_problem(record.resource)}
        if not found["resource"]:
            found["condition"] = condition_problem(RESOURCES[record.resource], record.condition)
        if problems := {name: text for name, text in found.items() if text}:
            raise Invalid(fields=problems)


@register
class PageLayouts(Directory):
    name = "page_layouts"
    model = PageLayout
    label, plural = gettext_lazy("Page layout"), gettext_lazy("Page layouts")
    fields = (
        Field("resource", gettext_lazy("Of"), required=True, create_only=True),
        Field("sections", gettext_lazy("Sections")),
        Field("more", gettext_lazy("Under “more”")),
    )
    sort = ("resource",)
    title = "resource"

    def check(self, record: PageLayout) -> None:
        found = {}
        if record.resource not in RESOURCES or not RESOURCES[record.resource].page:
            found["resource"] = _("There is no such resource with pages.")
        if not isinstance(record.sections, list) or not all(map(_is_section, record.sections)):
            found["sections"] = _("Sections are a list of {title, fields}.")
        if not _are_names(record.more):
            found["more"] = _("This is a list of names of fields.")
        if found:
            raise Invalid(fields=found)


def _is_section(value: Any) -> bool:
    is_whole = isinstance(value, dict) and value.keys() == {"title", "fields"}
    return is_whole and isinstance(value["title"], str) and len(value["title"]) <= NAME and _are_names(value["fields"])


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_FIELDS and all(isinstance(each, str) for each in value)


@register
class Tags(Resource):
    name = "tags"
    model = Tag
    label, plural = gettext_lazy("Tag"), gettext_lazy("Tags")
    fields = (Field("name", required=True), Field("colour"))
    sort = ("name",)

    def check(self, record: Tag) -> None:
        if "," in record.name or len(record.name) > NAME:
            raise Invalid(fields={"name": _("A name is short, and has no comma.")})


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
        Field("owner", read_only=True),
    )
    sort = ("name",)

    def scope(self, actor: Actor, verb: str) -> Q:
        if actor.is_system:
            return Q()
        if actor.user_id is None:
            return NOTHING
        mine = Q(owner_id=actor.reader_id)
        return mine | Q(for_everyone=True) | Q(team_id__in=actor.principals) if verb == "view" else mine

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs

    def readable(self, actor: Actor) -> dict[str, Field]:
        return {n: f for n, f in self.all_fields(actor).items() if not actor.grants.hides(self.name, n)}

    def editable(self, actor: Actor) -> dict[str, Field]:
        return {name: field for name, field in self.readable(actor).items() if not field.read_only}

    def check(self, record: SavedView) -> None:
        if not record.name.strip() or len(record.name) > NAME:
            raise Invalid(fields={"name": _("A name is short, and not empty.")})
        if record.resource not in RESOURCES:
            raise Invalid(fields={"resource": _("There is no such resource.")})
        if not isinstance(record.query, dict):
            raise Invalid(fields={"query": _("This is an object of a list's parameters.")})

    def own(self, record: SavedView, actor: Actor) -> None:
        record.owner_id = actor.user_id  # type: ignore[assignment]
