"""Rights as data. A role's `grants` maps a resource's name, or "*", to what it grants there:

    {"people": {"view": "all", "create": "all", "edit": "team", "delete": "own", "export": "none",
                "fields": {"phone": "hidden", "email": "read"}}}

A verb that isn't named is not granted; a field that isn't named is as editable as its record. Roles unite:
the widest scope of a verb and the highest level of a field win.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Scope(IntEnum):
    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


class Level(IntEnum):
    HIDDEN = 0
    READ = 1
    EDIT = 2


VERBS = ("view", "create", "edit", "delete", "export")


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role grants on one resource."""

    scopes: Mapping[str, Scope]
    fields: Mapping[str, Level]

    @classmethod
    def parse(cls, grant: Mapping[str, Any]) -> Grant:
        return cls(
            {verb: Scope[str(grant.get(verb, "none")).upper()] for verb in VERBS},
            {name: Level[str(level).upper()] for name, level in grant.get("fields", {}).items()},
        )


@dataclass(frozen=True, slots=True)
class Grants:
    """The united rights of several roles."""

    is_administrator: bool = False
    roles: tuple[Mapping[str, Grant], ...] = field(default=())

    @classmethod
    def unite(cls, roles: Iterable[tuple[bool, Mapping[str, Any]]]) -> Grants:
        """Unites (is_administrator, grants) pairs, which are valid by `problems`."""
        listed = list(roles)
        return cls(
            any(is_administrator for is_administrator, _ in listed),
            tuple({name: Grant.parse(grant) for name, grant in grants.items()} for _, grants in listed),
        )

    def _of(self, resource: str) -> list[Grant]:
        found = (role.get(resource) or role.get("*") for role in self.roles)
        return [grant for grant in found if grant is not None]

    def scope(self, resource: str, verb: str) -> Scope:
        if self.is_administrator:
            return Scope.ALL
        return max((grant.scopes[verb] for grant in self._of(resource)), default=Scope.NONE)

    def level(self, resource: str, name: str) -> Level:
        """The level of a field, over the roles that let the resource be seen at all."""
        if self.is_administrator:
            return Level.EDIT
        seeing = [grant for grant in self._of(resource) if grant.scopes["view"] or grant.scopes["create"]]
        return max((grant.fields.get(name, Level.EDIT) for grant in seeing), default=Level.HIDDEN)

    def hides(self, resource: str, name: str) -> bool:
        """Whether roles hide a field of a resource that is otherwise open to everybody."""
        named = self._of(resource)
        levels = [grant.fields.get(name, Level.EDIT) for grant in named]
        return bool(named) and max(levels) == Level.HIDDEN and not self.is_administrator


def problems(grants: object) -> list[str]:
    """Says what is wrong with a role's grants, in words; nothing when they are valid."""
    if not isinstance(grants, dict):
        return ["Grants are an object of resources."]
    return [problem for name, grant in grants.items() for problem in _problems_of(name, grant)]


def _problems_of(resource: str, grant: object) -> list[str]:
    if not isinstance(grant, dict):
        return [f"{resource}: a grant is an object of verbs."]
    found = [f"{resource}: there is no verb “{verb}”." for verb in grant if verb not in (*VERBS, "fields")]
    scopes = {scope.name.lower() for scope in Scope}
    found += [
        f"{resource}: {verb} is one of {', '.join(sorted(scopes))}."
        for verb in VERBS
        if not _is_one_of(grant.get(verb, "none"), scopes)
    ]
    fields = grant.get("fields", {})
    if not isinstance(fields, dict):
        return [*found, f"{resource}: fields is an object of levels."]
    levels = {level.name.lower() for level in Level}
    found += [
        f"{resource}: {name} is one of {', '.join(sorted(levels))}."
        for name, level in fields.items()
        if not _is_one_of(level, levels)
    ]
    return found


def _is_one_of(value: object, words: set[str]) -> bool:
    return isinstance(value, str) and value in words
