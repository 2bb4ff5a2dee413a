"""From a tree to a condition on rows: by the functions that read the filters of an address, and so by their rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Q, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.forms import single
from rapport.platform.resources.grammar.names import likeliest, names_of
from rapport.platform.resources.grammar.parse import Parser
from rapport.platform.resources.grammar.periods import Days, days_of
from rapport.platform.resources.grammar.scanner import GrammarProblem
from rapport.platform.resources.grammar.tree import Both, Comparison, Either, Node, Not, Operand
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.query import LONGEST_LIST, read_filter, shows_title
from rapport.platform.resources.registry import RESOURCES, Resource


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that somebody may ask: what it says, and the rows of which it holds."""

    tree: Node
    q: Q


def parse(resource: Resource, text: str, actor: Actor) -> Condition:
    """Raises GrammarProblem. Periods are those of now, in the actor's time zone; titles are looked up now."""
    tree = Parser(resource, text, actor).parse()
    return Condition(tree, Asking(resource, actor).condition(tree))


def fields_of(resource: Resource, path: Sequence[str], actor: Actor) -> list[Field]:
    """The fields of a path that was parsed for the same actor."""
    found: list[Field] = []
    for name in path:
        found.append(names_of(resource, actor)[name])
        resource = RESOURCES.get(found[-1].target, resource)
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    resource: Resource
    actor: Actor

    def condition(self, node: Node) -> Q:
        match node:
            case Both(parts):
                return reduce(and_, map(self.condition, parts))
            case Either(parts):
                return reduce(or_, map(self.condition, parts))
            case Not(part):
                return untrue(self.condition(part))
            case Comparison():
                return self._compared(node)

    def _compared(self, node: Comparison) -> Q:
        field = fields_of(self.resource, node.path, self.actor)[-1]
        try:
            if node.operator == "empty":
                return self._filter(node, "empty", node.operands[0].text)
            if field.target:
                return self._linked(node, field)
            if node.operator != "in":
                return self._one(node, field, node.operator, node.operands[0])
            return self._any(node, field)
        except GrammarProblem:
            raise
        except ValueProblem as problem:
            raise GrammarProblem(str(problem), node.operands[0].place) from None

    def _any(self, node: Comparison, field: Field) -> Q:
        values = [operand.text for operand in node.operands]
        if "in" in field.kind.operators and "date" not in field.kind_name and not any("," in each for each in values):
            return self._filter(node, "in", ",".join(values))
        return reduce(or_, (self._one(node, field, single(field), each) for each in node.operands))

    def _one(self, node: Comparison, field: Field, operator: str, operand: Operand) -> Q:
        if "date" not in field.kind_name:
            return self._filter(node, operator, operand.text)
        zone = ZoneInfo(self.actor.time_zone)
        days = days_of(operand, timezone.now().astimezone(zone).date())
        if days is None:
            return self._filter(node, operator, operand.text)
        return self._within(node, field, operator, days)

    def _within(self, node: Comparison, field: Field, operator: str, days: Days) -> Q:
        start, end = (self._moment(field, each) for each in days)
        match operator:
            case "gt":
                return self._filter(node, "gte", end)
            case "gte":
                return self._filter(node, "gte", start)
            case "lt":
                return self._filter(node, "lt", start)
            case "lte":
                return self._filter(node, "lt", end)
        inside = self._filter(node, "gte", start) & self._filter(node, "lt", end)
        return untrue(inside) if operator == "ne" else inside

    def _moment(self, field: Field, day: date) -> str:
        if field.kind_name == "date":
            return day.isoformat()
        return datetime.combine(day, time.min, ZoneInfo(self.actor.time_zone)).isoformat()

    def _linked(self, node: Comparison, field: Field) -> Q:
        ids = self._ids(node, field)
        if len(ids) == 1:
            return self._filter(node, "ne" if node.operator == "ne" else "eq", ids[0])
        among = self._filter(node, "in", ",".join(ids))
        return untrue(among) if node.operator == "ne" else among

    def _ids(self, node: Comparison, field: Field) -> list[str]:
        """Of everything that is named. A title may be that of several."""
        found = [each.text for each in node.operands if each.kind == "value"]
        if any(each.kind == "me" for each in node.operands):
            found.append(self._me(node))
        if named := [each for each in node.operands if each.kind == "named"]:
            found += titled(field, named, self.actor)
        return list(dict.fromkeys(found))

    def _me(self, node: Comparison) -> str:
        if self.actor.user_id is None:
            raise GrammarProblem(_("Nobody is “me” here."), node.operands[0].place)
        return str(self.actor.user_id)

    def _filter(self, node: Comparison, operator: str, value: str) -> Q:
        return read_filter(self.resource, "__".join((*node.path, operator)), value, self.actor).condition


def titled(field: Field, named: Sequence[Operand], actor: Actor) -> list[str]:
    """The ids of the records with these titles, as far as the actor may see them and their titles.

    As written, else in any case. Raises GrammarProblem for a title that nothing has.
    """
    target = RESOURCES[field.target]
    if not shows_title(field, actor):
        raise GrammarProblem(_("Name this by its id."), named[0].place)
    source = target.readable(actor)[target.title].source
    rows = target.rows(actor).annotate(_lower=Lower(source))
    found = _by_title(rows.filter(**{f"{source}__in": [each.text for each in named]}), source)
    if missing := [each for each in named if each.text not in found]:
        lower = [each.text.lower() for each in missing]
        found |= _by_title(rows.filter(_lower__in=lower), "_lower")
    for each in named:
        if each.text not in found and each.text.lower() not in found:
            raise GrammarProblem(_nothing(target, source, each.text, actor), each.place)
    ids = [str(pk) for pks in found.values() for pk in pks]
    if len(ids) > LONGEST_LIST:
        raise ValueProblem(_("A list has at most %(most)s values.") % {"most": LONGEST_LIST})
    return ids


def _by_title(rows: object, path: str) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for title, pk in rows.order_by("pk").values_list(path, "pk")[: LONGEST_LIST + 1]:  # type: ignore[attr-defined]
        found.setdefault(title, []).append(pk)
    return found


def _nothing(target: Resource, source: str, title: str, actor: Actor) -> str:
    known = [] if target.page else list(target.rows(actor).order_by("pk").values_list(source, flat=True)[:LONGEST_LIST])
    return _("Nothing that you may see is called “%(name)s”.") % {"name": title[:60]} + likeliest(title, known)


def untrue(condition: Q) -> Q:
    """The rows of which the condition doesn't hold. In SQL, neither it nor its opposite holds of what is empty."""
    return Q(Case(When(condition, then=Value(False)), default=Value(True), output_field=BooleanField()))
