"""A verb is one function over a set: permission, one transaction, history and event around it.

A button, the API, a bulk edit, an import and an agent all go through the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, models, transaction

from rapport.platform.access.actors import Actor
from rapport.platform.errors import Forbidden, Invalid, NotFound
from rapport.platform.history.context import assume
from rapport.platform.records.models import Row
from rapport.platform.resources.kinds import KINDS, Kind, ValueProblem

M = TypeVar("M", bound=Row)
P = ParamSpec("P")
R = TypeVar("R")

Selection = models.QuerySet[M] | Iterable[UUID]
"""What a verb is done to: rows, or their ids."""


@dataclass(frozen=True, slots=True)
class Action:
    """A registered verb. `name` is the last part of its address: `POST /api/v1/people/{id}/merge`."""

    resource: str
    name: str
    verb: str
    function: Callable[..., Any]
    label: str
    accepts: Mapping[str, Kind]
    """The values that a caller from outside may give, by name."""
    changes: tuple[str, ...] = ()
    """The fields that it changes, where giving them back what they held takes it back."""

    @property
    def required(self) -> set[str]:
        """The values that must be given."""
        parameters = signature(self.function).parameters
        return {name for name in self.accepts if parameters[name].default is Parameter.empty}

    def call(self, ids: Iterable[UUID], values: Mapping[str, Any], actor: Actor) -> Any:
        """Does the verb with values from outside. Raises Invalid that names each one that is wrong."""
        read, problems = {}, {}
        for name, value in values.items():
            try:
                if name not in self.accepts:
                    raise ValueProblem("There is no such value here.")
                read[name] = self.accepts[name].read(value)
            except ValueProblem as problem:
                problems[name] = str(problem)
        problems |= dict.fromkeys(self.required - set(values), "This is needed.")
        if problems:
            raise Invalid(fields=problems)
        return self.function(list(ids), actor=actor, **read)


ACTIONS: dict[tuple[str, str], Action] = {}


def action_of(resource: str, name: str) -> Action:
    """Raises NotFound for a verb that the resource doesn't know."""
    found = ACTIONS.get((resource, name))
    if found is None:
        raise NotFound()
    return found


def action(
    model: type[M],
    name: str,
    *,
    resource: str,
    verb: str = "edit",
    accepts: Mapping[str, str] | None = None,
    also: str = "",
    alone: Sequence[str] = (),
    changes: Sequence[str] = (),
) -> Callable[[Callable[Concatenate[list[M], P], R]], Callable[Concatenate[Selection[M], P], R]]:
    """Registers a verb over rows of `model`. The function gets the rows locked, in the order of their ids.

    The caller's keyword `actor` needs `verb` (edit, delete, …) on every row; else NotFound or Forbidden is
    raised before anything is written.

    `also` names a value with the id of one more row, which needs and gets the same: all are locked in one
    order, so that two verbs that meet never wait for each other. `alone` names locks that are taken first, in
    this order, for verbs that must not run beside each other. `changes` names the fields whose old values take
    it back.
    """

    def register(function: Callable[Concatenate[list[M], P], R]) -> Callable[Concatenate[Selection[M], P], R]:
        @wraps(function)
        def run(selection: Selection[M], /, *args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs["actor"]
            assert isinstance(actor, Actor)
            with transaction.atomic():
                assume(actor)
                for each in alone:
                    lock(each)
                ids = _ids(selection)
                further = {UUID(str(kwargs[also]))} if also else set()
                rows = admit(model, ids | further, actor, verb)
                return function([row for row in rows if row.pk in ids], *args, **kwargs)

        kinds = {key: KINDS[kind] for key, kind in (accepts or {}).items()}
        label = name.replace("_", " ").capitalize()
        ACTIONS[resource, name] = Action(resource, name, verb, run, label, kinds, tuple(changes))
        return run

    return register


def admit(model: type[M], selection: Selection[M], actor: Actor, verb: str) -> list[M]:
    """Locks the selected rows, if the actor may do `verb` on every one of them.

    As an update locks them: new rows that name one of these don't wait, nor does whoever writes them.
    """
    ids = _ids(selection)
    if not ids:
        return []
    rows = model._default_manager.filter(pk__in=ids)
    allowed = rows.visible_to(actor, verb).order_by("pk").select_for_update(of=("self",), no_key=True)
    found: list[M] = list(allowed)
    if len(found) < len(ids):
        seen = rows.visible_to(actor).count()
        raise Forbidden() if seen == len(ids) else NotFound()
    return found


def _ids(selection: Selection[M]) -> set[UUID]:
    return set(selection.values_list("pk", flat=True) if isinstance(selection, models.QuerySet) else selection)


def lock(name: str, *, shared: bool = False) -> None:
    """Waits for, and holds to the end of the transaction, the lock of this name; `shared` with others who share it."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
