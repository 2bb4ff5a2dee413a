"""Contact points: how they are compared, and how a party's first e-mail address and phone are written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from rapport.kit.phones import e164
from rapport.kit.text import fold
from rapport.parties.models import ContactPoint, Party
from rapport.parties.rows import POINT, child
from rapport.platform.errors import Invalid
from rapport.platform.records.bulk import New, write
from rapport.platform.resources.kinds import KINDS, ValueProblem

Pairs = list[tuple[Party, dict[str, Any]]]


def normalized(kind: str, value: str) -> str:
    """The form in which a contact point is compared: e-mail in lower case, phones as E.164 where they parse."""
    if kind == ContactPoint.Kind.PHONE:
        return e164(value, settings.PHONE_REGION) or "".join(each for each in value if each.isdigit())
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


def make_contact_points(pairs: Pairs) -> New:
    """The first e-mail address and phone of parties that are about to be written."""
    now, rows = timezone.now(), []
    for kind, column in PRIMARY:
        for party, values in pairs:
            if value := values.get(kind):
                setattr(party, column, value)
                rows.append(_preferred(party, kind, value, now))
    return ContactPoint, POINT, rows


def write_contact_points(pairs: Pairs) -> None:
    """Makes `email` and `phone` of each party its preferred ones; an empty value removes the one shown."""
    for kind, column in PRIMARY:
        given = [(party, values[kind]) for party, values in pairs if kind in values]
        if given:
            _write(kind, column, given)


def _write(kind: str, column: str, given: list[tuple[Party, str | None]]) -> None:
    points = ContactPoint.objects.filter(kind=kind, deleted_at=None, party__in=[party.pk for party, _v in given])
    there = {(party, value): pk for pk, party, value in points.values_list("pk", "party_id", "normalized")}
    shown = {(party.pk, normalized(kind, getattr(party, column))) for party, _v in given if getattr(party, column)}
    gone = {pk for which, pk in there.items() if which in shown}
    points.filter(pk__in=gone).delete()
    now, made, known = timezone.now(), [], []
    for party, value in given:
        pk = there.get((party.pk, normalized(kind, value))) if value else None
        if pk and pk not in gone:
            known.append(pk)
        elif value:
            made.append(_preferred(party, kind, value, now))
    points.filter(pk__in=known).update(is_preferred=True)
    write((ContactPoint, POINT, made))


def _preferred(party: Party, kind: str, value: str, now: datetime) -> tuple[Any, ...]:
    return *child(now), party.pk, kind, value, normalized(kind, value), "", ContactPoint.State.UNVERIFIED, True
