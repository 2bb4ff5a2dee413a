"""What the history of a record tells besides its own row: the rows that hang on it, each table a chapter."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from rapport.platform.access.actors import Actor
from rapport.platform.history.models import Change
from rapport.platform.resources.registry import RESOURCES, Resource


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rows of one table, the trash included. `resource` says what may be read of them; it needs no door.

    `link` is the column by which a row that was deleted for good is still known to be the record's.
    """

    resource: Resource
    rows: Callable[[UUID, Actor], Q]
    link: str = ""

    @property
    def table(self) -> str:
        return self.resource.model._meta.db_table

    def ids(self, record: UUID, actor: Actor) -> models.QuerySet[Any, Any]:
        return self.resource.model._default_manager.filter(self.rows(record, actor)).order_by().values_list("pk")


CHAPTERS: defaultdict[str, list[Chapter]] = defaultdict(list)
"""Those that follow from no path of a resource, by the name of the resource whose records they are about."""


def chapters_of(resource: Resource) -> list[Chapter]:
    return [*_children(resource), *CHAPTERS.get(resource.name, ())]


@cache
def _children(resource: Resource) -> tuple[Chapter, ...]:
    paths = ((child, path) for child in RESOURCES.values() for path in child.told_in)
    return tuple(_child(child, path) for child, path in paths if _leads(child, path, resource))


def _leads(child: Resource, path: str, resource: Resource) -> bool:
    model: Any = child.model
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return bool(resource.model._meta.concrete_model is model._meta.concrete_model)


def _child(child: Resource, path: str) -> Chapter:
    """Who sees a record sees what it is the parent of; what only refers to it has rights of its own."""
    is_parent = path.partition("__")[0] == child.parent

    def rows(record: UUID, actor: Actor) -> Q:
        here = Q(**{path: record})
        return here if is_parent else here & child.scope(actor, "view")

    # Whose else to see a row was that is gone for good can't be asked any longer: its parent alone tells of it.
    return Chapter(child, rows, f"{path}_id" if path == child.parent else "")


def hanging_on(record: UUID, chapters: Iterable[Chapter], actor: Actor) -> list[UUID]:
    """The ids of all rows that hang on the record, and of those that did when they were deleted. One query."""
    there, gone = [], Q(pk__in=())
    for chapter in chapters:
        there.append(chapter.ids(record, actor))
        if chapter.link:
            gone |= Q(record_table=chapter.table, changed__contains={chapter.link: [str(record)]})
    lost = Change.objects.filter(gone, verb="delete").order_by().values_list("record_id")
    return [row[0] for row in lost.union(*there, all=True)]
