"""Users, teams and roles as resources: everybody sees who is here; administrators change it."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rapport.kit.names import name_in_address
from rapport.platform.access.actors import Actor
from rapport.platform.access.grants import problems
from rapport.platform.access.models import Role, Team, User, UserRole
from rapport.platform.access.people import give_roles, keep_an_administrator, member_role
from rapport.platform.errors import Invalid
from rapport.platform.history.chapters import CHAPTERS, Chapter
from rapport.platform.resources.fields import Field
from rapport.platform.resources.registry import NOTHING, RESOURCES, Resource, register


class Directory(Resource):
    """Seen by everybody of ours, changed by administrators alone."""

    verbs = frozenset({"view", "create", "edit", "delete"})

    def scope(self, actor: Actor, verb: str) -> Q:
        return Q() if self.may(actor, verb) else NOTHING

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs and (verb == "view" or actor.is_administrator)

    def readable(self, actor: Actor) -> dict[str, Field]:
        """Everything but what every role that speaks of this resource hides."""
        grants = actor.grants
        return {n: f for n, f in self.all_fields(actor).items() if not grants.hides(self.name, n)}

    def editable(self, actor: Actor) -> dict[str, Field]:
        return {n: f for n, f in self.all_fields(actor).items() if not f.read_only and actor.is_administrator}


@register
class Teams(Directory):
    name = "teams"
    model = Team
    label, plural = _("Team"), _("Teams")
    fields = (Field("name", required=True), Field("parent"), Field("created_at", read_only=True))
    sort = ("name",)


@register
class Roles(Directory):
    name = "roles"
    model = Role
    label, plural = _("Role"), _("Roles")
    fields = (
        Field("name", required=True),
        Field("description"),
        Field("is_administrator"),
        Field("grants"),
    )
    sort = ("name",)

    def may(self, actor: Actor, verb: str) -> bool:
        return verb in self.verbs and actor.is_administrator

    def check_after(self) -> None:
        keep_an_administrator()

    def check(self, record: Role) -> None:
        if found := problems(record.grants):
            raise Invalid(fields={"grants": " ".join(found)[:500]})


class RolesHeld:
    """The ids of a user's roles."""

    def value(self) -> Combinable:
        held = UserRole.objects.filter(user=OuterRef("pk"), role__deleted_at=None)
        return ArraySubquery(held.order_by("role_id").values("role_id"))

    def condition(self, operator: str, value: Any) -> Q:
        raise NotImplementedError("links are not compared")


class RolesGiven(Resource):
    """The roles of users one by one, for their history."""

    name = "user_roles"
    model = UserRole
    label, plural = _("Role"), _("Roles")
    fields = (Field("role"),)

    def readable(self, actor: Actor) -> dict[str, Field]:
        return self.built_in if "roles" in RESOURCES["users"].readable(actor) else {}


CHAPTERS["users"].append(Chapter(RolesGiven(), lambda record, _actor: Q(user=record), "user_id"))


@register
class Users(Directory):
    name = "users"
    model = User
    label, plural = _("User"), _("Users")
    fields = (
        Field("name"),
        Field("email", required=True, create_only=True),
        Field("team"),
        Field(
            "roles",
            _("Roles"),
            kind_name="links",
            elsewhere=True,
            computed=RolesHeld(),
            nullable=False,
            default=lambda _actor: [member_role().pk],
        ),
        Field("is_active", read_only=True),
        Field("time_zone"),
        Field("language"),
    )
    sort = ("name",)
    verbs = frozenset({"view", "create", "edit"})

    def derive(self, columns: dict[str, Any]) -> dict[str, Any]:
        return {"email": columns["email"].lower()} if "email" in columns else {}

    def own(self, record: User, actor: Actor) -> None:
        """Somebody new is called after their address until they say it, and has no password until they set one."""
        record.name = record.name or name_in_address(record.email)
        record.set_unusable_password()

    def write_elsewhere(self, pairs: list[tuple[User, dict[str, Any]]], actor: Actor) -> None:
        give_roles([(user, values["roles"]) for user, values in pairs], actor)

    make_elsewhere = write_elsewhere

    def check(self, record: User) -> None:
        if record.time_zone not in available_timezones():
            raise Invalid(fields={"time_zone": gettext("Choose a time zone.")})
        if record.language not in dict(settings.LANGUAGES):
            raise Invalid(fields={"language": gettext("Choose a language.")})
