"""The mail of the morning: whose morning it is, what is to be told them, and how they say that they want none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import transaction

from rapport.platform.access.models import User
from rapport.platform.jobs.queue import JobSpec, enqueue_many
from rapport.platform.notifications.models import Digest, Kind, Notification, Unmailed

MORNING, NOON = time(7), time(12)
"""From when on it is sent, and until when it is still worth sending."""
FIRST = timedelta(days=1)
"""How far back the first mail looks."""
SALT = "notifications.digest"
JOB = "notifications.digest"


def begin_mornings(now: datetime) -> int:
    """Queues the mail of all whose morning it is, once for each of their days; answers how many."""
    with transaction.atomic():
        queued = list(_mornings(now))
        enqueue_many(queued)
    return len(queued)


def _mornings(now: datetime) -> Iterator[JobSpec]:
    users = User.objects.kept().filter(is_active=True).order_by("pk")
    begun: list[Digest] = []
    known = {each.user_id: each for each in Digest.objects.select_for_update().order_by("user")}
    for user, zone in users.values_list("pk", "time_zone"):
        local, before = now.astimezone(ZoneInfo(zone or "UTC")), known.get(user)
        if not MORNING <= local.time() < NOON or (before and before.day >= local.date()):
            continue
        since = before.told_until if before else now - FIRST
        begun.append(Digest(user_id=user, day=local.date(), told_until=since))
        arguments = {
            "user": str(user), "day": local.date().isoformat(), "since": since.isoformat(), "until": now.isoformat(),
        }  # fmt: skip
        yield JobSpec(JOB, arguments, f"{JOB}:{user}:{local.date()}")
    Digest.objects.bulk_create(begun, update_conflicts=True, unique_fields=["user"], update_fields=["day"])


def to_tell(user: UUID, since: datetime, until: datetime) -> list[Notification]:
    """What they haven't read of those hours, but for kinds that they don't want by mail; the newest first."""
    unwanted = Unmailed.objects.filter(user=user).values("kind")
    rows = Notification.objects.filter(user=user, read_at=None, at__gt=since, at__lte=until)
    return list(rows.exclude(kind__in=unwanted).select_related("by").order_by("-pk"))


def is_sent(user: UUID, day: date) -> bool:
    return Digest.objects.filter(user=user, sent_day__gte=day).exists()


def note_sent(user: UUID, day: date, until: datetime) -> None:
    """What is told from then on begins there; what could not be sent comes with the next mail."""
    Digest.objects.filter(user=user).update(sent_day=day, told_until=until)


def way_out(user: UUID) -> str:
    """What proves, without signing in, that somebody has had such a mail: it ends them, and can do nothing else."""
    return signing.dumps(str(user), salt=SALT)


def end_mails(token: str) -> User | None:
    """No more mails to whoever had this one. None for a token that isn't ours."""
    user = user_of(token)
    if user:
        rows = [Unmailed(user=user, kind=kind) for kind in Kind.values]
        Unmailed.objects.bulk_create(rows, ignore_conflicts=True)
    return user


def user_of(token: str) -> User | None:
    try:
        found: User | None = User.objects.filter(pk=signing.loads(token, salt=SALT)).first()
    except signing.BadSignature:
        return None
    return found
