"""Figures by group: `GET …/summary?group=stage&sum=amount`, with the filters of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.api.body import Answer, parameters_of
from rapport.platform.errors import BadQuery
from rapport.platform.resources.expressions import comparable
from rapport.platform.resources.fields import Field
from rapport.platform.resources.query import RESERVED, read_query
from rapport.platform.resources.registry import Resource
from rapport.platform.resources.statements import Parameters, Statement, kept

GROUPS = 1_000
OF_A_LIST = RESERVED - {"q", "trash", "where"}


def can_group(field: Field) -> bool:
    return field.mask is None and field.kind_name != "money" and (field.kind.sortable or bool(field.target))


def can_sum(field: Field) -> bool:
    return field.mask is None and (field.kind.numeric or field.kind_name == "money")


def summarize(resource: Resource, request: HttpRequest, actor: Actor) -> Answer:
    return 200, {"results": _summary(resource, actor, Parameters.of(parameters_of(request))).groups()}, {}


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures that are ready to be asked for, as often as one likes."""

    group: Field
    total: Field | None
    rows: Any
    counted: Statement | None

    @classmethod
    def of(cls, resource: Resource, given: Mapping[str, str], actor: Actor) -> Summary:
        """Raises BadQuery."""
        parameters, readable = dict(given), resource.readable(actor)
        group = readable.get(parameters.pop("group", ""))
        summed = parameters.pop("sum", "")
        total = readable.get(summed)
        if group is None or not can_group(group):
            raise BadQuery(fields={"group": _("Name a field to group by.")})
        if summed and (total is None or not can_sum(total)):
            raise BadQuery(fields={"sum": _("Name a field that holds numbers.")})
        if unknown := parameters.keys() & OF_A_LIST:
            raise BadQuery(fields={min(unknown): _("There is no such parameter here.")})
        rows = read_query(resource, parameters, actor).matching(actor).order_by()
        by: Any = rows.annotate(_group=comparable(group) if group.custom else F(group.source)).values("_group")
        counted = by.annotate(_count=Count("*")).order_by("-_count", "_group")[:GROUPS]
        return cls(group, total, by, Statement.of(counted.values_list("_group", "_count")))

    def groups(self) -> list[dict[str, Any]]:
        """The largest first."""
        rows = self.counted.run() if self.counted else []
        results = [{self.group.name: group, "count": count} for group, count in rows]
        if self.total:
            sums = _sums(self.rows, self.total)
            nothing: Any = {} if self.total.kind_name == "money" else None
            for row in results:
                row[f"sum_{self.total.name}"] = sums.get(row[self.group.name], nothing)
        return results


@kept(200)
def _summary(resource: Resource, actor: Actor, parameters: Parameters) -> Summary:
    return Summary.of(resource, dict(parameters), actor)


def _sums(by: Any, total: Field) -> dict[Any, Any]:
    """The sum per group; money is never added across currencies, so that it is a sum per currency."""
    if total.kind_name != "money":
        return dict(by.annotate(_sum=Sum(comparable(total))).values_list("_group", "_sum"))
    currency = KeyTextTransform("currency", KeyTransform(total.name, "custom"))
    found: dict[Any, dict[str, Any]] = {}
    rows = by.annotate(_currency=currency).filter(_currency__isnull=False).values("_group", "_currency")
    for row in rows.annotate(_sum=Sum(comparable(total))):
        found.setdefault(row["_group"], {})[row["_currency"]] = row["_sum"]
    return found
