"""The questions of lists, read and compiled once and asked as often as somebody wants to know.

What is asked again and again, as the lists of open pages are, costs its answer alone. That is safe because what follows
from an actor's rights and from definitions is the same for as long as their epoch lasts (the actor of another epoch is
another one), and because nothing that is kept has asked the database anything (tests/platform/test_kept_questions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.resources.output import Page, Reading, page
from rapport.platform.resources.query import read_query, read_text
from rapport.platform.resources.registry import Resource
from rapport.platform.resources.statements import ANY_RECORD, StandIn, keeping
from rapport.platform.search.finding import Asked, bounds, meant

Shape = tuple[int, ...]
"""How many words were typed, and how many beginnings of each will do."""


def asked(
    resource: Resource,
    parameters: Mapping[str, str],
    actor: Actor,
    *,
    names: Iterable[str] | None = None,
    display: bool = False,
    record: UUID | None = None,
) -> Page:
    """The page that an address asks for. Raises BadQuery. `record` takes the place of ANY_RECORD."""
    text = read_text(parameters.get("q", ""))
    is_counted = bool(text) and "count" in parameters
    if not actor.epoch or "cursor" in parameters or is_counted or _looks_itself(resource, text, actor):
        given = {name: str(record) if value == str(ANY_RECORD) else value for name, value in parameters.items()}
        return page(read_query(resource, given, actor), actor, names=names, display=display)
    others = tuple(sorted((name, value) for name, value in parameters.items() if name != "q"))
    question = Question(resource, actor, others, None if names is None else tuple(names), display)
    return _found(question, text) if text else _kept(question, (), None).page({ANY_RECORD: record or ANY_RECORD})


def _looks_itself(resource: Resource, text: str, actor: Actor) -> bool:
    return bool(text) and resource.text_condition(text, actor) is not None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, but for what was typed into the search."""

    resource: Resource
    actor: Actor
    parameters: tuple[tuple[str, str], ...]
    names: tuple[str, ...] | None
    display: bool


def _found(question: Question, text: str) -> Page:
    found = Page([], None)
    for number, understood in enumerate(meant(text)):
        shape = tuple(len(prefixes) for prefixes in understood)
        found = _kept(question, shape, number).page(_values(understood))
        if found.records:
            break
    return found


def _values(understood: Asked) -> dict[StandIn, str]:
    """What was typed, by what stands for it."""
    stand_ins = chain.from_iterable(_stand_ins(tuple(len(prefixes) for prefixes in understood)))
    pairs = zip(stand_ins, chain.from_iterable(understood), strict=True)
    return {mark: bound for name, prefix in pairs for mark, bound in zip(bounds(name), bounds(prefix), strict=True)}


def _stand_ins(shape: Shape) -> tuple[tuple[str, ...], ...]:
    """Each begins with a NUL, which no text in the database or in a question has."""
    return tuple(tuple(f"\0{word}.{place}" for place in range(count)) for word, count in enumerate(shape))


@lru_cache(maxsize=2_000)
def _kept(question: Question, shape: Shape, meaning: int | None) -> Reading:
    with keeping():
        query = read_query(question.resource, dict(question.parameters), question.actor)
        query = replace(query, words=_stand_ins(shape), meaning=meaning)
        return Reading.of(query, question.actor, names=question.names, display=question.display)
