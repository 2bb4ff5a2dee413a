"""The facts of a record's page in their sections, as an administrator has laid them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.platform.access.actors import Actor
from rapport.platform.fields.models import PageLayout


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """`sections`, at least one, and what stands under *more*."""

    sections: tuple[Section, ...]
    more: tuple[str, ...]

    def over(self, fields: Sequence[str]) -> Layout:
        """The same with exactly these fields, each once; those that it doesn't name stand last in the last section."""
        left = dict.fromkeys(fields)
        taken = [Section(each.title, _taken(each.fields, left)) for each in self.sections or (Section("", ()),)]
        more = _taken(self.more, left)
        last = taken.pop()
        return Layout((*taken, Section(last.title, (*last.fields, *left))), more)

    def moved(self, name: str, *, up: bool) -> Layout:
        """With a field one place further up or down, over the edge of its section where it stands there."""
        groups = [list(each.fields) for each in self.sections] + [list(self.more)]
        at = next((number for number, group in enumerate(groups) if name in group), None)
        if at is None:
            return self
        place = groups[at].index(name)
        to, onward = (at - 1, place == 0) if up else (at + 1, place == len(groups[at]) - 1)
        if not onward:
            groups[at].insert(place - 1 if up else place + 1, groups[at].pop(place))
        elif 0 <= to < len(groups):
            groups[to].insert(len(groups[to]) if up else 0, groups[at].pop(place))
        return self._with(groups)

    def called(self, number: int, title: str) -> Layout:
        changed = [Section(title, s.fields) if n == number else s for n, s in enumerate(self.sections)]
        return Layout(tuple(changed), self.more)

    def added(self) -> Layout:
        return Layout((*self.sections, Section("", ())), self.more)

    def without(self, number: int) -> Layout:
        """Without a section, whose fields go to the one before it, or else the one after. One is left always."""
        if len(self.sections) < 2 or not 0 <= number < len(self.sections):
            return self
        groups = [list(each.fields) for each in self.sections]
        gone = groups[number]
        if number:
            groups[number - 1] += gone
        else:
            groups[1] = gone + groups[1]
        kept = [Section(s.title, tuple(groups[n])) for n, s in enumerate(self.sections) if n != number]
        return Layout(tuple(kept), self.more)

    def _with(self, groups: list[list[str]]) -> Layout:
        *sections, more = groups
        named = zip(self.sections, sections, strict=True)
        return Layout(tuple(Section(each.title, tuple(fields)) for each, fields in named), tuple(more))


def _taken(names: Sequence[str], left: dict[str, None]) -> tuple[str, ...]:
    found = [name for name in dict.fromkeys(names) if name in left]
    for name in found:
        del left[name]
    return tuple(found)


def layout_of(resource: str, actor: Actor, quiet: Sequence[str]) -> Layout:
    """The layout of a resource's pages; all but the `quiet` fields in one section where nobody has laid them out."""
    known = actor.remembered("layouts", _layouts)
    return known.get(resource) or Layout((Section("", ()),), tuple(quiet))


def _layouts() -> dict[str, Layout]:
    rows = PageLayout.objects.kept().values_list("resource", "sections", "more")
    return {
        resource: Layout(tuple(Section(each["title"], tuple(each["fields"])) for each in sections), tuple(more))
        for resource, sections, more in rows
    }
