"""One record as its page reads it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper

from rapport.platform.access.actors import Actor
from rapport.platform.errors import NotFound
from rapport.platform.resources.registry import Resource
from rapport.platform.search.asking import Shown, of_record


def read_record(resource: Resource, record: UUID, actor: Actor, *, trash: bool = False) -> dict[str, Any]:
    """Every field that the actor may read, links with their words; with `trash`, of one in the trash.

    Raises NotFound.
    """
    readable = resource.readable(actor)
    linked = [n for n, f in readable.items() if f.target and not f.display]
    given = {"limit": "1", **({"expand": ",".join(linked)} if linked else {})}
    if trash:
        given["trash"] = "true"
    found = of_record(resource, "id", record, given, actor, Shown(tuple(readable), display=True)).records
    if not found:
        raise NotFound()
    return found[0]


def may(resource: Resource, record: UUID, actor: Actor, verb: str) -> bool:
    """Whether the actor may do `verb` on this very record."""
    return resource.may(actor, verb) and resource.rows(actor, verb).filter(pk=record).exists()


def allowed(resource: Resource, record: UUID, actor: Actor, verbs: Iterable[str]) -> set[str]:
    """Which of the verbs the actor may do on a record that they have just read. One query at most.

    Where a role grants a verb on all rows, it is granted on this one.
    """
    wanted = [verb for verb in verbs if resource.may(actor, verb)]
    scopes = {verb: resource.scope(actor, verb) for verb in wanted}
    asked = {verb: scope for verb, scope in scopes.items() if scope}
    if not asked:
        return set(wanted)
    columns = [ExpressionWrapper(scope, BooleanField()) for scope in asked.values()]
    found = resource.rows(actor).filter(pk=record).values_list(*columns).first() or ()
    granted = {verb for verb, is_granted in zip(asked, found, strict=False) if is_granted}
    return granted | (set(wanted) - set(asked))
