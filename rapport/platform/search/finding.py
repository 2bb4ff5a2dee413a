"""Finding: what begins with what was typed, in the fields and rows that the actor may see.

Names first, by prefix; then, when there is none, names that are spelled nearly so; each resource may add what
it finds itself (conversations look into what was said).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, OuterRef, Q

from rapport.kit.phones import number_prefixes
from rapport.kit.text import fold
from rapport.platform.access.actors import Actor
from rapport.platform.records.models import Rows
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.search.models import Entry
from rapport.platform.search.spelling import corrected

MEANINGS = 3
"""In how many ways what was typed is understood at most: as an address, as words, as words that are mistyped."""
CANDIDATES, FIRST = 2_000, 100
"""How many records are looked at, of which the first are looked at by themselves."""

Asked = Sequence[Sequence[str]]
"""The words that a record must have, each with the beginnings that will do; the most telling one first."""


@dataclass(frozen=True, slots=True)
class Hit:
    resource: str
    record_id: UUID
    title: str
    detail: str
    address: str


Finder = Callable[[str, Actor, int], Iterable[Hit]]
FINDERS: dict[str, Finder] = {}
"""What else is looked into, by the name of its group."""


def search(text: str, actor: Actor, limit: int = 8) -> list[Hit]:
    """The best hits of each kind, at most `limit` of each, grouped by kind in the order of the registry."""
    text = text.replace("\0", "").strip()[:200]
    if not fold(text):
        return []
    found = (_in_resources(asked, actor, limit) for asked in meant(text))
    hits = next(filter(None, found), [])
    return [*hits, *chain.from_iterable(finder(text, actor, limit) for finder in FINDERS.values())]


def _in_resources(asked: Asked, actor: Actor, limit: int) -> list[Hit]:
    looked_into = [each for each in RESOURCES.values() if each.page and each.may(actor, "view")]
    return [hit for each in looked_into for hit in _in_resource(each, asked, actor, limit)]


def _in_resource(resource: Resource, asked: Asked, actor: Actor, limit: int) -> list[Hit]:
    ids = _beginning(resource, asked, actor)
    few = _visible(resource, actor, ids[:FIRST], limit)
    return few if len(few) >= limit or len(ids) <= FIRST else _visible(resource, actor, ids, limit)


def _beginning(resource: Resource, asked: Asked, actor: Actor) -> list[UUID]:
    """Records that have each word asked for, in the order of what the first one begins."""
    found: dict[UUID, None] = {}
    for prefix in asked[0]:  # each by itself, in the order of the index
        rows = _having(resource, [[prefix], *asked[1:]], actor).order_by("folded", "record_id")
        found |= dict.fromkeys(rows.values_list("record_id", flat=True)[:CANDIDATES])
    return list(found)


def _entries(resource: Resource, actor: Actor) -> models.QuerySet[Entry]:
    fields = [name for name, field in resource.readable(actor).items() if field.search]
    return Entry.objects.filter(resource=resource.name, field__in=fields)


def meant(text: str) -> Iterator[Asked]:
    """What may have been meant, to be asked in this order until something is found: as typed, then as if mistyped."""
    folded = fold(text)
    if not folded:
        return
    if sum(each.isdigit() for each in text) >= 3 and not any(each.isalpha() for each in text):
        yield [_shortest([*number_prefixes(text), folded])]
        return
    if "@" in text or (len(text.split()) == 1 and text.lower() != folded):
        yield [_shortest([folded, text.lower()])]  # an address or a part of one, which isn't kept folded
    if "@" not in text:
        yield [[word] for word in sorted(folded.split(), key=len, reverse=True)]
    if nearly := corrected(folded):
        yield nearly


def _shortest(prefixes: Iterable[str]) -> list[str]:
    """Without those that begin with another one."""
    kept: list[str] = []
    for each in sorted({prefix for prefix in prefixes if prefix}, key=len):
        if not any(each.startswith(shorter) for shorter in kept):
            kept.append(each)
    return kept


def _any_prefix(prefixes: Iterable[str]) -> Q:
    found = Q()
    for each in prefixes:
        first, beyond = bounds(each)
        found |= Q(folded__gte=first, folded__lt=beyond)
    return found


def bounds(prefix: str) -> tuple[str, str]:
    """Between which texts, the second excluded, lies what begins with this."""
    return prefix, f"{prefix}\U0010ffff"


def _visible(resource: Resource, actor: Actor, ids: list[UUID], limit: int) -> list[Hit]:
    if not ids:
        return []
    title = resource.built_in[resource.title]
    detail = resource.built_in.get("email")
    shows_detail = detail is not None and "email" in resource.readable(actor)
    columns = [title.source, detail.source] if detail and shows_detail else [title.source]
    if resource.title not in resource.readable(actor):
        return []
    rows = {row[0]: row[1:] for row in resource.rows(actor).filter(pk__in=ids).values_list("pk", *columns)}
    best = [each for each in ids if each in rows][:limit]
    return [
        Hit(
            resource.name,
            each,
            str(rows[each][0]),
            str(rows[each][1]) if shows_detail else "",
            f"/{resource.name}/{each}/",
        )
        for each in best
    ]


def matching(rows: Rows, resource: Resource, text: str, actor: Actor, meaning: int | None) -> Rows:
    """Those of a list's rows that fit what was typed: what the search box would find of them.

    `meaning` names one of the meanings of the text; without it, the first counts by which anything is found.
    """
    found: Rows = rows.none()
    for number, condition in enumerate(_conditions(resource, text, actor)):
        found = rows.filter(condition)
        if number == meaning or (meaning is None and found.exists()):
            return found
    return rows.none() if meaning is not None else found


def _conditions(resource: Resource, text: str, actor: Actor) -> Iterator[Q]:
    """At most `MEANINGS`."""
    own = resource.text_condition(text, actor)
    if own is not None:
        yield own
    else:
        yield from (fitting(resource, asked, actor) for asked in meant(text))


def fitting(resource: Resource, asked: Asked, actor: Actor) -> Q:
    """The rows that have each word asked for.

    Of several words the finds are gathered first, as an array: nobody can tell PostgreSQL how many names begin alike,
    and where it guesses that there are few it may look through all rows for them.
    """
    entries = _having(resource, asked, actor).values("record_id")
    if len(asked) == 1:
        return Q(pk__in=entries)
    return Q(pk__any_of=ArraySubquery(entries))


def _having(resource: Resource, asked: Asked, actor: Actor) -> models.QuerySet[Entry]:
    """The entries of the first word whose records have all the others."""
    entries = _entries(resource, actor).filter(_any_prefix(asked[0]))
    for prefixes in asked[1:]:
        also = _entries(resource, actor).filter(_any_prefix(prefixes), record_id=OuterRef("record_id"))
        entries = entries.filter(Exists(also))
    return entries
