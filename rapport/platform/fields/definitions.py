"""What makes a custom field's definition whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform.fields.models import CustomField, valid_name
from rapport.platform.resources.kinds import KINDS, ValueProblem
from rapport.platform.resources.query import RESERVED
from rapport.platform.resources.reading import read_value
from rapport.platform.resources.registry import RESOURCES

TAKEN = RESERVED | {
    "id",
    "version",
    "custom",
    "group",
    "sum",
    "status",
    "as",
    "by",
    "of",
    "then",
    "per",
    "hide",
    "widths",
    "on",
}
"""Names that mean something else in an address or an answer of the API."""
CHOICES = ("choice", "choices")


def definition_problems(field: CustomField) -> Iterator[tuple[str, str]]:
    """What is wrong with a definition, by its field; an empty text where nothing is."""
    yield "resource", resource_problem(field.resource)
    yield "name", _name_problem(field)
    yield "target", _target_problem(field)
    options = _options_problem(field)
    yield "options", options
    comparable = "in" in KINDS[field.kind].operators
    yield "unique", "" if comparable or not field.unique else _("A field of this kind can't be unique.")
    yield "indexed", "" if comparable or not field.indexed else _("A field of this kind can't be indexed.")
    yield "default", "" if options else _default_problem(field)


def resource_problem(name: str) -> str:
    """Why nothing can be defined for a resource; empty where it can."""
    if name in RESOURCES and RESOURCES[name].custom_fields:
        return ""
    return _("There is no such resource that takes custom fields.")


def _name_problem(field: CustomField) -> str:
    try:
        valid_name(field.name)
    except ValidationError as problem:
        return " ".join(problem.messages)
    resource = RESOURCES.get(field.resource)
    if field.name in TAKEN or (resource and field.name in resource.built_in):
        return _("This name is taken already.")
    return ""


def _target_problem(field: CustomField) -> str:
    if field.kind == "link" and field.target not in RESOURCES:
        return _("Say to which resource this link leads.")
    return _("Only a link leads to another resource.") if field.target and field.kind != "link" else ""


def _options_problem(field: CustomField) -> str:
    if not isinstance(field.options, list) or not all(map(_is_option, field.options)):
        return _("Options are a list of {value, label}.")
    if field.kind not in CHOICES:
        return _("A field of this kind has no choices.") if field.options else ""
    return "" if field.options else _("Name the choices.")


def _is_option(option: Any) -> bool:
    return (
        isinstance(option, dict)
        and option.keys() <= {"value", "label"}
        and isinstance(option.get("value"), str)
        and isinstance(option.get("label", ""), str)
        and re.fullmatch(r"\S(.{0,98}\S)?", option["value"]) is not None
    )


def _default_problem(field: CustomField) -> str:
    if field.default is None:
        return ""
    if field.unique or field.kind == "link":
        return _("A field of this kind has no default.")
    try:
        read_value(field.as_field(), field.default)
    except ValueProblem as problem:
        return str(problem)
    return ""
