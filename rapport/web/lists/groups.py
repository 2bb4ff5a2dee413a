"""A list in groups: how many are in each, what they add up to, and where their rows are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grouping import key_of, tallies
from rapport.platform.resources.query import Query, shows_title
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web import words
from rapport.web.forms import options_of
from rapport.web.lists.address import Parameters, address
from rapport.web.lists.figures import figures, sums_of
from rapport.web.lists.narrowing import having, narrowed, without

MOST = 200
"""Groups that a list shows, the largest ones."""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    """The value as the API takes it; empty for what has none."""
    label: Any
    count: str
    sums: Mapping[str, str]
    """By the names of fields, in words."""
    href: str
    """The list of this group alone."""


@dataclass(frozen=True, slots=True)
class Groups:
    field: Field
    listed: list[Group]
    are_all: bool


def groupable(resource: Resource, actor: Actor) -> list[Field]:
    """Choices, links, yes or no, and times by their month; nothing that is masked on some rows."""
    return [field for field in resource.readable(actor).values() if field.mask is None and _is_groupable(field, actor)]


def _is_groupable(field: Field, actor: Actor) -> bool:
    if field.kind_name == "datetime":
        return not field.custom
    if field.kind_name == "link":
        return not field.computed and shows_title(field, actor)
    return field.kind_name in ("choice", "boolean", "date")


def read_group(resource: Resource, name: str, actor: Actor) -> Field | None:
    """The field to group by. Raises BadQuery for what can't be one."""
    if not name:
        return None
    for field in groupable(resource, actor):
        if field.name == name:
            return field
    raise BadQuery(fields={"group": _("Name a field to group by.")})


def groups(query: Query, field: Field, shown: Iterable[Field], actor: Actor, given: Parameters) -> Groups:
    """The groups of all that answers the question, with the sums of the figures among the fields that are shown."""
    keys = [key_of(field, actor)]
    found: dict[str, int] = {}
    for each in tallies(query, actor, keys):
        found[_key(field, each.keys[0])] = each.count
    added = {each.name for each in figures(query.resource, actor)}
    sums = {
        each.name: {_key(field, key): told for key, told in sums_of(tallies(query, actor, keys, each)).items()}
        for each in shown
        if each.name in added
    }
    named = labels(field, [key for key in list(found)[:MOST] if key], actor)
    listed = [
        Group(
            key, label, words.number(found[key]), {name: told[key] for name, told in sums.items() if key in told},
            address(query.resource, given, group=None, where=narrowed(query, having(field, key), actor)),
        )
        for key, label in (*named, *([("", without(field))] if "" in found else []))
    ]  # fmt: skip
    return Groups(field, listed, len(found) <= MOST)


def _key(field: Field, key: str) -> str:
    """A month goes by its name, not by its first day."""
    return key[:7] if "date" in field.kind_name else key


def labels(field: Field, keys: list[str], actor: Actor) -> Iterator[tuple[str, Any]]:
    """The groups in the order in which somebody would look for them."""
    if "date" in field.kind_name:
        yield from ((key, words.month(key)) for key in sorted(keys, reverse=True))
        return
    if field.kind_name == "boolean":
        known: list[tuple[Any, Any]] = [("true", _("Yes")), ("false", _("No"))]
    else:
        known = options_of(field, actor) or _titles(field, keys, actor)
    yield from ((str(key), label) for key, label in known if str(key) in keys)
    missing = set(keys) - {str(key) for key, _label in known}
    yield from ((key, _("somebody you may not see") if field.target else key) for key in sorted(missing))


def _titles(field: Field, keys: list[str], actor: Actor) -> list[tuple[Any, Any]]:
    target = RESOURCES[field.target]
    title = target.readable(actor)[target.title]
    rows = target.rows(actor).filter(pk__in=keys).order_by(title.order_path)
    return list(rows.values_list("pk", title.source))
