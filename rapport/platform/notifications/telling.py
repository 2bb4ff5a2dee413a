"""Telling somebody something, once; and what of it they have yet to read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from rapport.platform.access.absence import delegates
from rapport.platform.access.actors import Actor
from rapport.platform.events.bus import emit
from rapport.platform.jobs.queue import schedule
from rapport.platform.notifications.models import Kind, Muted, Notification, Unmailed

KEPT = timedelta(days=90)
"""How long it is kept what somebody has read."""


OF_WORK = (Kind.ASSIGNED, Kind.DUE, Kind.ANSWER, Kind.UNDELIVERED)
"""What waits for somebody to do it."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one person is to be told. `key` is the same whenever it is the same thing."""

    user_id: UUID
    kind: Kind
    resource: str
    record_id: UUID
    key: str
    by_id: UUID | None = None


def tell(words: Iterable[Word]) -> int:
    """Tells what has not been told and isn't muted; answers how much that was. Repeatable."""
    asked = list(words)
    listed = [word for word in [*asked, *_passed_on(asked)] if word.user_id != word.by_id]
    muted = set(Muted.objects.filter(user__in={word.user_id for word in listed}).values_list("user", "kind"))
    wanted = [word for word in listed if (word.user_id, word.kind.value) not in muted]
    with transaction.atomic():
        made = [_row(word) for word in wanted]
        Notification.objects.bulk_create(made, ignore_conflicts=True)
        new = list(Notification.objects.filter(pk__in=[each.pk for each in made]).values_list("pk", flat=True))
        emit("notifications.created", new, actor=Actor.system("job"))
    return len(new)


def _passed_on(words: list[Word]) -> list[Word]:
    """What comes for somebody who is away, for who stands in for them."""
    of_work = [word for word in words if word.kind in OF_WORK]
    found = delegates({word.user_id for word in of_work}) if of_work else {}
    return [replace(word, user_id=found[word.user_id]) for word in of_work if word.user_id in found]


def _row(word: Word) -> Notification:
    return Notification(
        user_id=word.user_id, kind=word.kind, resource=word.resource, record_id=word.record_id, by_id=word.by_id,
        key=f"{word.kind}:{word.record_id}:{word.key}",
    )  # fmt: skip


def unread_of(resource: str, records: Collection[UUID], kind: Kind) -> set[tuple[UUID, UUID]]:
    """(user, record) of what they have been told and have yet to read."""
    rows = Notification.objects.filter(resource=resource, record_id__in=records, kind=kind, read_at=None)
    return set(rows.values_list("user", "record_id"))


def mark_read(actor: Actor, ids: Collection[UUID] | None = None) -> int:
    """Marks these, or all, of the actor's own as read."""
    rows = Notification.objects.filter(user=actor.user_id, read_at=None)
    return int((rows if ids is None else rows.filter(pk__in=ids)).update(read_at=timezone.now()))


def muted_by(actor: Actor, way: type[Muted] | type[Unmailed] = Muted) -> set[str]:
    return set(way.objects.filter(user=actor.user_id).values_list("kind", flat=True))


@transaction.atomic
def mute(actor: Actor, kinds: Collection[str], way: type[Muted] | type[Unmailed] = Muted) -> None:
    """From now on the actor hears of all kinds but these: at all, or by mail (`Unmailed`)."""
    if actor.user_id is None:
        return
    way.objects.filter(user=actor.user_id).exclude(kind__in=kinds).delete()
    rows = [way(user_id=actor.user_id, kind=kind) for kind in kinds]
    way.objects.bulk_create(rows, ignore_conflicts=True)  # type: ignore[arg-type]


@schedule("notifications.forget", "29 4 * * *")
def forget() -> None:
    """What was read long ago is gone."""
    Notification.objects.filter(read_at__lt=timezone.now() - KEPT).delete()
