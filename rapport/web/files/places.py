"""Where files hang: the address of their record, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from rapport.platform.access.actors import Actor
from rapport.platform.attention.watching import titled
from rapport.platform.files.models import File
from rapport.platform.files.resources import HOLDERS, files_on
from rapport.platform.resources.registry import RESOURCES


@dataclass(frozen=True, slots=True)
class Card:
    """The files of one record."""

    resource: str
    record: UUID
    files: list[File]
    may_add: bool
    most: int


def title_of(resource: str, record: UUID, actor: Actor) -> Any:
    """What the actor may read of what the record is called; what it is, where that is nothing."""
    known = titled(actor, [(resource, record)]) if RESOURCES[resource].page else []
    return known[0].title if known and known[0].title else RESOURCES[resource].label


def card_of(resource: str, record: UUID, actor: Actor, *, may_edit: bool) -> dict[str, Any]:
    """What a page shows of the files of a record that its reader may see all of. One query."""
    if resource not in HOLDERS:
        return {}
    files = files_on(resource, record, actor)
    return {"files": Card(resource, record, files, may_edit, settings.FILE_MOST_BYTES)}
