"""What a shape of a list is: one way in which the same set stands there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rapport.platform.access.actors import Actor
from rapport.platform.resources.output import Page
from rapport.platform.resources.output import page as read_page
from rapport.platform.resources.query import Query
from rapport.platform.resources.registry import Resource
from rapport.platform.search.asking import Shown, answer
from rapport.web.lists.address import Parameters, question
from rapport.web.lists.columns import names
from rapport.web.lists.where import Bar

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's question as it was read, by whom, and the parameters of its address."""

    query: Query
    actor: Actor
    given: Parameters
    bar: Bar

    @property
    def resource(self) -> Resource:
        return self.query.resource

    def found(self) -> Page:
        """A page of the rows, with the columns that are shown; nothing where the words aren't understood."""
        if self.bar.problem:
            return Page([], None)
        shown = tuple(names(self.query, self.actor))
        if self.query.where:
            return read_page(self.query, self.actor, names=shown, display=True)
        return answer(self.resource, question(self.given), self.actor, Shown(shown, display=True))


@dataclass(frozen=True, slots=True)
class Shape:
    """`show` answers what `template` needs, with `is_empty`: whether the page tells instead that there is nothing.

    `tools` is the template of what stands in the bar over the list, in the place of the table's groups. `further` is
    that of rows behind a cursor, asked for by the page itself, and `more` what it needs besides `rows` and `further`.
    """

    label: Any
    icon: str
    template: str
    show: Callable[[Asked], Context]
    tools: str = ""
    further: str = ""
    more: Callable[[Asked], Context] = lambda asked: {}
    fits: Callable[[Resource, Actor], bool] = lambda resource, actor: True
    has_columns: bool = True
    """Whether it shows the columns that somebody has chosen."""
