"""What an open page may be told of what happened: which records changed, never what about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.events.models import Event
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.resources.showing import Shown, shown_by

MOST = 2_000
"""Records of one resource that are looked at; of more, the first ones stand for all."""


@dataclass(frozen=True, slots=True)
class News:
    """What events told: the records they happened to, and the parents of those that are gone."""

    changed: Shown = field(default_factory=dict)
    bereft: Shown = field(default_factory=dict)


def read_news(events: Collection[int]) -> News:
    """Gathers events by their ids. One query."""
    news = News()
    for name, ids, data in Event.objects.filter(pk__in=events).values_list("name", "record_ids", "data"):
        resource = name.rpartition(".")[0]
        if resource in RESOURCES:
            _add(news.changed, {resource: ids})
            _add(news.bereft, {of: map(UUID, given) for of, given in data.get("shown_by", {}).items()})
    return news


def told(news: News, actor: Actor, about: Collection[str]) -> Shown:
    """Of the news, what `actor` may see and asked to hear `about`: names of resources and ids of records.

    Rights are asked now, of every row; a record is told of because of a row that it shows only to whom sees both.
    """
    found: Shown = {}
    for name, ids in news.changed.items():
        resource = RESOURCES.get(name)
        if resource is None:  # its kind has just gone into the trash
            continue
        rows = resource.rows(actor).filter(pk__in=list(ids)[:MOST])
        if _is_asked(name, ids, about):
            _add(found, {name: rows.values_list("pk", flat=True)})
        _add(found, _visible(shown_by(resource, rows), actor, about))
    _add(found, _visible(news.bereft, actor, about))
    return found


def _visible(shown: Shown, actor: Actor, about: Collection[str]) -> dict[str, Iterable[UUID]]:
    asked = {name: ids for name, ids in shown.items() if _is_asked(name, ids, about)}
    return {name: _ids(RESOURCES[name], ids, actor) for name, ids in asked.items() if name in RESOURCES}


def _ids(resource: Resource, ids: Iterable[UUID], actor: Actor) -> Iterable[UUID]:
    return resource.rows(actor).filter(pk__in=list(ids)[:MOST]).values_list("pk", flat=True)


def _is_asked(name: str, ids: Iterable[UUID], about: Collection[str]) -> bool:
    return name in about or any(str(each) in about for each in ids)


def concerns(news: News, about: Collection[str]) -> bool:
    """Whether any of it could be worth telling to anybody: asked once, before it is asked for each."""
    return bool(told(news, Actor.system("live"), about))


def _add(to: Shown, more: Mapping[str, Iterable[UUID]]) -> None:
    for name, ids in more.items():
        if listed := set(ids):
            to[name] = to.get(name, set()) | listed
