"""A list's filters in words, and the form that adds one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import Filter, Query, shows_title
from rapport.platform.resources.registry import RESOURCES
from rapport.web.lists.address import Parameters, address
from rapport.web.values import shown

WORDS: Mapping[str, Any] = {
    "eq": gettext_lazy("is"),
    "ne": gettext_lazy("is not"),
    "in": gettext_lazy("is one of"),
    "contains": gettext_lazy("contains"),
    "starts": gettext_lazy("begins with"),
    "gt": gettext_lazy("is more than"),
    "gte": gettext_lazy("is at least"),
    "lt": gettext_lazy("is less than"),
    "lte": gettext_lazy("is at most"),
    "empty": gettext_lazy("is empty"),
}
OF_TIMES: Mapping[str, Any] = {
    "gt": gettext_lazy("is after"),
    "gte": gettext_lazy("is from"),
    "lt": gettext_lazy("is before"),
    "lte": gettext_lazy("is until"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in words, and the address of the list without it."""

    label: Any
    operator: Any
    value: Any
    without: str


def words_of(field: Field, operator: str) -> Any:
    return OF_TIMES.get(operator, WORDS[operator]) if "date" in field.kind_name else WORDS[operator]


def operators(field: Field) -> list[tuple[str, Any]]:
    """What a form offers for a field; lists of values are for addresses."""
    return [(each, words_of(field, each)) for each in field.kind.operators if each != "in"]


def chips(query: Query, actor: Actor, given: Parameters) -> list[Chip]:
    return [_chip(query, each, actor, given) for each in query.filters]


def _chip(query: Query, found: Filter, actor: Actor, given: Parameters) -> Chip:
    path = found.path.removesuffix(f"__{found.operator}")
    first, _sep, rest = path.partition("__")
    field = query.resource.readable(actor).get(first)
    without = address(query.resource, {n: v for n, v in given.items() if n != found.path and n != path})
    if field is None:
        return Chip(_("One of these records"), "", "", without)
    label = f"{field.label} · {rest.replace('__', ' · ').replace('_', ' ')}" if rest else field.label
    if found.operator == "empty":
        return Chip(label, _("is empty") if found.value else _("is filled in"), "", without)
    value = found.value if rest else _value_words(field, found.value, actor)
    return Chip(label, words_of(field, found.operator), value, without)


def _value_words(field: Field, value: Any, actor: Actor) -> Any:
    values = value if isinstance(value, list) else [value]
    if field.target:
        rows = RESOURCES[field.target].rows(actor).filter(pk__in=values) if shows_title(field, actor) else ()
        return ", ".join(str(row) for row in rows) or _("somebody you may not see")
    return ", ".join(str(shown(field, {field.name: each}).striptags()) or str(each) for each in values)
