"""A list as a month: its records on the days of one of their fields, in the calendar's own grid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.fields import Field
from rapport.platform.resources.kinds import ValueProblem
from rapport.platform.resources.output import page
from rapport.platform.resources.query import Query, read_query
from rapport.platform.resources.registry import Resource
from rapport.web.calendar import shapes
from rapport.web.lists.address import Parameters, address, question
from rapport.web.lists.shape import Asked, Context
from rapport.web.values import Row, called

MOST = 500
"""Records of one month that are shown; the page says where there are more."""
FIRST = ("due_on", "due_at", "since", "at", "created_at")
"""By what, where nobody has said: the first of these that there is."""


@dataclass(frozen=True, slots=True)
class Entry:
    day: date
    begins: datetime | None
    id: Any
    title: str


def dated(resource: Resource, actor: Actor) -> list[Field]:
    """The fields that hold a day, or a moment."""
    readable = resource.readable(actor).values()
    return [each for each in readable if each.kind_name in ("date", "datetime") and "lt" in each.kind.operators]


def fits(resource: Resource, actor: Actor) -> bool:
    return bool(dated(resource, actor))


def read_by(resource: Resource, given: Parameters, actor: Actor) -> Field:
    """Raises BadQuery for a field that holds no day."""
    offered = {field.name: field for field in dated(resource, actor)}
    name = given.get("by") or next((each for each in FIRST if each in offered), next(iter(offered), ""))
    if name not in offered:
        raise BadQuery(fields={"by": _("Name a field that holds a day.")})
    return offered[name]


def show(asked: Asked) -> Context:
    """Whatever else the list asks, of the weeks of one month. One query over the rows."""
    resource, actor, given = asked.resource, asked.actor, asked.given
    field, today = read_by(resource, given, actor), timezone.localdate()
    on = shapes.day_of(given.get("on", ""), today)
    first, end = shapes.span("month", on)
    rows = (
        []
        if asked.bar.problem
        else page(_of_days(asked, field, first, end), actor, names=_read(resource, field)).records
    )
    entries = list(_entries(resource, field, rows[:MOST], ZoneInfo(actor.time_zone)))
    return {
        "cells": shapes.cells(first, end, entries, today, on.month),
        "weekdays": shapes.weekdays(first),
        "month_title": shapes.title("month", on),
        "by": field,
        "dated": dated(resource, actor),
        "is_whole": len(rows) < MOST,
        "month_of": lambda by: address(resource, given, on=shapes.step("month", on, by).isoformat() if by else None),
        "day_address": lambda day: _list_of(asked, field, day),
        "is_empty": False,
    }  # fmt: skip


def _read(resource: Resource, field: Field) -> tuple[str, ...]:
    return tuple(dict.fromkeys((resource.title, field.name)))


def _of_days(asked: Asked, field: Field, first: date, end: date) -> Query:
    given = {name: value for name, value in question(asked.given).items() if name not in ("order", "cursor", "limit")}
    narrowed = _narrowed(given, field, first, end, asked.actor) | {"order": field.name}
    return replace(read_query(asked.resource, narrowed, asked.actor), limit=MOST)


def _narrowed(given: Parameters, field: Field, first: date, end: date, actor: Actor) -> dict[str, str]:
    """The same question of these days alone: where it has a bound of its own already, the closer one holds."""
    found = dict(given)
    for name, bound in _between(field, first, end, actor).items():
        closer = max if name.endswith("__gte") else min
        with suppress(ValueProblem):  # what can't be read stays, to be refused as everywhere
            found[name] = closer(given.get(name, bound), bound, key=field.kind.read)
    return found


def _between(field: Field, first: date, end: date, actor: Actor) -> dict[str, str]:
    """As parameters: a moment lies between the midnights of where the reader is."""
    if field.kind_name == "date":
        return {f"{field.name}__gte": first.isoformat(), f"{field.name}__lt": end.isoformat()}
    zone = ZoneInfo(actor.time_zone)
    begins, ends = (datetime.combine(day, time.min, zone).isoformat() for day in (first, end))
    return {f"{field.name}__gte": begins, f"{field.name}__lt": ends}


def _list_of(asked: Asked, field: Field, day: date) -> str:
    """The list of one day as a table."""
    given = question(asked.given)
    return address(asked.resource, _narrowed(given, field, day, day + timedelta(days=1), asked.actor))


def _entries(resource: Resource, field: Field, rows: Iterable[Row], zone: ZoneInfo) -> Iterator[Entry]:
    for row in rows:
        value = row[field.name]
        if field.kind_name == "datetime":
            begins = value.astimezone(zone)
            yield Entry(begins.date(), begins, row["id"], called(row, resource))
        else:
            yield Entry(value, None, row["id"], called(row, resource))
