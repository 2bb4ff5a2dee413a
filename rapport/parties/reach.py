"""Contact points: how they are compared, and how a party's first e-mail address and phone are written."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from rapport.kit.phones import parse_phone
from rapport.kit.text import fold
from rapport.parties.models import ContactPoint, Party, Source
from rapport.platform.errors import Invalid
from rapport.platform.records.bulk import insert
from rapport.platform.resources.kinds import KINDS, ValueProblem

Pairs = list[tuple[Party, dict[str, Any]]]


def normalized(kind: str, value: str) -> str:
    """The form in which a contact point is compared: e-mail in lower case, phones as E.164 where they parse."""
    if kind == ContactPoint.Kind.PHONE:
        phone = parse_phone(value, settings.PHONE_REGION)
        return phone.e164 if phone else "".join(each for each in value if each.isdigit())
    return value.strip().lower() if kind == ContactPoint.Kind.EMAIL else fold(value)


def normalize(columns: dict[str, Any]) -> dict[str, Any]:
    """The columns that follow from a contact point's value. Raises Invalid for one that can't be."""
    kind, value = columns.get("kind"), columns.get("value")
    if value is None:
        return {}
    if kind is None:
        return {"normalized": normalized("email" if "@" in value else "phone", value)}
    try:
        KINDS[kind if kind in KINDS else "text"].read(value)
    except ValueProblem as problem:
        raise Invalid(fields={"value": str(problem)}) from None
    return {"normalized": normalized(kind, value)}


PRIMARY = (("email", "primary_email"), ("phone", "primary_phone"))


def make_contact_points(pairs: Pairs) -> None:
    """Gives parties that are about to be written their first e-mail address and phone."""
    made = []
    for kind, column in PRIMARY:
        for party, values in pairs:
            if value := values.get(kind):
                setattr(party, column, value)
                made.append(_preferred(party, kind, value))
    insert(made)


def write_contact_points(pairs: Pairs) -> None:
    """Makes `email` and `phone` of each party its preferred ones; an empty value removes the one shown."""
    for kind, column in PRIMARY:
        given = [(party, values[kind]) for party, values in pairs if kind in values]
        if given:
            _write(kind, column, given)


def _write(kind: str, column: str, given: list[tuple[Party, str | None]]) -> None:
    points = ContactPoint.objects.filter(kind=kind, deleted_at=None, party__in=[party.pk for party, _v in given])
    replaced = {(party.pk, normalized(kind, getattr(party, column))) for party, _v in given if getattr(party, column)}
    there = points.values_list("pk", "party_id", "normalized")
    points.filter(pk__in=[pk for pk, *shown in there if tuple(shown) in replaced]).delete()
    made = [_preferred(party, kind, value) for party, value in given if value]
    ContactPoint.objects.bulk_create(made, ignore_conflicts=True)


def _preferred(party: Party, kind: str, value: str) -> ContactPoint:
    return ContactPoint(
        party_id=party.pk, kind=kind, value=value, normalized=normalized(kind, value), is_preferred=True,
        source=Source.TYPED,
    )  # fmt: skip
