"""Which rows refer to a party, how they change hands in a merge, and how they go back.

Every foreign key to a party follows by itself, whichever department it is in, and so does every custom field that links
to one. What is derived from such rows is registered in DERIVED and brought up to date by the functions in AFTER_MOVE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.lookups import IsNull

from rapport.parties.models import Address, Affiliation, ContactPoint, Merge, Party, PartyLink, Relationship
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Share
from rapport.platform.fields.models import CustomField, Tagging
from rapport.platform.files.models import File
from rapport.platform.objects.models import CustomRecord
from rapport.platform.records.models import Record
from rapport.platform.resources.registry import RESOURCES

Pair = tuple[type[models.Model], str]
"""A table and its column that holds a party's id."""

DERIVED: set[Pair] = {(Party, "organization")}
"""Columns that follow from others, and so are never moved."""
FILING = "rapport.filing"
"""The lock of whoever gives rows to parties many at a time, and so must not run beside a merge: it would wait for a
party while the merge waits for what follows from them, or give rows to a party that has been absorbed meanwhile."""
MERGING = "rapport.merging"
"""The lock that merges hold, after that of filing, and that whoever gives a row to a party by hand shares: neither
is a row given to somebody who is being absorbed, nor does anybody wait for filing."""
BEFORE_MOVE: list[Callable[[set[UUID]], None]] = []
"""Called with the parties whose rows are about to change hands: locks what the functions in AFTER_MOVE will change."""
AFTER_MOVE: list[Callable[[set[UUID]], None]] = []
"""Called with the parties whose rows have changed hands, in the transaction of the merge."""
NOT_MOVED: set[Pair] = {(Merge, "survivor"), (Merge, "absorbed")}
SAME: dict[Pair, tuple[str, ...]] = {
    (ContactPoint, "party"): ("kind", "normalized"),
    (Relationship, "party"): ("kind_id", "stage_id", "owner_id", "since", "until"),
    (Affiliation, "person"): ("organization_id", "role", "until"),
    (Affiliation, "organization"): ("person_id", "role", "until"),
    (Address, "party"): ("street", "postal_code", "city", "country"),
    (PartyLink, "from_party"): ("to_party_id", "kind"),
    (PartyLink, "to_party"): ("from_party_id", "kind"),
}
"""By which columns a row says nothing that the survivor's don't say: it stays with the absorbed party."""
TAGGED: tuple[tuple[type[models.Model], str], ...] = ((Tagging, "tag_id"), (Share, "principal_id"), (File, "id"))
"""Tables that name any record by `record_id`, and what must not be twice on one."""


@dataclass(slots=True)
class Journal:
    """What a merge did to rows, so that it can be told and undone."""

    moved: dict[str, list[Any]] = field(default_factory=dict)
    """`table.column` → ids of the rows whose column held the absorbed party."""
    changed: dict[str, list[list[Any]]] = field(default_factory=dict)
    """`table.column` → [id, before, after]."""

    def as_json(self) -> dict[str, Any]:
        return {"moved": self.moved, "changed": self.changed}

    def set(self, row: models.Model, column: str, value: Any) -> None:
        """Changes one value of one row, and notes what it was."""
        before = getattr(row, column)
        if before == value:
            return
        type(row)._default_manager.filter(pk=row.pk).update(**{column: value})
        setattr(row, column, value)
        self.changed.setdefault(_name(type(row), column), []).append([_plain(row.pk), _plain(before), _plain(value)])


def references() -> list[Pair]:
    """Every stored column that holds a party, but for derived ones."""
    found = [
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.related_model in (Party, *Party.__subclasses__()) and not model._meta.proxy
    ]
    return sorted(set(found) - DERIVED - NOT_MOVED, key=lambda pair: (pair[0]._meta.db_table, pair[1]))


def move(absorbed: UUID, survivor: UUID, resource: str, journal: Journal) -> None:
    """Gives the survivor all rows of the absorbed party that say something new."""
    for model, column in references():
        rows = model._default_manager.filter(**{column: absorbed})
        ids = list(_telling(rows, model, column, survivor).values_list("pk", flat=True))
        _hand_over(model, column, ids, survivor, journal)
    links = CustomField.objects.filter(kind="link", target__in=(resource, "parties"))
    for rows, path in _leading(absorbed, survivor, links.values_list("resource", "name", "unique")):
        # In one order, so that two who hold rows of these don't wait for each other.
        held = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
        _hand_over(rows.model, path, list(held.values_list("pk", flat=True)), survivor, journal)
    for model, distinct in TAGGED:
        rows = model._default_manager.filter(resource=resource, record_id=absorbed)
        there = model._default_manager.filter(resource=resource, record_id=survivor).values(distinct)
        ids = list(rows.exclude(**{f"{distinct}__in": there}).values_list("pk", flat=True))
        _hand_over(model, "record_id", ids, survivor, journal)


def what_moves(absorbed: UUID, survivor: UUID, resource: str, actor: Actor) -> dict[str, int]:
    """How many rows of each table `move` would give the survivor, by the table's label; links of every kind together.

    A fixed number of queries, and one for each custom field that links to parties.
    """
    counts: dict[str, int] = {}
    for model, column in references():
        rows = _telling(model._default_manager.filter(**{column: absorbed}), model, column, survivor)
        kept = rows.filter(deleted_at=None) if issubclass(model, Record) else rows
        counts[model._meta.label_lower] = counts.get(model._meta.label_lower, 0) + kept.count()
    for model, distinct in TAGGED:
        there = model._default_manager.filter(resource=resource, record_id=survivor).values(distinct)
        rows = model._default_manager.filter(resource=resource, record_id=absorbed)
        counts[model._meta.label_lower] = rows.exclude(**{f"{distinct}__in": there}).count()
    for rows, _path in _leading(absorbed, survivor, _custom_links(resource, actor)):
        counts[LINK] += rows.filter(deleted_at=None).count()
    return counts


