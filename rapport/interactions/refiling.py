"""When it changes who we are, stored mail is filed again: as if it had been known from the beginning.

A trigger notes every name that became ours, or ceased to be (`ChangeOfUs`). Batch by batch, each in one
transaction with the place that it reached, the mail in which the name occurs is derived anew; so a refiling that
is killed goes on where it stood, and one that is repeated changes nothing. Which parties nobody knows by mail any
more is decided when all names are through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.conversations import FILING
from rapport.interactions.filing.deriving import derive
from rapport.interactions.filing.forgetting import REFILING, forget, unknown_by_mail
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.stored import complete_copies
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import ChangeOfUs, Interaction, Participation
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import enqueue

BATCH = 500
"""Messages that are derived in one transaction."""
WINDOW = 5_000
"""Messages among which they are looked for."""
SYSTEM = Actor.system("job")


def refile_later() -> None:
    enqueue("interactions.refile", key="interactions.refile")


def note_change(names: Iterable[str], archive: UUID) -> None:
    """Notes that these names became ours in one archive alone, or ceased to be; anywhere else a trigger does."""
    for name in sorted(names):
        ChangeOfUs.objects.update_or_create(name=name, archive_id=archive, defaults={"place": None, "is_done": False})


def is_waiting() -> bool:
    """Whether there is stored mail to be filed again."""
    return ChangeOfUs.objects.exists()


def refile(progress: Callable[[int], None] | None = None) -> int:
    """Works off all that is noted. Says how many messages were looked at. Repeatable, also beside itself."""
    looked_at = 0
    while (count := _step()) is not None:
        looked_at += count
        if progress and count:
            progress(looked_at)
    return looked_at


@transaction.atomic
def _step() -> int | None:
    """One batch; how many messages there were in it, or None when nothing is left to do."""
    assume(SYSTEM, REFILING)
    lock(FILING)
    change = ChangeOfUs.objects.select_for_update().filter(is_done=False).order_by("pk").first()
    if change is None:
        return _end()
    ids, upto = _next(change)
    if upto is None:
        ChangeOfUs.objects.filter(pk=change.pk).update(is_done=True)
        return 0
    book, before = AudienceBook(), _parties(ids)
    resettle(derive(ids, Us.load(), book, SYSTEM), book)
    doubted = {*change.doubted, *unknown_by_mail(before | _parties(ids))}
    ChangeOfUs.objects.filter(pk=change.pk).update(place=upto, doubted=sorted(doubted))
    return len(ids)


def _end() -> int | None:
    """Forgets whom no mail makes known now, once all names are through."""
    done = list(ChangeOfUs.objects.select_for_update())
    if not done:
        return None
    resettle(forget({party for each in done for party in each.doubted}, SYSTEM))
    ChangeOfUs.objects.filter(pk__in=[each.pk for each in done]).delete()
    return 0


def _parties(interactions: list[UUID]) -> set[UUID]:
    rows = Participation.objects.filter(interaction__in=interactions, party__isnull=False)
    return set(rows.values_list("party", flat=True))


def _next(change: ChangeOfUs) -> tuple[list[UUID], UUID | None]:
    """The next messages with the name, and up to which message that is all of them; None at the end."""
    after = change.place or UUID(int=0)
    rows = Interaction.objects.filter(pk__gt=after).order_by("pk")
    window = list(rows.values_list("pk", flat=True)[:WINDOW])
    if not window:
        return [], None
    complete_copies(window)
    ids = _naming(change, after, window[-1])
    return ids, ids[-1] if len(ids) == BATCH else window[-1]


NAMING = """
    SELECT found.id FROM (
        SELECT interaction_id FROM interactions_participation
        WHERE interaction_id > %(after)s AND interaction_id <= %(upto)s AND address LIKE ANY (%(like)s)
        UNION
        SELECT interaction_id FROM interactions_copy
        WHERE interaction_id > %(after)s AND interaction_id <= %(upto)s
          AND EXISTS (SELECT FROM unnest(delivered_to) AS address WHERE address LIKE ANY (%(like)s))
    ) AS found (id)
    WHERE %(archive)s::uuid IS NULL
       OR EXISTS (SELECT FROM interactions_copy c WHERE c.interaction_id = found.id AND c.archive_id = %(archive)s)
    ORDER BY found.id LIMIT %(most)s
"""


def _naming(change: ChangeOfUs, after: UUID, upto: UUID) -> list[UUID]:
    values: dict[str, Any] = {
        "after": after, "upto": upto, "like": _patterns(change.name), "archive": change.archive_id, "most": BATCH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAMING, values)
        return [row[0] for row in cursor.fetchall()]


def _patterns(name: str) -> list[str]:
    """What the addresses are like that a name means: a domain holds for those below it, too."""
    literal = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{literal}", f"%@%.{literal[1:]}"] if name.startswith("@") else [literal]
