"""Many records are set, or put into the trash, so that it can be taken back: at once, or piece by piece as a job."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.models import User
from rapport.platform.actions.registry import action_of
from rapport.platform.errors import Forbidden, Problem
from rapport.platform.jobs.queue import enqueue
from rapport.platform.notifications.models import Kind
from rapport.platform.notifications.telling import Word, tell
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES, Resource
from rapport.platform.undo.models import BulkChange, Piece
from rapport.platform.undo.values import differences, read, watched

PIECE = 500
"""Records that one transaction changes."""
CHANGES = "changes"
"""What they are called among what somebody is notified of."""
AT_ONCE = 1_000
"""Up to how many are changed while somebody waits: all of them or, where one is refused, none."""

State = BulkChange.State


def change(
    resource: Resource, verb: str, ids: Sequence[UUID], actor: Actor, values: Mapping[str, Any] | None = None
) -> BulkChange:
    """Sets these values, puts the records into the trash (`verb` set or trash), or does an action of the resource's
    with these values. More than AT_ONCE are a job's.

    Raises, up to that many, what the verb raises for the first that is refused; Forbidden for the system.
    """
    if actor.user_id is None:
        raise Forbidden()  # whoever has no account of their own has nobody who could take it back
    with transaction.atomic():
        made = BulkChange.objects.create(
            user_id=actor.user_id, resource=resource.name, verb=verb, values=dict(values or {}), expected=len(ids)
        )
        pieces = [Piece(change=made, ids=list(ids[at : at + PIECE])) for at in range(0, len(ids), PIECE)]
        Piece.objects.bulk_create(pieces)
        if len(ids) > AT_ONCE:
            enqueue("undo.change", key=f"undo.change:{made.pk}", change=str(made.pk))
            return made
        for piece in pieces:
            _do(resource, made, piece, piece.ids, actor)
            _note(made, piece, len(piece.ids))
        _end(made, State.DOING, State.DONE)
    made.refresh_from_db()
    return made


def go_on(change_id: UUID) -> None:
    """Changes what is left of it. Each piece is a transaction of its own; what is refused is set aside."""
    made = BulkChange.objects.get(pk=change_id)
    _each_piece(made, "is_done", State.DOING, _change_all_that_may)
    _end(made, State.DOING, State.DONE)


def _each_piece(
    made: BulkChange, done: str, state: BulkChange.State, work: Callable[[BulkChange, Piece, Actor | None], None]
) -> None:
    left = Piece.objects.filter(change=made, **{done: False}).order_by("pk").values_list("pk", flat=True)
    for each in list(left):
        with transaction.atomic():
            piece = Piece.objects.select_for_update().get(pk=each)
            if not getattr(piece, done) and BulkChange.objects.filter(pk=made.pk, state=state).exists():
                # Rights may have changed since: they are those of now, and none of somebody who has left.
                is_here = User.objects.kept().filter(pk=made.user_id, is_active=True).exists()
                work(made, piece, actor_for(made.user, "page") if is_here else None)


def _change_all_that_may(made: BulkChange, piece: Piece, actor: Actor | None) -> None:
    resource = RESOURCES.get(made.resource)  # None: their kind has been put into the trash meanwhile
    if actor and resource:
        piece.refused = halving(piece.ids, lambda ids: _do(resource, made, piece, ids, actor))
    else:
        piece.refused = list(piece.ids)
    _note(made, piece, len(piece.ids) - len(piece.refused))


def _do(resource: Resource, made: BulkChange, piece: Piece, ids: list[UUID], actor: Actor) -> None:
    if made.verb == "trash":
        verbs.trash(resource, ids, actor=actor)
        piece.groups.append({"ids": [str(each) for each in ids], "before": {}, "after": {}})
        return
    fields = watched(resource, _changed_by(resource, made), actor)
    _hold(resource, ids)
    before = read(resource, ids, fields, actor)
    if made.verb == "set":
        verbs.update(resource, ids, made.values, actor=actor)
    else:
        action_of(resource.name, made.verb).call(ids, made.values, actor)
    piece.groups.extend(differences(before, read(resource, ids, fields, actor)))


def _changed_by(resource: Resource, made: BulkChange) -> Collection[str]:
    return made.values if made.verb == "set" else action_of(resource.name, made.verb).changes


def _note(made: BulkChange, piece: Piece, changed: int) -> None:
    piece.is_done = True
    piece.save(update_fields=["groups", "refused", "is_done"])
    counts = {"changed": F("changed") + changed, "refused": F("refused") + len(piece.refused)}
    BulkChange.objects.filter(pk=made.pk).update(**counts)


@transaction.atomic
def _end(made: BulkChange, was: BulkChange.State, state: BulkChange.State) -> None:
    """Its maker, who may have gone on to something else, is told of the end of what a job has done."""
    ended = BulkChange.objects.filter(pk=made.pk, state=was).update(state=state)
    if ended and made.expected > AT_ONCE:
        tell([Word(made.user_id, Kind.FINISHED, CHANGES, made.pk, state)])


def undo(made: BulkChange, actor: Actor) -> None:
    """Takes a change back, as far as nobody has changed the same since: at once, or as a job. Once only."""
    with transaction.atomic():
        if not BulkChange.objects.filter(pk=made.pk, state=State.DONE).update(state=State.UNDOING):
            return
        if made.expected > AT_ONCE:
            enqueue("undo.undo", key=f"undo.undo:{made.pk}", change=str(made.pk))
        else:
            take_back(made.pk)


def take_back(change_id: UUID) -> None:
    """Takes back what is left of it, piece by piece; repeatable."""
    made = BulkChange.objects.get(pk=change_id)
    _each_piece(made, "is_undone", State.UNDOING, _take_back_piece)
    _end(made, State.UNDOING, State.UNDONE)


def _take_back_piece(made: BulkChange, piece: Piece, actor: Actor | None) -> None:
    resource, kept = RESOURCES.get(made.resource), []
    if resource:
        _hold(resource, piece.ids)
    for group in piece.groups:
        ids = [UUID(each) for each in group["ids"]]
        if actor is None or resource is None:
            kept += ids
            continue
        same = _in_trash(resource, ids, actor) if made.verb == "trash" else _unchanged(resource, ids, group, actor)
        back = _restoring(resource, actor) if made.verb == "trash" else _setting(resource, group["before"], actor)
        refused = set(halving(same, back))
        kept += [each for each in ids if each not in set(same) or each in refused]
    piece.kept, piece.is_undone = kept, True
    piece.save(update_fields=["kept", "is_undone"])
    changed = sum(len(group["ids"]) for group in piece.groups)
    counts = {"restored": F("restored") + changed - len(kept), "kept": F("kept") + len(kept)}
    BulkChange.objects.filter(pk=made.pk).update(**counts)


def _hold(resource: Resource, ids: Iterable[UUID]) -> None:
    """Locks the rows, in the order of every verb: what is read of them stays so until it is written."""
    rows = resource.model._default_manager.filter(pk__in=list(ids)).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk"))


def _unchanged(resource: Resource, ids: list[UUID], group: Mapping[str, Any], actor: Actor) -> list[UUID]:
    """Those that hold what the change has given them. What can't be read any more counts as changed."""
    fields = {name: field for name, field in resource.editable(actor).items() if name in group["after"]}
    now = read(resource, ids, fields, actor)
    return [each for each in ids if now.get(each) == group["after"]]


def _in_trash(resource: Resource, ids: list[UUID], actor: Actor) -> list[UUID]:
    rows = resource.model._default_manager.trash_of(actor)  # type: ignore[attr-defined]
    return list(rows.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))


def _setting(resource: Resource, values: Mapping[str, Any], actor: Actor) -> Callable[[list[UUID]], object]:
    return lambda ids: verbs.update(resource, ids, values, actor=actor)


def _restoring(resource: Resource, actor: Actor) -> Callable[[list[UUID]], object]:
    return lambda ids: verbs.restore(resource, ids, actor=actor)


def halving(ids: Sequence[UUID], work: Callable[[list[UUID]], object]) -> list[UUID]:
    """Does the work on as many together as can be, and answers those that it was refused for."""
    if not ids:
        return []
    try:
        with transaction.atomic():
            work(list(ids))
    except Problem:
        if len(ids) == 1:
            return list(ids)
    else:
        return []
    middle = len(ids) // 2
    return halving(ids[:middle], work) + halving(ids[middle:], work)