def _telling(
    rows: models.QuerySet[Any], model: type[models.Model], column: str, survivor: UUID
) -> models.QuerySet[Any]:
    """Without rows that repeat one of the survivor's, and without links between the two."""
    if model is PartyLink:
        rows = rows.exclude(**{"to_party" if column == "from_party" else "from_party": survivor})
    same = SAME.get((model, column))
    if same is None:
        return rows
    theirs = model._default_manager.filter(**{column: survivor}, deleted_at=None)
    alike = Q()
    for name in same:
        alike &= Q(**{name: OuterRef(name)}) | Q(IsNull(OuterRef(name), True), **{f"{name}__isnull": True})
    return rows.exclude(Q(deleted_at=None) & Exists(theirs.filter(alike)))


CUSTOM, LINK = "custom__", PartyLink._meta.label_lower


Link = tuple[str, str, bool]
"""The resource and the name of a custom field that links to a party, and whether it is unique."""


def _custom_links(resource: str, actor: Actor) -> Iterator[Link]:
    """Those that the actor may read, as they are declared now: none of kinds in the trash."""
    for each in list(RESOURCES.values()):
        for link in each.readable(actor).values():
            if link.custom and link.kind_name == "link" and link.target in (resource, "parties"):
                yield each.name, link.name, link.unique


def _leading(absorbed: UUID, survivor: UUID, links: Iterable[Link]) -> Iterator[tuple[models.QuerySet[Any], str]]:
    """The rows whose custom fields lead to the absorbed party, and the path of each field: also those in the trash.

    The two themselves aren't among them: nobody is linked to themselves. Nor is what may be said but once of the
    survivor, and is.
    """
    for of, name, is_unique in links:
        path = f"{CUSTOM}{name}"
        rows = _rows_of(of).exclude(pk__in=(absorbed, survivor))
        leading = rows.filter(**{path: str(absorbed)})
        if is_unique and rows.filter(**{path: str(survivor), "deleted_at": None}).exists():
            leading = leading.exclude(deleted_at=None)
        yield leading, path


def _rows_of(resource: str) -> models.QuerySet[Any]:
    """All rows of a resource; those of a kind of our own by their table, since kinds come and go."""
    found = RESOURCES.get(resource)
    if found is None or issubclass(found.model, CustomRecord):
        return CustomRecord.objects.filter(kind__name=resource)
    return found.model._default_manager.all()


def _set(rows: models.QuerySet[Any], column: str, party: UUID) -> None:
    if column.startswith(CUSTOM):
        patch = models.Value({column.removeprefix(CUSTOM): str(party)}, models.JSONField())
        rows.update(custom=models.Func(models.F("custom"), patch, template="%(expressions)s", arg_joiner=" || "))
    else:
        rows.update(**{column: party})


def _hand_over(model: type[models.Model], column: str, ids: list[Any], survivor: UUID, journal: Journal) -> None:
    if not ids:
        return
    _set(model._default_manager.filter(pk__in=ids), column, survivor)
    # All kinds of record of one's own share a table, and may have fields of one name.
    journal.moved.setdefault(_name(model, column), []).extend(_plain(each) for each in ids)


def move_back(
    moved: dict[str, list[Any]], changed: dict[str, list[list[Any]]], survivor: UUID, absorbed: UUID
) -> list[str]:
    """Undoes `move` and `Journal.set`; names what has changed since and so was left alone."""
    left = []
    # Whoever was absorbed comes back last, when the survivor has given back what may be said of but one: jsonb, in
    # which the journal is kept, doesn't keep the order of its names.
    for name, cells in sorted(changed.items(), key=lambda each: each[0].endswith(".deleted_at")):
        model, column = _named(name)
        for key, before, after in reversed(cells):
            row = model._default_manager.filter(pk=key).first()
            if row is None or _plain(getattr(row, column)) != after:
                left.append(f"{name} {key}")
            else:
                model._default_manager.filter(pk=key).update(**{column: before})
    for name, ids in moved.items():
        model, column = _named(name)
        there = [*model._default_manager.filter(pk__in=ids, **{column: str(survivor)}).values_list("pk", flat=True)]
        _set(model._default_manager.filter(pk__in=there), column, absorbed)
        found = set(map(str, there))
        left += [f"{told_as(name)} {key}" for key in ids if str(key) not in found]
    return left


def told_as(name: str) -> str:
    """What a column is called where one is told of it: no custom field by its name, which may be hidden."""
    return "links" if f".{CUSTOM}" in name else name


def take_before(parties: Iterable[UUID]) -> None:
    for function in BEFORE_MOVE:
        function(set(parties))


def settle_after(parties: Iterable[UUID]) -> None:
    for function in AFTER_MOVE:
        function(set(parties))


def _name(model: type[models.Model], column: str) -> str:
    return f"{model._meta.label_lower}.{column}"


def _named(name: str) -> Pair:
    label, _dot, column = name.rpartition(".")
    return apps.get_model(label), column


def _plain(value: Any) -> Any:
    """As JSON keeps it."""
    if isinstance(value, bool | int | dict | list | type(None)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
