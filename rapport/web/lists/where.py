"""The condition in words over a list: what it says, what is wrong with it, and what may come next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from rapport.platform.access.actors import Actor
from rapport.platform.errors import BadQuery, Forbidden
from rapport.platform.resources import grammar
from rapport.platform.resources.query import Query, read_query
from rapport.platform.resources.registry import Resource
from rapport.web.request import Request
from rapport.web.shell import fragment


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in the field; where it can't be understood, why, and from which character to which."""

    text: str = ""
    problem: str = ""
    place: tuple[int, int] = (0, 0)

    @property
    def parts(self) -> tuple[str, str, str]:
        """The text before, in and behind the place of the problem."""
        start, end = self.place
        return self.text[:start], self.text[start:end], self.text[end:]


def read(resource: Resource, given: Mapping[str, str], actor: Actor) -> tuple[Query, Bar]:
    """The question of an address, and its condition in the reader's words.

    A condition that can't be understood is no part of the question. Raises BadQuery for anything else that can't be.
    """
    try:
        query = read_query(resource, given, actor)
    except BadQuery as problem:
        if set(problem.fields) != {"where"}:
            raise
        others = {name: value for name, value in given.items() if name != "where"}
        return read_query(resource, others, actor), _wrong(resource, given["where"], actor)
    return query, Bar(grammar.write(resource, query.where.tree, actor) if query.where else "")


def _wrong(resource: Resource, text: str, actor: Actor) -> Bar:
    try:
        grammar.parse(resource, text, actor)
    except grammar.GrammarProblem as problem:
        return Bar(text, problem.says, problem.place)
    return Bar(text)


def kept(resource: Resource, text: str, actor: Actor) -> str | None:
    """The condition as an address keeps it: in words that every reader's language knows, as far as it is understood."""
    if not text.strip():
        return None
    try:
        tree = grammar.parse(resource, text, actor).tree
    except grammar.GrammarProblem:
        return text
    return grammar.write(resource, tree, actor, canonical=True)


@require_safe
def complete(request: Request, resource: Resource) -> HttpResponse:
    """What may come at a place (`at`) of a condition that is being typed (`where`)."""
    if not resource.may(request.actor, "view"):
        raise Forbidden()
    text, at = request.GET.get("where", ""), request.GET.get("at", "")
    place = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else len(text)
    found = grammar.complete(resource, text, place, request.actor)
    return fragment(request, "lists/completions.html", found=found)
