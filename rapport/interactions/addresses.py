"""The addresses in an interaction as a field of it."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable

from rapport.interactions.models import Participation

LOOKUPS = {"contains": "icontains", "starts": "istartswith", "eq": "iexact", "ne": "iexact"}


class Addresses:
    """Those of whoever has one of these roles in it: all of them as a text; any of them answers a filter."""

    def __init__(self, *roles: str) -> None:
        self.rows = Participation.objects.filter(role__in=roles, interaction=OuterRef("pk")).exclude(address="")

    def value(self) -> Combinable:
        listed = self.rows.order_by().values("interaction")
        return Subquery(listed.annotate(all=StringAgg("address", ", ", order_by="address")).values("all"))

    def condition(self, operator: str, value: Any) -> Q:
        if operator == "empty":
            some = Q(Exists(self.rows))
            return ~some if value else some
        found = Q(Exists(self.rows.filter(**{f"address__{LOOKUPS.get(operator, operator)}": value})))
        return ~found if operator == "ne" else found
