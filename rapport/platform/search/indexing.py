"""Keeps the entries of search: a few rows per found field, written after each change, from its event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from rapport.kit.phones import number_keys
from rapport.kit.text import fold
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.events.bus import subscribe
from rapport.platform.events.models import Event
from rapport.platform.jobs.queue import job, schedule
from rapport.platform.records.bulk import copy
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.search.models import Entry
from rapport.platform.search.spelling import forget, refill, remember

WEIGHTS = {"A": 1, "B": 2, "C": 3, "D": 4}
LONGEST = 200
MOST_SPELLINGS = 6
BATCH = 20_000
COLUMNS = ("resource", "record_id", "field", "weight", "folded")

LAST = UUID(int=2**128 - 1)

Row = tuple[str, UUID, str, int, str]
Values = tuple[UUID, list[list[str]]]
"""A record and the texts of each field that is searched."""


@subscribe("*")
def follow(event: Event) -> None:
    """Brings the entries of an event's records, or of their parents, up to date."""
    name, _dot, verb = event.name.rpartition(".")
    resource = RESOURCES.get(name)
    if resource is None or verb not in ("created", "updated", "trashed", "restored", "merged"):
        return
    index(resource, event.record_ids)
    for child_of, column in resource.indexes_with:
        ids = resource.model._default_manager.filter(pk__in=event.record_ids).values_list(column, flat=True)
        for each in child_of:
            index(RESOURCES[each], list(ids))


def index(resource: Resource, ids: Iterable[UUID]) -> None:
    """Rewrites the entries of these records; those in the trash have none."""
    listed = list(ids)
    fields = searched(resource)
    if not fields or not listed:
        return
    with transaction.atomic():
        _take_turns(resource)
        Entry.objects.filter(resource=resource.name, record_id__in=listed).delete()
        rows = resource.model._default_manager.filter(pk__in=listed, deleted_at=None)
        made = list(entries(resource, fields, _values(resource, fields, rows)))
        copy(Entry, COLUMNS, made)
        remember(folded.partition(" ")[0] for _r, _id, _f, weight, folded in made if weight == WEIGHTS["A"])


def index_all() -> int:
    """Rewrites every entry of every resource. Says how many records there were."""
    count = sum(_index_all_of(each) for each in RESOURCES.values() if each.is_door and searched(each))
    refill()
    return count


@job("search.rebuild")
def rebuild() -> None:
    """After an upgrade that keeps other entries."""
    index_all()


@schedule("search.forget_words", "40 3 * * *")
def forget_words() -> None:
    """Every night; words are written with each name, and which name had one isn't kept."""
    forget(name for name, each in RESOURCES.items() if each.is_door)


def _index_all_of(resource: Resource) -> int:
    """Piece by piece, each in a transaction of its own: what is there can be found all the while."""
    fields, count, last = searched(resource), 0, UUID(int=0)
    kept = resource.model._default_manager.filter(deleted_at=None).order_by("pk")
    while True:
        with transaction.atomic():
            _take_turns(resource)
            values = _values(resource, fields, kept.filter(pk__gt=last)[:BATCH])
            beyond = values[-1][0] if len(values) == BATCH else LAST
            Entry.objects.filter(resource=resource.name, record_id__gt=last, record_id__lte=beyond).delete()
            copy(Entry, COLUMNS, entries(resource, fields, values))
        count, last = count + len(values), beyond
        if beyond == LAST:
            return count


def _take_turns(resource: Resource) -> None:
    """Taken before anything is read: whoever deletes entries doesn't see those that another is just writing, and what
    is read beforehand may have changed by the time it is written."""
    lock(f"search.{resource.name}")


def _values(resource: Resource, fields: list[Field], rows: Any) -> list[Values]:
    """Ids, with the texts of each field, read before COPY begins: a connection that copies can't be asked."""
    values = list(rows.values_list("pk", *(field.source for field in fields)))
    further = resource.found_besides([row[0] for row in values])
    return [
        (pk, [_texts(value, further.get((pk, field.name), ())) for field, value in zip(fields, row, strict=True)])
        for pk, *row in values
    ]


def _texts(value: Any, further: Iterable[str]) -> list[str]:
    """Each once, the value of the record itself first."""
    return list(dict.fromkeys(filter(None, (str(value or ""), *further))))


def searched(resource: Resource) -> list[Field]:
    return [field for field in resource.all_fields(Actor.system("job")).values() if field.search]


def entries(resource: Resource, fields: list[Field], values: Iterable[Values]) -> Iterator[Row]:
    """The entries of records: one per way in which a text of a field may be begun to be typed."""
    for record_id, row in values:
        for field, texts in zip(fields, row, strict=True):
            for folded in dict.fromkeys(spelling for text in texts for spelling in spellings(field, text)):
                yield resource.name, record_id, field.name, WEIGHTS[field.search], folded


def spellings(field: Field, value: str) -> list[str]:
    """The value from its first word, and from each later one: whoever types a surname finds it too."""
    if not value:
        return []
    if field.kind_name == "phone":
        return number_keys(value, settings.PHONE_REGION)
    if field.kind_name == "email":
        domain = value.lower().partition("@")[2]
        return [value.lower()[:LONGEST], *([domain[:LONGEST]] if domain else [])]
    words = fold(value)[:LONGEST].split()
    return [" ".join(words[i:]) for i in range(min(len(words), MOST_SPELLINGS))]
