"""Users leave: what they looked after is handed over, and their doors close at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rapport.platform.access.actors import Actor
from rapport.platform.access.models import Token, User
from rapport.platform.access.people import keep_an_administrator
from rapport.platform.actions.registry import action
from rapport.platform.errors import Invalid
from rapport.platform.events.bus import emit
from rapport.platform.resources.registry import RESOURCES, Resource


def work_of(user: User) -> dict[Resource, int]:
    """How much of each resource waits for somebody else when this user leaves; what is none is left out."""
    counted = {resource: rows.count() for resource, rows in _owned(user)}
    return {resource: count for resource, count in counted.items() if count}


def _owned(user: User) -> Iterator[tuple[Resource, QuerySet[Any]]]:
    for resource in RESOURCES.values():
        theirs = resource.work_of(user.pk)
        if theirs is not None:
            rows = resource.model._default_manager.kept()
            yield resource, rows.filter(theirs)


@action(User, "disable", resource="users", accepts={"successor": "link", "unowned": "boolean"})
def disable_users(users: list[User], *, actor: Actor, successor: UUID | None = None, unowned: bool = False) -> None:
    """Ends the users' sessions and tokens at once, and hands their work to `successor`.

    Raises Invalid for oneself, and for work that nobody takes over unless `unowned` says that it should be so;
    Conflict where no administrator would be left.
    """
    if any(user.pk == actor.user_id for user in users):
        raise Invalid(_("You can't disable yourself."))
    heir = _heir(successor, users)
    for user in users:
        if heir is None and not unowned and work_of(user):
            raise Invalid(fields={"successor": _("Say who takes over what they look after.")})
        hand_over(user, heir, actor=actor)
        close_doors(user)
    keep_an_administrator()
    emit("users.disabled", [user.pk for user in users], actor=actor)


def _heir(successor: UUID | None, leaving: list[User]) -> User | None:
    if successor is None:
        return None
    found: User | None = (
        User.objects.kept().filter(pk=successor, is_active=True).exclude(pk__in=[user.pk for user in leaving]).first()
    )
    if found is None:
        raise Invalid(fields={"successor": _("Choose a colleague who stays.")})
    return found


def hand_over(user: User, heir: User | None, *, actor: Actor) -> None:
    """Gives everything that `user` owns to `heir`; to nobody when there is none.

    Whoever may end a user's work may pass it on, whether or not they could read it themselves: a private
    conversation changes its owner and stays private.
    """
    for resource, rows in _owned(user):
        ids = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
        resource.model._default_manager.filter(pk__in=ids).update(owner=heir)
        emit(f"{resource.name}.updated", ids, actor=actor, data={"fields": ["owner"]})


def close_doors(user: User) -> None:
    """Ends sessions and tokens; nobody can sign in as this user again."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    Token.objects.filter(user=user).delete()
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()


@action(User, "enable", resource="users")
def enable_users(users: list[User], *, actor: Actor) -> None:
    """Lets them sign in again, with the password that they had."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(is_active=True)
    emit("users.enabled", [user.pk for user in users], actor=actor)
