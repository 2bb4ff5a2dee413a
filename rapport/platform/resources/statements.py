"""Questions as Django has compiled them, to be run again: building and compiling one costs more than its answer."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache, wraps
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from rapport.platform.access.actors import Actor
from rapport.platform.history.context import waiting

P = ParamSpec("P")
T = TypeVar("T")

Ready = Callable[Concatenate[Any, Actor, P], T]
"""Makes a question about a resource ready to be asked by an actor."""
Convert = Callable[[Any, Any, Any], Any]
Converters = tuple[tuple[int, Convert, Any], ...]
"""By the place of a column: what makes its value of what the driver brings, given that, the expression and the
connection."""

ANY_RECORD = UUID(int=2**127 + 1)
"""Stands in a statement for the id of a record that is named when it is run; no id is like it."""
StandIn = UUID | str
"""A value that stands in a statement for one that is named when it is run, and is like no value that could be meant."""

WAITING = "\0waiting"
"""Stands in a statement for what `history.context.waiting` says when it is run."""

LONGEST = 300
"""Characters of parameters beyond which a question isn't kept."""

_KEEPING: ContextVar[bool] = ContextVar("keeping", default=False)


def is_kept() -> bool:
    """Whether what is being compiled outlasts what asks it: it may then name nothing that only holds now."""
    return _KEEPING.get()


class Parameters(tuple[tuple[str, str], ...]):
    """What an address asks, in one order."""

    __slots__ = ()

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Parameters:
        return cls(sorted(given.items()))

    @property
    def are_asked_again(self) -> bool:
        """Whether somebody may well ask the same: seldom for a further page, what was typed, lists of ids.

        A condition in words means what its titles and periods mean at the moment.
        """
        length = sum(len(name) + len(value) for name, value in self)
        return length <= LONGEST and not any(name in ("cursor", "q", "where") for name, _value in self)


def kept(most: int) -> Callable[[Ready[P, T]], Ready[P, T]]:
    """Keeps what a function makes ready of a question, as often as `most` allows, for whoever asks the same again.

    The function asks the database nothing. What follows from rights and definitions is the same for as long as the
    actor's epoch lasts; for an actor without one, and of parameters that are seldom asked again, nothing is kept.
    """

    def decorate(ready: Ready[P, T]) -> Ready[P, T]:
        def keep(resource: Any, actor: Actor, /, *asked: P.args, **named: P.kwargs) -> T:
            token = _KEEPING.set(True)
            try:
                return ready(resource, actor, *asked, **named)
            finally:
                _KEEPING.reset(token)

        kept_of: Ready[P, T] = cast(Any, lru_cache(maxsize=most)(keep))

        @wraps(ready)
        def run(resource: Any, actor: Actor, /, *asked: P.args, **named: P.kwargs) -> T:
            given = (each for each in (*asked, *named.values()) if isinstance(each, Parameters))
            again = actor.epoch and all(each.are_asked_again for each in given)
            return (kept_of if again else ready)(resource, actor, *asked, **named)

        return run

    return decorate


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters. Where looks are noted, the first column is the record's id."""

    sql: str
    parameters: tuple[Any, ...]
    columns: int
    places: tuple[tuple[int, StandIn], ...]
    """Which parameters are stand-ins."""
    converters: Converters
    """What Django does to values that the driver brings, where it does anything."""

    @classmethod
    def of(cls, rows: models.QuerySet[Any, Any], stand_ins: Container[StandIn] = ()) -> Statement | None:
        """Compiles `rows.values_list("pk", …)`; None where no row can fit. Asks the database nothing."""
        compiler: Any = rows.query.get_compiler(rows.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        given = [(place, each) for place, each in enumerate(parameters) if isinstance(each, UUID | str)]
        places = tuple((place, each) for place, each in given if each in stand_ins)
        columns = [expression for expression, _sql, _alias in compiler.select]
        return cls(sql, tuple(parameters), len(columns), places, _converters(compiler.get_converters(columns)))

    def noting(self, actor: Actor, resource: str, *, most: int, order: Iterable[tuple[int, bool]] = ()) -> Statement:
        """The same, noting that the actor has looked at the first `most` of the rows. See `history.context.saw`.

        `order` names the columns that the rows are in the order of, and whether each descends.
        """
        names = [f"c{place}" for place in range(self.columns)]
        sorted_by = ", ".join(f"{names[place]} {'DESC' if descends else 'ASC'}" for place, descends in order)
        # Put together of names and numbers that are made here: every value is a parameter.
        sql = (
            f"WITH found ({', '.join(names)}) AS MATERIALIZED ({self.sql}), seen AS ("  # noqa: S608
            "INSERT INTO history_read (at, actor_id, origin, resource, record_ids)"
            " SELECT now(), %s, %s, %s, array_agg(c0)"
            f" FROM (SELECT c0 FROM found LIMIT {most}) shown, set_config('synchronous_commit', %s, true)"
            f" HAVING count(*) > 0) SELECT * FROM found{f' ORDER BY {sorted_by}' if sorted_by else ''}"
        )
        parameters = (*self.parameters, actor.reader_id, actor.origin, resource, WAITING)
        return replace(self, sql=sql, parameters=parameters, places=(*self.places, (len(parameters) - 1, WAITING)))

    def run(self, values: Mapping[StandIn, Any] = MappingProxyType({})) -> list[Sequence[Any]]:
        """The rows; `values` says what each stand-in stands for."""
        parameters, known = list(self.parameters), {WAITING: waiting(), **values}
        for place, stand_in in self.places:
            # Somebody may well ask for the id that stands for others: nothing has it.
            parameters[place] = known.get(stand_in, stand_in)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows: list[Sequence[Any]] = cursor.fetchall()
        return [_converted(row, self.converters) for row in rows] if self.converters else rows


def _converters(found: Mapping[int, tuple[Iterable[Convert], Any]]) -> Converters:
    """Those of Django's compiler, which itself isn't kept: it holds the connection of the thread that compiled."""
    return tuple(
        (place, convert, expression) for place, (converts, expression) in found.items() for convert in converts
    )


def _converted(row: Sequence[Any], converters: Converters) -> Sequence[Any]:
    values = list(row)
    for place, convert, expression in converters:
        values[place] = convert(values[place], expression, connection)
    return values
