"""The questions of lists, read and compiled once and asked as often as somebody wants to know.

What is asked again and again, as the lists of open pages are, costs its answer alone. That is safe because what follows
from an actor's rights and from definitions is the same for as long as their epoch lasts (the actor of another epoch is
another one), and because nothing that is kept has asked the database anything (tests/platform/test_kept_questions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from rapport.platform.access.actors import Actor
from rapport.platform.resources.output import Page, Reading, page
from rapport.platform.resources.query import read_query, read_text
from rapport.platform.resources.registry import Resource
from rapport.platform.resources.statements import ANY_RECORD, Parameters, StandIn, kept
from rapport.platform.search.finding import Asked, bounds, fitting, meant

Shape = tuple[int, ...]
"""How many words were typed, and how many beginnings of each will do."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is read of each row: these fields (None: those that the address names), and with `display` their words."""

    names: tuple[str, ...] | None = None
    display: bool = False


AS_ASKED = Shown()


@dataclass(frozen=True, slots=True)
class Typed:
    """What a question is to know of a text that was typed: its shape in the one of its meanings that is asked for."""

    shape: Shape
    meaning: int


def answer(resource: Resource, parameters: Mapping[str, str], actor: Actor, shown: Shown = AS_ASKED) -> Page:
    """The page that an address asks for. Raises BadQuery."""
    text = read_text(parameters.get("q", ""))
    if text and _is_unlike(resource, parameters, text, actor):
        return page(read_query(resource, parameters, actor), actor, names=shown.names, display=shown.display)
    asked = Parameters.of({name: value for name, value in parameters.items() if name != "q"})
    if not text:
        return _reading(resource, actor, asked, shown).page()
    found = Page([], None)
    for number, words in enumerate(meant(text)):
        typed = Typed(tuple(len(prefixes) for prefixes in words), number)
        found = _reading(resource, actor, asked, shown, typed).page(_values(words))
        if found.records:
            break
    return found


def of_record(
    resource: Resource, column: str, record: UUID, parameters: Mapping[str, str], actor: Actor, shown: Shown
) -> Page:
    """The page of the rows in which `column` names a record."""
    asked = Parameters.of({**parameters, column: str(ANY_RECORD)})
    return _reading(resource, actor, asked, shown).page({ANY_RECORD: record})


def _is_unlike(resource: Resource, parameters: Mapping[str, str], text: str, actor: Actor) -> bool:
    """Whether words make a question of their own, rather than stand in one for others."""
    return "count" in parameters or "cursor" in parameters or resource.text_condition(text, actor) is not None


def _values(asked: Asked) -> dict[StandIn, str]:
    """What was typed, by what stands for it."""
    stand_ins = _stand_ins(tuple(len(prefixes) for prefixes in asked))
    pairs = ((a, b) for names, given in zip(stand_ins, asked, strict=True) for a, b in zip(names, given, strict=True))
    return {mark: bound for name, prefix in pairs for mark, bound in zip(bounds(name), bounds(prefix), strict=True)}


def _stand_ins(shape: Shape) -> tuple[tuple[str, ...], ...]:
    """Each begins with a NUL, which no text in the database or in a question has."""
    return tuple(tuple(f"\0{word}.{place}" for place in range(count)) for word, count in enumerate(shape))


@kept(2_000)
def _reading(
    resource: Resource, actor: Actor, parameters: Parameters, shown: Shown, typed: Typed | None = None
) -> Reading:
    query, marks = read_query(resource, dict(parameters), actor), _stand_ins(typed.shape if typed else ())
    if typed:
        query = replace(query.with_condition(fitting(resource, marks, actor)), meaning=typed.meaning)
    bounding = {bound for prefixes in marks for prefix in prefixes for bound in bounds(prefix)}
    return Reading.of(query, actor, names=shown.names, display=shown.display, stand_ins=bounding)
