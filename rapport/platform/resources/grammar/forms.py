"""Which comparisons each kind of field knows, and what they are in the API's operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapport.platform.resources.fields import Field

ALIAS: Mapping[str, Mapping[str, str]] = {"tags": {"contains": "eq"}, "choices": {"eq": "contains"}}
"""Kinds of which two comparisons mean the same."""
ONES = ("eq", "contains", "starts", "gt", "gte", "lt", "lte")


@dataclass(frozen=True, slots=True)
class Form:
    """A key of `words.OPERATORS`, as an operator; where the API has none, as the opposite of one."""

    operator: str
    is_negated: bool = False


def forms_of(field: Field) -> dict[str, Form]:
    """By their keys."""
    known, alias = field.kind.operators, ALIAS.get(field.kind_name, {})
    found = {key: Form(alias.get(key, key)) for key in ONES if alias.get(key, key) in known}
    if "eq" in found:
        found["ne"] = Form("ne") if "ne" in known else Form(found["eq"].operator, is_negated=True)
        found |= {"in": Form("in"), "not_in": Form("in", is_negated=True)}
    for key in ("contains", "starts"):
        if key in found:
            found[f"not_{key}"] = Form(found[key].operator, is_negated=True)
    if "empty" in known:
        found |= {"empty": Form("empty"), "filled": Form("empty")}
    return found


def single(field: Field) -> str:
    """The operator that asks for one value: `in` is it for any of several."""
    return forms_of(field)["eq"].operator
