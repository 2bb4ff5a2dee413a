"""Looking, keeping as a favourite, following: what each does to the attention of the one who does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from rapport.kit.ids import uuid7
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import action
from rapport.platform.attention.models import Attention
from rapport.platform.history.context import waiting
from rapport.platform.jobs.queue import schedule
from rapport.platform.records.models import Row
from rapport.platform.resources.output import titles_of
from rapport.platform.resources.registry import RESOURCES

FORGET_AFTER = timedelta(days=90)
"""How long it is kept that somebody looked at a record that is neither a favourite nor followed."""
LOOKED = """
INSERT INTO attention_attention (id, user_id, resource, record_id, looked_at)
SELECT %s, %s, %s, %s, now() FROM set_config('synchronous_commit', %s, true)
ON CONFLICT (user_id, record_id, resource) DO UPDATE SET looked_at = excluded.looked_at
RETURNING is_favourite, is_followed
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What somebody does with a record."""

    is_favourite: bool
    is_followed: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that somebody keeps in sight, by the title that they may read."""

    resource: str
    record_id: UUID
    title: str

    @property
    def address(self) -> str:
        return f"/{self.resource}/{self.record_id}/"


def watchable(model: type[Row], resource: str) -> None:
    """Registers the verbs `favourite`, `unfavourite`, `follow` and `unfollow`: for whoever may see a record."""
    for name, column, value in (
        ("favourite", "is_favourite", True),
        ("unfavourite", "is_favourite", False),
        ("follow", "is_followed", True),
        ("unfollow", "is_followed", False),
    ):
        _register(model, resource, name, column, value)


def _register(model: type[Row], resource: str, name: str, column: str, value: bool) -> None:
    @action(model, name, resource=resource, verb="view")
    def change(records: list[Row], *, actor: Actor) -> None:
        """Changes only what the actor themselves keeps in sight."""
        if actor.user_id is None:
            return
        rows = [
            Attention(user_id=actor.user_id, resource=resource, record_id=each.pk, **{column: value})
            for each in records
        ]
        unique = ["user", "record_id", "resource"]
        Attention.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=[column])


def looked(actor: Actor, resource: str, record_id: UUID) -> Watched:
    """Notes that the actor opened a record's page. It isn't a promise, so it doesn't wait for the disk."""
    if actor.user_id is None or actor.looker_id:
        return Watched(False, False)
    with connection.cursor() as cursor:
        cursor.execute(LOOKED, [uuid7(), actor.user_id, resource, record_id, waiting()])
        return Watched(*cursor.fetchone())


def watched(actor: Actor, resource: str, record_id: UUID) -> Watched:
    rows = _of(actor).filter(resource=resource, record_id=record_id)
    found = rows.values_list("is_favourite", "is_followed").first()
    return Watched(*found) if found else Watched(False, False)


def _of(actor: Actor) -> QuerySet[Attention]:
    """Nothing of somebody else's, while they are being looked as."""
    rows = Attention.objects.filter(user=actor.user_id)
    return rows.none() if actor.looker_id else rows


def recent(actor: Actor, limit: int) -> list[Kept]:
    """The records whose pages the actor opened last, the newest first, as far as they may still see them."""
    rows = _of(actor).filter(looked_at__isnull=False).order_by("-looked_at")
    return titled(actor, rows.values_list("resource", "record_id")[:limit])


def favourites(actor: Actor) -> list[Kept]:
    """In the order in which they were made favourites, as far as the actor may still see them."""
    rows = _of(actor).filter(is_favourite=True).order_by("pk")
    return titled(actor, rows.values_list("resource", "record_id"))


def titled(actor: Actor, named: Iterable[tuple[str, UUID]]) -> list[Kept]:
    """Those of the records that the actor may see, with their titles, in the order given. One query per resource."""
    named = list(named)
    titles: dict[tuple[str, UUID], str] = {}
    for name in {name for name, _id in named}:
        if name in RESOURCES:
            found = titles_of(RESOURCES[name], [record for of, record in named if of == name], actor)
            titles |= {(name, pk): text for pk, text in found.items()}
    return [Kept(name, record, titles[name, record]) for name, record in named if (name, record) in titles]


@schedule("attention.forget", "17 4 * * *")
def forget() -> None:
    """Forgets what was looked at long ago."""
    seldom = Attention.objects.filter(is_favourite=False, is_followed=False)
    seldom.filter(looked_at__lt=timezone.now() - FORGET_AFTER).delete()
