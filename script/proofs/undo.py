"""A change of 50,000 records is taken back by a job, but for what somebody has changed since, which it names."""

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.proving import fail, installed  # noqa: E402

COUNT, BATCH = 50_000, 2_000
SINCE = 7
"""Records that somebody changes before the change is taken back."""


def main() -> None:
    with tempfile.TemporaryDirectory() as place, installed(Path(place)):
        prove()


def prove() -> None:
    from rapport.parties.models import Party
    from rapport.platform.access.actors import actor_for
    from rapport.platform.access.people import add_user
    from rapport.platform.resources import verbs
    from rapport.platform.resources.registry import RESOURCES
    from rapport.platform.undo import changing
    from rapport.platform.undo.models import Piece

    people = RESOURCES["people"]
    first, second, third = (
        add_user(f"{name}@ours.example", None, name=name, is_administrator=True)
        for name in ("first", "second", "third")
    )
    actor = actor_for(first, "page")
    ids = []
    for start in range(0, COUNT, BATCH):
        rows = [{"name": f"Person {number}"} for number in range(start, start + BATCH)]
        ids += [each.pk for each in verbs.create_many(people, rows, actor=actor)]

    began = time.monotonic()
    made = changing.change(people, "set", ids, actor, {"owner": str(second.pk)})
    queued = time.monotonic() - began
    changing.go_on(made.pk)
    changed = time.monotonic() - began
    if Party.objects.filter(owner=second).count() != COUNT:
        fail("not all were changed")

    verbs.update(people, ids[:SINCE], {"owner": str(third.pk)}, actor=actor_for(second, "page"))
    made.refresh_from_db()
    began = time.monotonic()
    changing.undo(made, actor)
    changing.take_back(made.pk)
    undone = time.monotonic() - began
    made.refresh_from_db()
    kept = [each for piece in Piece.objects.filter(change=made) for each in piece.kept]
    if (made.restored, sorted(kept)) != (COUNT - SINCE, sorted(ids[:SINCE])):
        fail("restored", made.restored, "and kept", len(kept))
    if Party.objects.filter(owner=first).count() != COUNT - SINCE or Party.objects.filter(owner=third).count() != SINCE:
        fail("the owners are not who they were")
    print(f"Begun in {queued:.1f} s, changed in {changed:.0f} s, taken back in {undone:.0f} s; {SINCE} left and named.")


main()
