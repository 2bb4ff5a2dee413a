"""What the rows of a list add up to: which fields are figures, and their sums in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery
from rapport.platform.resources.fields import Field
from rapport.platform.resources.grouping import Tally
from rapport.platform.resources.registry import Resource
from rapport.web import words
from rapport.web.lists.address import Parameters


def figures(resource: Resource, actor: Actor) -> list[Field]:
    """The fields that can be added up; nothing that is masked on some rows."""
    return [
        field
        for field in resource.readable(actor).values()
        if field.mask is None and (field.kind.numeric or (field.kind_name == "money" and field.custom))
    ]


def read_figure(resource: Resource, given: Parameters, actor: Actor) -> Field | None:
    """The field that is added up; None where rows are counted. Raises BadQuery."""
    name = given.get("of", "")
    found = next((field for field in figures(resource, actor) if field.name == name), None)
    if name and found is None:
        raise BadQuery(fields={"of": _("Name a field with numbers or money.")})
    return found


def sums_of(counted: Iterable[Tally]) -> dict[str, str]:
    """The sums in words, by the first key."""
    found: dict[str, list[str]] = {}
    for each in sorted(counted, key=lambda tally: tally.currency):
        if each.total is not None:
            found.setdefault(each.keys[0], []).append(in_words(each.total, each.currency))
    return {key: ", ".join(listed) for key, listed in found.items()}


def in_words(total: Decimal, currency: str) -> str:
    return words.money({"amount": total, "currency": currency}) if currency else words.number(total)
