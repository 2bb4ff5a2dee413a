"""Whatever is done, somebody is left who may change the settings."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from rapport.platform.access.actors import Actor, actor_for
from rapport.platform.access.leaving import disable_users
from rapport.platform.access.models import Role, User
from rapport.platform.errors import Conflict
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.contracts.database import state
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast, make_role, make_user

ROUNDS = 5
REFUSED = "Nobody would be left who is an administrator. Make somebody else one first."


def role(name: str) -> str:
    return str(Role.objects.get(name=name).pk)


def rulers() -> int:
    found = User.objects.filter(is_active=True, roles__is_administrator=True, roles__deleted_at=None)
    return int(found.count())


def test_the_last_administrators_role_is_neither_emptied_nor_put_into_the_trash(cast: Cast) -> None:
    call, path = Caller(cast.administrator), f"roles/{role('Administrator')}"
    before = state()
    for answer in (call("PATCH", path, {"is_administrator": False}), call("DELETE", path)):
        assert (answer[0], answer[1]["detail"]) == (409, REFUSED)
    [row] = call("POST", "roles/batch", {"records": [{"id": role("Administrator"), "is_administrator": False}]})[1][
        "results"
    ]
    assert (row["status"], row["detail"]) == (409, REFUSED)
    assert state() == before
    assert call("PATCH", path, {"description": "Rules"})[0] == 200


def test_who_has_signed_off_or_whose_role_is_in_the_trash_is_no_administrator(cast: Cast) -> None:
    """Another administrator who can't act, or who isn't one any longer, keeps nobody's place."""
    other = make_role("Other rule", {}, administrator=True)
    make_user("gone@ours.example", other)
    User.objects.filter(email="gone@ours.example").update(is_active=False)
    gone = Role.objects.get(name="Administrator")
    call = Caller(cast.administrator)
    assert call("DELETE", f"roles/{gone.pk}")[0] == 409
    User.objects.filter(email="gone@ours.example").update(is_active=True)
    assert call("DELETE", f"roles/{gone.pk}")[0] == 204


def test_the_last_administrator_is_neither_disabled_nor_demoted_by_anybody(cast: Cast) -> None:
    rule, system = cast.administrator, Actor.system("command")
    with pytest.raises(Conflict, match=REFUSED):
        disable_users([rule.pk], actor=system)
    with pytest.raises(Conflict, match=REFUSED):
        verbs.update(RESOURCES["users"], [rule.pk], {"roles": [role("Seller")]}, actor=system)
    second = make_user("second@ours.example", Role.objects.get(name="Administrator"))
    call = Caller(rule)
    assert call("PATCH", f"users/{second.pk}", {"roles": [role("Seller")]})[0] == 200
    assert call("PATCH", f"users/{second.pk}", {"roles": [role("Administrator")]})[0] == 200
    assert call("POST", f"users/{second.pk}/disable", {})[0] == 200
    assert rulers() == 1


WAYS: dict[str, Any] = {
    "disabled": lambda other, actor: disable_users([other], actor=actor),
    "demoted": lambda other, actor: verbs.update(RESOURCES["users"], [other], {"roles": [role("Seller")]}, actor=actor),
}


@pytest.mark.parametrize("way", WAYS)
def test_of_two_who_remove_each_other_at_once_one_is_refused(committed: None, way: str) -> None:
    make_cast()
    rule = Role.objects.get(name="Administrator")
    for number in range(ROUNDS):
        one, other = (make_user(f"{name}{number}@ours.example", rule) for name in ("one", "other"))
        User.objects.exclude(pk__in=(one.pk, other.pk)).update(is_active=False)
        at_once = Barrier(2)

        def remove(pair: tuple[User, User], at_once: Barrier = at_once) -> str:
            try:
                actor = actor_for(pair[0], "api")
                at_once.wait()
                WAYS[way](pair[1].pk, actor)
                return "done"
            except Conflict:
                return "refused"
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(remove, ((one, other), (other, one)))) == ["done", "refused"]
        assert rulers() == 1
