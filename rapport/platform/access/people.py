"""Users come and get their roles; how they leave stands in `leaving`."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.kit.names import name_in_address
from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Role, SetUp, Team, User, UserRole
from rapport.platform.actions.registry import lock
from rapport.platform.errors import Conflict, Invalid
from rapport.platform.resources.kinds import ValueProblem, read_email

ADMINISTRATOR = "Administrator"
MEMBER = "Member"
MEMBER_GRANTS = {
    "*": {"view": "all", "create": "all", "edit": "all", "delete": "own", "export": "own"},
}


def administrator_role() -> Role:
    role, _new = Role.objects.get_or_create(name=ADMINISTRATOR, defaults={"is_administrator": True})
    return role


def member_role() -> Role:
    """What somebody may do to whom nobody has given a role of their own."""
    role, _new = Role.objects.get_or_create(name=MEMBER, defaults={"grants": MEMBER_GRANTS})
    return role


@transaction.atomic
def add_user(
    email: str,
    password: str | None,
    *,
    name: str = "",
    is_administrator: bool = False,
    team: Team | None = None,
    roles: Iterable[Role] = (),
    time_zone: str = "UTC",
    language: str = "en",
) -> User:
    """Adds a user who signs in with this password. Raises Invalid, Conflict."""
    try:
        address = read_email(email)
    except ValueProblem as problem:
        raise Invalid(fields={"email": str(problem)}) from None
    if is_administrator:
        _close_set_up()
    if User.objects.filter(email__iexact=address).exists():
        raise Conflict(fields={"email": "There is a user with this address already."})
    user = User(email=address.lower(), name=name or name_in_address(address), team=team)
    user.time_zone, user.language = time_zone, language
    if password is not None:
        _check(password, user)
    user.set_password(password)
    user.save()
    given = list(roles) or [administrator_role() if is_administrator else member_role()]
    UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in given])
    return user


def _close_set_up() -> None:
    """The link of the first start leads nowhere any more, and no later start asks whether there should be one."""
    SetUp.objects.get_or_create(id=1)
    SetUp.objects.filter(id=1, done_at=None).update(done_at=timezone.now(), digest=None)


def keep_an_administrator() -> None:
    """Raises Conflict where, after what this transaction has done, nobody is left who may change the settings.

    Call it last: whoever else takes an administrator away waits here, and then sees that this one is gone.
    """
    lock("access.administrators")
    there = User.objects.kept().filter(is_active=True, roles__is_administrator=True, roles__deleted_at=None)
    if not there.exists():
        raise Conflict(_("Nobody would be left who is an administrator. Make somebody else one first."))


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Invalid(fields={"password": " ".join(problem.messages)}) from None


def set_password(user: User, password: str) -> None:
    """Raises Invalid for one that is too weak."""
    _check(password, user)
    user.set_password(password)
    User.objects.filter(pk=user.pk).update(password=user.password)


def give_roles(given: Iterable[tuple[User, list[UUID]]], actor: Actor) -> None:
    """Gives each user exactly these roles.

    Raises Invalid for none, and for giving up one's own rule; Conflict where no administrator would be left.
    """
    pairs = list(given)
    roles = Role.objects.kept().in_bulk({role for _user, listed in pairs for role in listed})
    for user, listed in pairs:
        _check_roles([roles[each] for each in listed if each in roles], len(listed), user.pk == actor.user_id)
    held = set(UserRole.objects.filter(user__in=[user for user, _l in pairs]).values_list("user_id", "role_id"))
    wanted = {(user.pk, role) for user, listed in pairs for role in listed}
    for user_id, role in held - wanted:
        UserRole.objects.filter(user=user_id, role=role).delete()
    UserRole.objects.bulk_create([UserRole(user_id=user_id, role_id=role) for user_id, role in sorted(wanted - held)])
    if held - wanted:
        keep_an_administrator()


def _check_roles(found: list[Role], asked: int, is_self: bool) -> None:
    if not found:
        raise Invalid(fields={"roles": _("Give at least one role.")})
    if len(found) < asked:
        raise Invalid(fields={"roles": _("There is nothing here that you may see.")})
    if is_self and not any(role.is_administrator for role in found):
        raise Invalid(fields={"roles": _("You can't take the administrator's role from yourself.")})
