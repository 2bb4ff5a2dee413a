"""Resources: an entity declared once; pages, API, search, import, export, history and tests follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from rapport.platform.access.actors import Actor, epoch_now
from rapport.platform.access.grants import Level, Scope
from rapport.platform.access.models import Share, User
from rapport.platform.fields.models import CustomField
from rapport.platform.records.models import Rows
from rapport.platform.resources.fields import Field

Words = str | Promise
NOTHING = Q(pk__in=())


class Resource:
    """The declaration of one entity. Subclass it, then `register` an instance.

    Who owns a row, for the scopes "own" and "team", is said by `owner` (a column: a user, or an array of
    users' ids) or by `parent` (a foreign key: its rights are inherited). What has neither is nobody's own:
    any scope above none shows all of it, and only the scope "all" changes it.
    """

    name: ClassVar[str]
    model: ClassVar[type[models.Model]]
    label: ClassVar[Words]
    plural: ClassVar[Words]
    fields: ClassVar[tuple[Field, ...]] = ()
    columns: ClassVar[tuple[str, ...]] = ()
    sort: ClassVar[tuple[str, ...]] = ("-id",)
    owner: ClassVar[str] = ""
    parent: ClassVar[str] = ""
    title: ClassVar[str] = "name"
    icon: ClassVar[str] = ""
    verbs: ClassVar[frozenset[str]] = frozenset({"view", "create", "edit", "delete", "export"})
    further_rights: ClassVar[frozenset[str]] = frozenset()
    """What roles grant beyond the verbs of its doors, such as writing down what has no POST of its own."""
    logs_reads: ClassVar[bool] = False
    is_door: ClassVar[bool] = True
    """Whether it answers at an address of its own; otherwise only others refer to it."""
    custom_fields: ClassVar[bool] = False
    indexes_with: ClassVar[tuple[tuple[tuple[str, ...], str], ...]] = ()
    """Which other resources' search entries follow from this one: (their names, the column with their id)."""
    shown_by: ClassVar[tuple[str, ...]] = ()
    """Paths to the records whose pages show this one, so that an open page learns of its change."""
    told_in: ClassVar[tuple[str, ...]] = ()
    """Paths to the records of whose history the changes of this one are a part."""
    page: ClassVar[bool] = False
    """Whether it has list and record pages of its own."""

    @property
    def rights(self) -> frozenset[str]:
        """Everything that a role can grant here."""
        return self.verbs | self.further_rights

    @cached_property
    def built_in(self) -> dict[str, Field]:
        return {field.name: field.bound(self.model, _target) for field in self.fields}

    def all_fields(self, actor: Actor) -> dict[str, Field]:
        """Built-in and custom fields, whoever may see them."""
        if not self.custom_fields:
            return self.built_in
        return self.built_in | _custom_fields(self.name, actor.epoch or epoch_now())

    def readable(self, actor: Actor) -> dict[str, Field]:
        """The fields that exist for this actor; the others are absent everywhere."""
        return {n: f for n, f in self.all_fields(actor).items() if actor.level(self.name, n) >= Level.READ}

    def editable(self, actor: Actor) -> dict[str, Field]:
        return {
            name: field
            for name, field in self.all_fields(actor).items()
            if actor.level(self.name, name) == Level.EDIT and not field.read_only
        }

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Columns that follow from those being written, such as a sort key from a name."""
        return {}

    def text_condition(self, text: str, actor: Actor) -> Q | None:
        """The rows that fit a text, where the resource looks for itself; None leaves it to search."""
        return None

    def found_besides(self, ids: list[UUID]) -> Mapping[tuple[UUID, str], list[str]]:
        """What these records are found by beyond their fields' values: texts by (id, the field that hides them)."""
        return {}

    def check(self, record: Any) -> None:
        """Raises Invalid when a record that is about to be written contradicts itself."""

    def check_after(self) -> None:
        """Raises Conflict where records may not be as they are after an update or a deletion; called last."""

    def check_restored(self, ids: list[UUID]) -> None:
        """Raises Conflict for a record in the trash that may not come back by itself."""

    def own(self, record: Any, actor: Actor) -> None:
        """Gives a new record what its maker gives it, such as an owner."""

    def write_elsewhere(self, pairs: list[tuple[Any, dict[str, Any]]], actor: Actor) -> None:
        """Stores the values of fields that are `elsewhere`, inside the transaction of the record."""
        raise NotImplementedError(f"{self.name} has fields elsewhere and no place for them")

    def work_of(self, user_id: UUID) -> Q | None:
        """The rows that somebody else takes over when this user leaves; None where nobody owns any."""
        field = self.built_in.get("owner")
        is_owned = field is not None and field.is_column and field.target == "users" and not field.read_only
        return Q(owner=user_id) if is_owned else None

    def make_elsewhere(self, pairs: list[tuple[Any, dict[str, Any]]], actor: Actor) -> None:
        """Stores those of records that are about to be written, and so have nothing there yet."""
        raise NotImplementedError(f"{self.name} has fields elsewhere and no place for them")

    def rows(self, actor: Actor, verb: str = "view") -> Rows:
        manager = self.model._default_manager
        return manager.visible_to(actor, verb)  # type: ignore[attr-defined, no-any-return]

    def scope(self, actor: Actor, verb: str) -> Q:
        """The rows on which `actor` may do `verb`, as a condition; sharing one adds to what a role grants.

        It follows from the actor alone, and asks nothing: it is kept for as long as their rights are the same.
        """
        if actor.is_system:
            return Q()
        if verb not in self.verbs:
            return NOTHING
        if self.parent:
            return self.inherited(actor, verb)
        scope = actor.scope(self.name, verb)
        if not self.owner and scope and verb in ("view", "export"):
            return Q()
        match scope:
            case Scope.ALL:
                return Q()
            case Scope.NONE:
                return self.shared(actor, verb) if actor.scope(self.name, "view") else NOTHING
            case Scope.OWN:
                return self.owned_by(actor, [actor.user_id]) | self.shared(actor, verb)
            case Scope.TEAM:
                team = User.objects.filter(actor.colleagues()).values("pk")
                return self.owned_by(actor, team) | self.shared(actor, verb)

    def inherited(self, actor: Actor, verb: str) -> Q:
        """A child is seen with its parent, and is written, made or deleted by who may edit the parent."""
        parent = self.model._meta.get_field(self.parent).related_model
        parent_verb = verb if verb in ("view", "export") else "edit"
        return Q(**{f"{self.parent}__in": parent._default_manager.visible_to(actor, parent_verb)})  # type: ignore[union-attr]

    def owned_by(self, actor: Actor, users: Any) -> Q:
        if not self.owner:
            return NOTHING
        if isinstance(self.model._meta.get_field(self.owner), ArrayField):
            return Q(**{f"{self.owner}__overlap": users if isinstance(users, list) else ArraySubquery(users)})
        return Q(**{f"{self.owner}__in": users})

    def shared(self, actor: Actor, verb: str) -> Q:
        if verb not in ("view", "edit"):
            return NOTHING
        shares = Share.objects.filter(resource=self.name, principal_id__in=(*actor.principals, *actor.shared_with))
        if verb == "edit":
            shares = shares.filter(may_edit=True)
        return Q(pk__in=shares.values("record_id"))

    def may(self, actor: Actor, verb: str) -> bool:
        """Whether the actor may do `verb` on any row of this resource at all."""
        if verb not in self.verbs:
            return False
        if self.parent:
            parent = resource_of(self.model._meta.get_field(self.parent).related_model)  # type: ignore[arg-type]
            return parent.may(actor, verb if verb in ("view", "export") else "edit")
        return actor.is_administrator or actor.scope(self.name, verb) > Scope.NONE


class Registry(dict[str, Resource]):
    """Resources by name. Goes on being read while another thread declares some anew."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))

    def values(self) -> Any:
        return list(super().values())

    def items(self) -> Any:
        return list(super().items())


RESOURCES = Registry()
_BY_MODEL: dict[type[models.Model], Resource] = {}


def register(resource: type[Resource]) -> type[Resource]:
    """Adds a resource, and with it its doors: pages, API, search, export, and the tests over all of them."""
    instance = resource()
    RESOURCES[instance.name] = instance
    _BY_MODEL.setdefault(instance.model, instance)
    return resource


def redeclare(family: type[Resource], resources: Iterable[Resource]) -> None:
    """Replaces all resources of one family, which come and go at run time, by these."""
    declared = {each.name: each for each in resources}
    gone = [name for name, each in RESOURCES.items() if isinstance(each, family) and name not in declared]
    for each in declared.values():
        _BY_MODEL[each.model] = each
    RESOURCES.update(declared)
    for name in gone:
        del RESOURCES[name]


def resource_of(model: type[models.Model]) -> Resource:
    return _BY_MODEL[model]


def _target(model: type[models.Model]) -> str:
    found = _BY_MODEL.get(model)
    return found.name if found else ""


@lru_cache(maxsize=500)
def _custom_fields(resource: str, epoch: int) -> dict[str, Field]:
    # `epoch` rises with every change of a definition, so that no process serves an old one.
    fields = CustomField.objects.kept().filter(resource=resource)
    # What leads to a kind that is in the trash waits for its return.
    return {each.name: each.as_field() for each in fields if not each.target or each.target in RESOURCES}
