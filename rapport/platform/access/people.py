"""Users come, get roles, and leave."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction

from rapport.platform.access.models import Role, Team, Token, User, UserRole
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
) -> User:
    """Adds a user who signs in with this password. Raises Invalid, Conflict."""
    try:
        address = read_email(email)
    except ValueProblem as problem:
        raise Invalid(fields={"email": str(problem)}) from None
    if User.objects.filter(email__iexact=address).exists():
        raise Conflict(fields={"email": "There is a user with this address already."})
    user = User(email=address.lower(), name=name or _called(address), team=team)
    if password is not None:
        _check(password, user)
    user.set_password(password)
    user.save()
    given = list(roles) or [administrator_role() if is_administrator else member_role()]
    UserRole.objects.bulk_create([UserRole(user=user, role=role) for role in given])
    return user


def _called(address: str) -> str:
    """What somebody is called until they say it: ada.lovelace@… is Ada Lovelace."""
    words = address.partition("@")[0].replace(".", " ").replace("_", " ").split()
    return " ".join(word.capitalize() for word in words)


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Invalid(fields={"password": " ".join(problem.messages)}) from None


@transaction.atomic
def disable(user: User) -> None:
    """Ends a user's sessions and tokens at once; they can't sign in again."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    Token.objects.filter(user=user).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
