"""A list as a chart: the same set counted or added up by a field, or by the days, weeks, months of a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rapport.kit.text import percent
from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources import grouping
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grammar.tree import Both, Comparison, Node, Operand
from rapport.platform.resources.grouping import Tally, key_of, meant, tallies
from rapport.platform.resources.registry import Resource
from rapport.web import words
from rapport.web.lists.address import Parameters, address
from rapport.web.lists.drawing import Point, Series, across, upright
from rapport.web.lists.figures import figures, in_words, read_figure
from rapport.web.lists.groups import groupable, labels
from rapport.web.lists.narrowing import having, narrowed, without
from rapport.web.lists.shape import Asked, Context

MOST_BARS, MOST_SERIES, MOST_PERIODS = 30, 5, 120
OTHERS = "\0others"
"""The key of all that have no bar or colour of their own; no value is like it."""
USUAL = ("stage", "due_on", "created_at")
STEPS = {
    "day": relativedelta(days=1), "week": relativedelta(weeks=1), "month": relativedelta(months=1),
    "quarter": relativedelta(months=3), "year": relativedelta(years=1),
}  # fmt: skip
PER = {
    "day": gettext_lazy("By day"), "week": gettext_lazy("By week"), "month": gettext_lazy("By month"),
    "quarter": gettext_lazy("By quarter"), "year": gettext_lazy("By year"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is drawn: `by` one field, in the colours of a second, `of` what is added up in one currency."""

    by: Field
    per: str
    then: Field | None
    of: Field | None
    currency: str

    @property
    def is_of_time(self) -> bool:
        return "date" in self.by.kind_name


def fits(resource: Resource, actor: Actor) -> bool:
    return bool(groupable(resource, actor))


def show(asked: Asked) -> Context:
    """Draws the answer to one query over the rows; what is linked is named by one more for each field."""
    resource, actor = asked.resource, asked.actor
    drawn = read_question(resource, asked.given, actor)
    counted = [] if asked.bar.problem else _counted(asked, drawn)
    currencies = sorted({each.currency for each in counted if each.currency})
    currency = drawn.currency or _commonest(counted)
    told = [each for each in counted if each.currency == currency]
    series = _series(told, drawn, actor)
    points = _points(asked, drawn, told, series, currency)
    is_whole = len(counted) < grouping.MOST
    return {
        "is_empty": not counted,
        "drawn": drawn,
        "currency": currency,
        "currencies": [each for each in currencies if each != currency],
        "series": series,
        "points": points,
        "picture": (upright if drawn.is_of_time else across)(points, series, currency),
        "finding": _finding(points, drawn, currency, resource, is_whole=is_whole),
        "unit": _unit(drawn, currency, resource),
        "groupable": groupable(resource, actor),
        "figures": figures(resource, actor),
        "periods": PER,
        "is_cut": not is_whole or _leaves_out(points, told),
    }


def _leaves_out(points: list[Point], told: list[Tally]) -> bool:
    """Whether something of what was found stands at no place of its own."""
    return not {each.keys[0] for each in told if each.keys[0]} <= {point.key for point in points}


def read_question(resource: Resource, given: Parameters, actor: Actor) -> Question:
    """Raises BadQuery."""
    offered = {field.name: field for field in groupable(resource, actor)}
    usual = next((each for each in USUAL if each in offered), next(iter(offered), ""))
    by, then, per = given.get("by") or usual, given.get("then", ""), given.get("per", "month")
    problems = {}
    if by not in offered:
        problems["by"] = _("Name a field to group by.")
    if then and (then not in offered or then == by or "date" in offered[then].kind_name):
        problems["then"] = _("Name another field to group by.")
    if per not in STEPS:
        problems["per"] = _("This is one of day, week, month, quarter, year.")
    if problems:
        raise BadQuery(fields=problems)
    of, _dot, currency = given.get("of", "").partition(".")
    return Question(offered[by], per, offered.get(then), read_figure(resource, {"of": of}, actor), currency)


def _counted(asked: Asked, drawn: Question) -> list[Tally]:
    keys = [key_of(drawn.by, asked.actor, drawn.per)]
    if drawn.then:
        keys.append(key_of(drawn.then, asked.actor))
    first = "late" if drawn.is_of_time else "much" if drawn.of else "many"
    return tallies(meant(asked.query, asked.actor), asked.actor, keys, drawn.of, first=first)


def _commonest(counted: list[Tally]) -> str:
    """The currency that most rows have; what has no money has none."""
    counts: dict[str, int] = {}
    for each in counted:
        if each.currency:
            counts[each.currency] = counts.get(each.currency, 0) + each.count
    return max(counts, key=lambda each: counts[each], default="")


def _series(told: list[Tally], drawn: Question, actor: Actor) -> list[Series]:
    if drawn.then is None:
        return [Series("", "", 1)]
    totals = _totals(told, drawn, 1)
    kept = sorted(totals, key=lambda key: (-abs(totals[key]), key))[:MOST_SERIES]
    found = [(key, label) for key, label in _named(drawn.then, kept, actor)]
    if len(totals) > len(kept):
        found.append((OTHERS, _("Others")))
    return [Series(key, label, place) for place, (key, label) in enumerate(found, 1)]


