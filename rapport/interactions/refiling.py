"""When it changes who we are, stored mail is filed again: as if it had been known from the beginning.

A trigger notes every name that became ours, or ceased to be (`ChangeOfUs`). Batch by batch, each in one
transaction with the place that it reached, the mail in which the name occurs is derived anew; so a refiling that
is killed goes on where it stood, and one that is repeated changes nothing. Which parties nobody knows by mail any
more is decided when all names are through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from rapport.interactions.filing.audiences import AudienceBook
from rapport.interactions.filing.deriving import derive
from rapport.interactions.filing.forgetting import REFILING, forget, unknown_by_mail
from rapport.interactions.filing.ours import Us
from rapport.interactions.filing.stored import complete_copies
from rapport.interactions.ledger.settling import resettle
from rapport.interactions.models import ChangeOfUs, Interaction, Participation
from rapport.parties.actions.moving import FILING
from rapport.platform.access.actors import Actor
from rapport.platform.actions.registry import lock
from rapport.platform.history.context import assume
from rapport.platform.jobs.queue import enqueue, is_queued

BATCH = 500
"""Messages that are derived in one transaction."""
WINDOW = 5_000
"""Messages among which they are looked for."""
START = UUID(int=0)
SYSTEM = Actor.system("job")


def refile_later() -> None:
    """Leaves it to the worker. One job for each change: a job that is running may be past seeing this one."""
    enqueue("interactions.refile")


def note_change(names: Iterable[str], archive: UUID) -> None:
    """Notes that these names became ours in one archive alone, or ceased to be; anywhere else a trigger does."""
    for name in sorted(names):
        ChangeOfUs.objects.update_or_create(name=name, archive_id=archive, defaults={"place": None, "is_done": False})


def is_waiting() -> bool:
    """Whether there is stored mail to be filed again."""
    return ChangeOfUs.objects.exists()


def is_missed() -> bool:
    """Whether there is, and no job that is still to begin."""
    return is_waiting() and not is_queued("interactions.refile")


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
    waiting = list(ChangeOfUs.objects.select_for_update().filter(is_done=False).order_by("pk"))
    if not waiting:
        return _end()
    places = sorted({each.place or START for each in waiting})
    changes = [each for each in waiting if (each.place or START) == places[0]]
    window = _window(*places[:2])
    if complete_copies(window, BATCH):
        return 0  # reading that many messages again is a step of its own
    ids, upto = _next(changes, places[0], window) if window else ([], next(iter(places[1:]), None))
    if upto is None:
        _note(changes, is_done=True)
        return 0
    book, before = AudienceBook(), _parties(ids)
    resettle(derive(ids, Us.load(), book, SYSTEM), book)
    _doubt(changes[0], unknown_by_mail(before | _parties(ids)))
    _note(changes, place=upto)
    return len(ids)


def _note(changes: Iterable[ChangeOfUs], **progress: object) -> None:
    ChangeOfUs.objects.filter(pk__in=[each.pk for each in changes]).update(**progress)


def _doubt(change: ChangeOfUs, parties: set[UUID]) -> None:
    if not parties <= set(change.doubted):
        _note([change], doubted=sorted({*change.doubted, *parties}))


def _end() -> int | None:
    """Forgets whom no mail makes known now, once all names are through."""
    # What somebody says meanwhile waits here until they are through, and then is not among these.
    done = list(ChangeOfUs.objects.select_for_update().filter(is_done=True).order_by("pk"))
    if ChangeOfUs.objects.filter(is_done=False).exists():
        return 0
    if not done:
        return None
    resettle(forget({party for each in done for party in each.doubted}, SYSTEM))
    ChangeOfUs.objects.filter(pk__in=[each.pk for each in done]).delete()
    return 0


def _parties(interactions: list[UUID]) -> set[UUID]:
    rows = Participation.objects.filter(interaction__in=interactions, party__isnull=False)
    return set(rows.values_list("party", flat=True))


def _window(after: UUID, most: UUID | None = None) -> list[UUID]:
    """The interactions that are looked through next.

    Names that are looked for together, which are nearly all, go on together; others join them at `most`.
    """
    rows = Interaction.objects.filter(pk__gt=after, **{"pk__lte": most} if most else {})
    return list(rows.order_by("pk").values_list("pk", flat=True)[:WINDOW])


def _next(changes: Sequence[ChangeOfUs], after: UUID, window: Sequence[UUID]) -> tuple[list[UUID], UUID]:
    """The next messages in the window with one of these names, and up to which interaction that is all of them."""
    ids = _naming(changes, after, window[-1])
    return ids, ids[-1] if len(ids) == BATCH else window[-1]


NAMING = """
    WITH named (pattern, archive) AS (SELECT * FROM unnest(%(patterns)s::text[], %(archives)s::uuid[])),
    found (id, archive) AS (
        SELECT interaction_id, archive FROM interactions_participation JOIN named ON address LIKE pattern
        WHERE interaction_id > %(after)s AND interaction_id <= %(upto)s
        UNION
        SELECT interaction_id, archive FROM interactions_copy, unnest(delivered_to) AS address
        JOIN named ON address LIKE pattern WHERE interaction_id > %(after)s AND interaction_id <= %(upto)s
    )
    SELECT DISTINCT id FROM found WHERE archive IS NULL OR EXISTS (
        SELECT FROM interactions_copy c WHERE c.interaction_id = found.id AND c.archive_id = found.archive
    ) ORDER BY id LIMIT %(most)s
"""


def _naming(changes: Iterable[ChangeOfUs], after: UUID, upto: UUID) -> list[UUID]:
    named = [(pattern, each.archive_id) for each in changes for pattern in _patterns(each.name)]
    patterns, archives = zip(*named, strict=True)
    values: dict[str, Any] = {
        "patterns": list(patterns), "archives": list(archives), "after": after, "upto": upto, "most": BATCH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(NAMING, values)
        return [row[0] for row in cursor.fetchall()]


def _patterns(name: str) -> list[str]:
    """What the addresses are like that a name means: a domain holds for those below it, too."""
    literal = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return [f"%{literal}", f"%@%.{literal[1:]}"] if name.startswith("@") else [literal]
