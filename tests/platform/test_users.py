"""Users by the API: added, given roles, disabled with their work handed over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from rapport.interactions.models import Conversation
from rapport.parties.models import Relationship, RelationshipKind
from rapport.platform.access.models import Role, Token, User
from rapport.platform.events.models import Event
from rapport.platform.history.models import Change
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.factories.letters import archive_of, file, letter, we_are


def roles(*names: str) -> list[str]:
    return sorted(str(pk) for pk in Role.objects.filter(name__in=names).values_list("pk", flat=True))


def test_an_administrator_adds_somebody_without_a_password(cast: Cast) -> None:
    call = Caller(cast.administrator)
    team = str(cast.owner.team_id)
    body = {"email": "Ada.Lovelace@Ours.example", "team": team, "roles": roles("Seller")}
    status, made = call("POST", "users", body)
    assert status == 201
    assert (made["email"], made["name"]) == ("ada.lovelace@ours.example", "Ada Lovelace")
    assert (made["team"], made["roles"], made["is_active"]) == (team, roles("Seller"), True)
    assert not User.objects.get(pk=made["id"]).has_usable_password()
    assert call("POST", "users", body)[0] == 409
    assert call("POST", "users", {"email": "new@ours.example"})[1]["roles"] == roles("Member")


def test_roles_and_team_change_together_and_are_history(cast: Cast) -> None:
    call = Caller(cast.administrator)
    path = f"users/{cast.mate.pk}"
    status, changed = call("PATCH", path, {"name": "Mate Two", "roles": roles("Seller", "Administrator"), "team": None})
    assert (status, changed["name"], changed["team"]) == (200, "Mate Two", None)
    assert changed["roles"] == roles("Seller", "Administrator")
    given = Change.objects.filter(record_table="access_userrole").latest("id")
    assert (given.verb, given.actor_id) == ("create", cast.administrator.pk)
    assert call("PATCH", path, {"roles": []})[1]["errors"][0]["detail"] == "Give at least one role."
    assert call("PATCH", path, {"roles": [str(uuid4())]})[0] == 422
    assert call("GET", path)[1]["roles"] == roles("Seller", "Administrator")
    refused = call("PATCH", f"users/{cast.administrator.pk}", {"roles": roles("Seller")})
    assert refused[1]["errors"][0]["detail"] == "You can't take the administrator's role from yourself."


def test_only_administrators_change_users(cast: Cast) -> None:
    call = Caller(cast.owner)
    assert call("POST", "users", {"email": "new@ours.example"})[0] == 403
    for path, body in (("", {"name": "x"}), ("/disable", {}), ("/enable", {})):
        assert call("POST" if path else "PATCH", f"users/{cast.mate.pk}{path}", body)[0] == 403
    assert User.objects.get(pk=cast.mate.pk).is_active


@pytest.fixture
def work(cast: Cast) -> Any:
    """A customer of the owner's, a relationship that ended, and a private conversation."""
    actor = cast.actor("owner")
    person = verbs.create(
        RESOURCES["people"], {"name": "Zebedee Quartz", "email": "zebedee@quartz.example"}, actor=actor
    )
    ended = Relationship.objects.create(
        party_id=person.pk, kind=RelationshipKind.objects.get(name="Press"), owner=cast.owner,
        since=timezone.localdate() - timedelta(days=9), until=timezone.localdate() - timedelta(days=2),
    )  # fmt: skip
    we_are(mara=cast.owner)
    file(archive_of(cast.owner), [letter("Jonas <jonas@okafor.example>", "mara@ours.example", "Well?", id_="a")])
    conversation = Conversation.objects.get()
    Conversation.objects.update(owner=cast.owner)
    return person, ended, conversation


def sign_in(user: User) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session.create()
    return str(session.session_key)


def test_what_somebody_looked_after_is_handed_over(cast: Cast, work: Any) -> None:
    person, ended, conversation = work
    call, path = Caller(cast.administrator), f"users/{cast.owner.pk}/disable"
    refused = call("POST", path, {})
    assert (refused[0], refused[1]["errors"][0]["field"]) == (422, "successor")
    assert call("POST", path, {"successor": str(cast.owner.pk)})[0] == 422
    assert call("POST", path, {"successor": str(uuid4())})[0] == 422
    theirs, others = sign_in(cast.owner), sign_in(cast.mate)
    Caller(cast.owner)
    assert call("POST", path, {"successor": str(cast.mate.pk)})[0] == 200
    person.refresh_from_db()
    ended.refresh_from_db()
    conversation.refresh_from_db()
    assert (person.owner, conversation.owner, ended.owner) == (cast.mate, cast.mate, cast.owner)
    assert not User.objects.get(pk=cast.owner.pk).is_active
    assert not Token.objects.filter(user=cast.owner).exists()
    assert set(Session.objects.values_list("session_key", flat=True)) & {theirs, others} == {others}
    moved = Change.objects.filter(record_id=conversation.pk, changed__has_key="owner_id").latest("id")
    assert moved.actor_id == cast.administrator.pk
    assert moved.changed == {"owner_id": [str(cast.owner.pk), str(cast.mate.pk)]}
    told = dict(Event.objects.filter(actor_id=cast.administrator.pk).values_list("name", "record_ids"))
    assert told["users.disabled"] == [cast.owner.pk]
    assert told["conversations.updated"] == [conversation.pk]


def test_work_stays_unowned_only_where_that_is_said(cast: Cast, work: Any) -> None:
    person, _ended, _conversation = work
    call, path = Caller(cast.administrator), f"users/{cast.owner.pk}"
    assert call("POST", f"{path}/disable", {"unowned": True})[0] == 200
    person.refresh_from_db()
    assert person.owner is None
    assert call("POST", f"{path}/enable", {})[1]["is_active"] is True


def test_who_looks_after_nothing_just_leaves(cast: Cast) -> None:
    call = Caller(cast.administrator)
    assert call("POST", f"users/{cast.outsider.pk}/disable", {})[1]["is_active"] is False
    assert call("POST", f"users/{cast.administrator.pk}/disable", {})[0] == 422
