"""Days that are over, summed up once, so that the figures of a month cost no more where much is said.

A day is read from its cells only while nothing in it was written since they were made: triggers note what is
written, in the same transaction. All other days are read from lines and responses themselves. So figures are
always exact, and the same whether a day is summed up or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from rapport.interactions.ledger.periods import DAY, Period, midnight
from rapport.interactions.ledger.tallies import COUNTS, TIMES
from rapport.interactions.models import ChangedDay, Day
from rapport.platform.access.actors import EVERYONE, Actor
from rapport.platform.actions.registry import lock

DIMENSIONS = {"relationship_kind": "relationship_kind_id", "channel": "channel", "user": "user_id"}
BATCH = 20
MOST_PIECES = 40
"""Into more pieces than this a period isn't cut: it is read as it stands."""

TOLD = "CASE WHEN %(everyone)s = ANY ({0}.happened) THEN ARRAY[%(everyone)s::uuid] ELSE {0}.happened END"
"""Who hears of it: what everybody may know of falls into one cell, whoever else is named."""
SUM_UP = """
    WITH days AS (SELECT * FROM unnest(%(days)s::date[], %(since)s::timestamptz[], %(until)s::timestamptz[])
        AS d (day, since, until))
    INSERT INTO interactions_day (day, dimension, key, heard, also, sent, received, with_target, in_time,
        times_by_us, times_by_them)
    SELECT day, %(dimension)s, key, heard, also,
        count(*) FILTER (WHERE direction = 'out'), count(*) FILTER (WHERE direction = 'in'),
        count(is_met) FILTER (WHERE side = 'us'), count(*) FILTER (WHERE side = 'us' AND is_met),
        coalesce(array_agg(elapsed ORDER BY elapsed) FILTER (WHERE side = 'us'), '{{}}'),
        coalesce(array_agg(elapsed ORDER BY elapsed) FILTER (WHERE side = 'them'), '{{}}')
    FROM (
        SELECT d.day, l.{column}::text AS key, {told_a} AS heard, {told_a} AS also, l.direction,
            NULL AS side, NULL::boolean AS is_met, NULL::bigint AS elapsed
        FROM days d JOIN interactions_line l ON l.at >= d.since AND l.at < d.until
            JOIN interactions_audience a ON a.id = l.audience_id
        UNION ALL
        SELECT d.day, r.{column}::text, {told_p}, {told_a}, NULL, r.by, r.is_target_met, r.elapsed_seconds
        FROM days d JOIN interactions_response r ON r.reply_at >= d.since AND r.reply_at < d.until
            JOIN interactions_audience p ON p.id = r.prompt_audience_id
            JOIN interactions_audience a ON a.id = r.reply_audience_id
    ) said GROUP BY day, key, heard, also
"""


def sum_up(most: int = 100_000) -> int:
    """Sums up the days that are over and were written to, the latest first; says how many."""
    today = datetime.now(UTC).date()
    changed = ChangedDay.objects.filter(day__lt=today).order_by("-day").values_list("day", flat=True).distinct()
    days = list(changed[:most])
    for start in range(0, len(days), BATCH):
        with transaction.atomic():
            lock("interactions.sum_up")
            _sum_up(days[start : start + BATCH])
    return len(days)


def _sum_up(days: list[date]) -> None:
    # What is noted while this runs is of rows that it may not see: only what is noted already is taken away.
    ChangedDay.objects.filter(day__in=days).delete()
    Day.objects.filter(day__in=days).delete()
    moments = {"since": [midnight(day) for day in days], "until": [midnight(day) + DAY for day in days]}
    with connection.cursor() as cursor:
        for dimension, column in DIMENSIONS.items():
            sql = SUM_UP.format(column=column, told_a=TOLD.format("a"), told_p=TOLD.format("p"))
            cursor.execute(sql, {"days": days, "dimension": dimension, "everyone": EVERYONE, **moments})


def summed_up(now: Period, before: Period) -> list[date]:
    """The days of two periods that may be read from their cells."""
    days = [*before.whole_days(), *now.whole_days()]
    if not days:
        return []
    today = timezone.now().astimezone(UTC).date()
    changed = set(ChangedDay.objects.filter(day__range=(days[0], days[-1])).values_list("day", flat=True).distinct())
    found = [day for day in days if day < today and day not in changed]
    return found if len(list(Period(before.since, now.until).without(found))) <= MOST_PIECES else []


def cells(actor: Actor, dimension: str, days: Iterable[date]) -> Iterator[tuple[date, str | None, dict[str, object]]]:
    """What the actor may know of in the cells of these days: the day, the key, and what is in it."""
    listed = sorted(days)
    if not listed:
        return
    rows = Day.objects.filter(_known(actor), dimension=dimension, day__range=(listed[0], listed[-1]))
    wanted = set(listed)
    for day, key, *rest in rows.values_list("day", "key", *COUNTS, *TIMES):
        if day in wanted:
            yield day, key, dict(zip((*COUNTS, *TIMES), rest, strict=True))


def _known(actor: Actor) -> Q:
    mine: list[UUID] = list(actor.principals)
    return Q() if actor.is_system else Q(heard__overlap=mine, also__overlap=mine)