def _totals(told: list[Tally], drawn: Question, place: int) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in told:
        found[each.keys[place]] = found.get(each.keys[place], Decimal(0)) + _value(each, drawn)
    return found


def _value(each: Tally, drawn: Question) -> Decimal:
    return (each.total or Decimal(0)) if drawn.of else Decimal(each.count)


def _named(field: Field, keys: list[str], actor: Actor) -> Iterator[tuple[str, Any]]:
    yield from labels(field, [key for key in keys if key], actor)
    if "" in keys:
        yield "", without(field)


def _points(asked: Asked, drawn: Question, told: list[Tally], series: list[Series], currency: str) -> list[Point]:
    totals = _totals(told, drawn, 0)
    named = list(_periods(totals, drawn) if drawn.is_of_time else _bars(totals, drawn, asked.actor))
    known = {key for key, _label, _short in named}
    colours = {each.key for each in series}
    values: dict[tuple[str, str], Decimal] = {}
    for each in told:
        key = each.keys[0] if each.keys[0] in known else OTHERS
        then = (each.keys[1] if each.keys[1] in colours else OTHERS) if drawn.then else ""
        values[key, then] = values.get((key, then), Decimal(0)) + _value(each, drawn)
    return [_point(asked, drawn, each, series, values, currency) for each in named]


def _point(
    asked: Asked, drawn: Question, named: tuple[str, Any, Any], series: list[Series],
    values: Mapping[tuple[str, str], Decimal], currency: str,
) -> Point:  # fmt: skip
    key, label, short = named
    own = tuple(values.get((key, each.key), Decimal(0)) for each in series)
    said = tuple(in_words(each, currency) for each in own)
    href = "" if key == OTHERS else _href(asked, _condition(drawn, key))
    return Point(key, label, short, own, said, in_words(sum(own, Decimal(0)), currency), href)


def _bars(totals: Mapping[str, Decimal], drawn: Question, actor: Actor) -> Iterator[tuple[str, Any, Any]]:
    """The largest ones, in the order in which somebody would look for them; the rest as one."""
    kept = sorted(totals, key=lambda key: (-abs(totals[key]), key))[:MOST_BARS]
    yield from ((key, label, label) for key, label in _named(drawn.by, kept, actor))
    if len(totals) > len(kept):
        yield OTHERS, _("Others"), _("Others")


def _periods(totals: Mapping[str, Decimal], drawn: Question) -> Iterator[tuple[str, Any, Any]]:
    """Every period from the first to the last, also those in which nothing was; of very many, the latest."""
    days = sorted(date.fromisoformat(key) for key in totals if key)
    if days:
        listed, step = [days[-1]], STEPS[drawn.per]
        while listed[-1] > days[0] and len(listed) < MOST_PERIODS:
            listed.append(listed[-1] - step)
        for day in reversed(listed):
            yield day.isoformat(), words.period(day, drawn.per), words.period(day, drawn.per, short=True)


def _condition(drawn: Question, key: str) -> Node:
    name = (drawn.by.name,)
    if not key or not drawn.is_of_time:
        return having(drawn.by, key)
    if drawn.per in ("day", "month", "year"):
        return having(drawn.by, key[: {"day": 10, "month": 7, "year": 4}[drawn.per]])
    try:
        until = date.fromisoformat(key) + STEPS[drawn.per]
    except (ValueError, OverflowError):  # the last days that there are
        return Comparison(name, "gte", (Operand("value", key),))
    first, behind = (Operand("value", each) for each in (key, until.isoformat()))
    return Both((Comparison(name, "gte", (first,)), Comparison(name, "lt", (behind,))))


def _href(asked: Asked, condition: Node) -> str:
    alone = {name: value for name, value in asked.given.items() if name not in ("as", "by", "of", "then", "per")}
    return address(asked.resource, alone, where=narrowed(asked.query, condition, asked.actor))


def _unit(drawn: Question, currency: str, resource: Resource) -> str:
    if drawn.of is None:
        return str(resource.plural)
    return f"{drawn.of.label} ({currency})" if currency else str(drawn.of.label)


def _finding(points: list[Point], drawn: Question, currency: str, resource: Resource, *, is_whole: bool) -> str:
    """What the picture shows first of all, as its title."""
    told = [point for point in points if point.key not in ("", OTHERS)] or points
    total = sum((sum(point.values) for point in points), Decimal(0))
    if not told or not total:
        return _unit(drawn, currency, resource)
    first = max(told, key=lambda point: sum(point.values))
    said = {"label": first.label, "figure": first.total, "total": in_words(total, currency)}
    if not is_whole:
        return _("%(label)s has most: %(figure)s") % said
    if drawn.is_of_time:
        return _("Most in %(label)s: %(figure)s of %(total)s") % said
    share = sum(first.values) / total
    if not 0 < share <= 1:
        return _("%(label)s has most: %(figure)s") % said
    return _("%(label)s has most: %(figure)s of %(total)s, which is %(share)s") % {
        **said,
        "share": percent(float(share)),
    }
