"""A list in groups: how many are in each, what they add up to, and where their rows are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Substr, TruncMonth
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.expressions import comparable
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar import write
from rapport.platform.resources.grammar.tree import Both, Comparison, Operand
from rapport.platform.resources.query import Query, shows_title
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.web import words
from rapport.web.forms import options_of
from rapport.web.lists.address import Parameters, address

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
    figures = [each for each in shown if each.mask is None and (each.kind.numeric or each.kind_name == "money")]
    rows: Any = query.matching(actor).order_by().annotate(_group=_key(field, actor)).values("_group")
    counted = rows.annotate(_count=Count("*")).order_by("-_count", "_group").values_list("_group", "_count")[: MOST + 1]
    found: dict[str, int] = {}
    for value, count in counted:
        found[_text(value)] = found.get(_text(value), 0) + count
    sums = {each.name: _sums(rows, each) for each in figures}
    named = labels(field, [key for key in list(found)[:MOST] if key], actor)
    listed = [
        Group(
            key, label, words.number(found[key]),
            {name: told[key] for name, told in sums.items() if key in told}, _href(query, field, key, actor, given),
        )
        for key, label in (*named, *_nothing(field, found))
    ]  # fmt: skip
    return Groups(field, listed, len(found) <= MOST)


def _key(field: Field, actor: Actor) -> Any:
    if field.kind_name == "datetime":
        return TruncMonth(F(field.source), tzinfo=ZoneInfo(actor.time_zone))
    if field.kind_name == "date":
        return Substr(comparable(field), 1, 7) if field.custom else TruncMonth(F(field.source))
    return comparable(field) if field.custom else F(field.source)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "month"):
        return f"{value.year:04d}-{value.month:02d}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sums(rows: Any, field: Field) -> dict[str, str]:
    """In words, by group. Money is never added across currencies."""
    if field.kind_name != "money":
        added = rows.annotate(_sum=Sum(comparable(field))).values_list("_group", "_sum")
        return {_text(group): words.number(total) for group, total in added if total is not None}
    currency = KeyTextTransform("currency", KeyTransform(field.name, "custom"))
    by_currency = rows.annotate(_currency=currency).filter(_currency__isnull=False).values("_group", "_currency")
    found: dict[str, list[str]] = {}
    for group, code, total in (
        by_currency.annotate(_sum=Sum(comparable(field)))
        .order_by("_currency")
        .values_list("_group", "_currency", "_sum")
    ):
        found.setdefault(_text(group), []).append(words.money({"amount": total, "currency": code}))
    return {group: ", ".join(listed) for group, listed in found.items()}


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


def _nothing(field: Field, found: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    if "" in found:
        yield "", _("Without %(field)s") % {"field": words.within(field.label)}


def _href(query: Query, field: Field, key: str, actor: Actor, given: Parameters) -> str:
    """The list's address, narrowed in words to one group."""
    operator, text = ("eq", key) if key else ("empty", "true")
    narrowing = Comparison((field.name,), operator, (Operand("value", text),))
    tree = Both((query.where.tree, narrowing)) if query.where else narrowing
    where = write(query.resource, tree, actor, canonical=True)
    return address(query.resource, given, group=None, where=where)
