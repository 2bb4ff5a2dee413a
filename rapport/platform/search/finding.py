"""Finding: what begins with what was typed, in the fields and rows that the actor may see.

Names first, by prefix; then names that sound close, for typos; each resource may add what it finds itself
(conversations look into what was said).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Q

from rapport.kit.phones import search_digits
from rapport.kit.text import fold
from rapport.platform.access.actors import Actor
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.search.models import Entry

CANDIDATES = 2_000
CLOSE = 0.55
FORGIVEN_FROM = 4
"""The length from which typos are forgiven."""


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
    hits: list[Hit] = []
    for resource in RESOURCES.values():
        if resource.page and resource.may(actor, "view"):
            hits += _in_resource(resource, text, actor, limit)
    for finder in FINDERS.values():
        hits += finder(text, actor, limit)
    return hits


def _in_resource(resource: Resource, text: str, actor: Actor, limit: int) -> list[Hit]:
    found = _visible(resource, actor, _beginning(resource, text, actor), limit)
    if not found and len(fold(text)) >= FORGIVEN_FROM:
        found = _visible(resource, actor, _close(resource, text, actor), limit)
    return found


def _beginning(resource: Resource, text: str, actor: Actor) -> list[UUID]:
    """Records of which each word typed begins some word, in the order of what it begins."""
    entries = _entries(resource, actor)
    prefixes, rest = _prefixes(text)
    rows = entries.filter(_any_prefix(prefixes))
    for word in rest:
        rows = rows.filter(record_id__in=entries.filter(_any_prefix([word])).values("record_id"))
    ids = rows.order_by("folded").values_list("record_id", flat=True)[:CANDIDATES]
    return list(dict.fromkeys(ids))


def _entries(resource: Resource, actor: Actor) -> models.QuerySet[Entry]:
    fields = [name for name, field in resource.readable(actor).items() if field.search]
    return Entry.objects.filter(resource=resource.name, field__in=fields)


def _prefixes(text: str) -> tuple[list[str], list[str]]:
    """What an entry may begin with (the words as typed; an address; digits), and words it must have besides."""
    words = fold(text).split()
    longest = max(words, key=len)
    whole = [" ".join(words), text.lower()] if len(words) == 1 or "@" in text else []
    digits = search_digits(text) if sum(each.isdigit() for each in text) >= 3 else ""
    if digits and sum(each.isalpha() for each in text) == 0:
        return [digits, digits.lstrip("0")], []
    if whole:
        return whole, []
    return [longest], [word for word in words if word != longest]


def _any_prefix(prefixes: Iterable[str]) -> Q:
    found = Q()
    for each in {prefix for prefix in prefixes if prefix}:
        found |= Q(folded__gte=each, folded__lt=f"{each}\U0010ffff")
    return found


def _close(resource: Resource, text: str, actor: Actor) -> list[UUID]:
    """Records whose name sounds close to what was typed."""
    rows = _entries(resource, actor).filter(is_whole=True, weight=1, folded__trigram_word_similar=fold(text))
    ranked = rows.annotate(near=TrigramWordSimilarity(fold(text), "folded")).filter(near__gte=CLOSE)
    return list(ranked.order_by("-near", "folded").values_list("record_id", flat=True)[:50])


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


def matching(resource: Resource, text: str, actor: Actor) -> Q:
    """The rows of a list that fit what was typed, as a condition."""
    own = resource.text_condition(text, actor)
    if own is not None:
        return own
    if not fold(text):
        return Q(pk__in=())
    prefixes, rest = _prefixes(text)
    found = Q(pk__in=_entries(resource, actor).filter(_any_prefix(prefixes)).values("record_id"))
    for word in rest:
        found &= Q(pk__in=_entries(resource, actor).filter(_any_prefix([word])).values("record_id"))
    return found
