"""Writes through the API: once under a key, never over another's change, together in a batch; and who may call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from rapport.parties.models import Person
from rapport.platform.access.leaving import close_doors
from rapport.platform.access.models import Role, User, UserRole
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_cast, make_role, make_user

ALL = {"view": "all", "create": "all", "edit": "all", "delete": "all", "export": "all"}


def test_the_same_write_under_one_key_is_done_once(cast: Cast) -> None:
    call = Caller(cast.owner)
    first = call("POST", "people", {"name": "Jonas"}, Idempotency_Key="k1")
    assert "Idempotent-Replayed" not in call.response
    assert call("POST", "people", {"name": "Jonas"}, Idempotency_Key="k1") == first
    assert call.response["Idempotent-Replayed"] == "true"
    assert call("POST", "people", {"name": "Other"}, Idempotency_Key="k1")[0] == 409
    assert Person.objects.count() == 1


def test_a_refused_write_may_be_tried_again_under_its_key(cast: Cast) -> None:
    call = Caller(cast.owner)
    assert call("POST", "people", {}, Idempotency_Key="k1")[0] == 422
    assert call("POST", "people", {"name": "Jonas"}, Idempotency_Key="k1")[0] == 201


def test_two_at_once_under_one_key_are_one(committed: None) -> None:
    user = make_cast().owner
    callers = [Caller(user) for _ in range(4)]

    def send(call: Caller) -> Any:
        try:
            return call("POST", "people", {"name": "Jonas"}, Idempotency_Key="k1")[1]["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(send, callers))) == 1
    assert Person.objects.count() == 1


def test_nobody_writes_over_a_version_they_have_not_seen(cast: Cast) -> None:
    call = Caller(cast.owner)
    _status, made = call("POST", "people", {"name": "Jonas"})
    seen, path = call.response["ETag"], f"people/{made['id']}"
    assert call("PATCH", path, {"email": "jonas@acme.example"}, If_Match=seen)[0] == 200
    assert call("PATCH", path, {"phone": "+44 20 7946 0000"}, If_Match=seen)[0] == 412
    assert call("DELETE", path, If_Match=seen)[0] == 412
    assert call("PATCH", path, {"job_title": "x"}, If_Match='"9999999999999999999"')[0] == 412
    _status, now = call("GET", path)
    assert (now["email"], now["phone"]) == ("jonas@acme.example", "")
    assert call("DELETE", path, If_Match=call.response["ETag"])[0] == 204


def test_a_batch_of_a_thousand_has_a_result_for_each(cast: Cast) -> None:
    call = Caller(cast.owner)
    kept = call("POST", "people", {"name": "Kept"})[1]["id"]
    rows: list[dict[str, Any]] = [{"name": f"Person {number}"} for number in range(1_000)]
    rows[10], rows[500] = {"name": ""}, {"name": "x", "nothing": 1}
    rows[700], rows[900] = {"id": kept, "job_title": "Chief"}, {"id": "no-id", "job_title": "x"}
    status, answer = call("POST", "people/batch", {"records": rows})
    assert status == 200
    statuses = [each["status"] for each in answer["results"]]
    assert {place: each for place, each in enumerate(statuses) if each != 201} == {
        10: 422,
        500: 422,
        700: 200,
        900: 404,
    }
    assert answer["results"][10] == call("POST", "people", rows[10])[1]
    assert answer["results"][500] == {
        "type": "about:blank",
        "title": "Some values can't be accepted",
        "status": 422,
        "errors": [{"pointer": "/nothing", "field": "nothing", "detail": "There is no such field."}],
    }
    assert answer["results"][900] == call("PATCH", f"people/{UUID(int=0)}", {"job_title": "x"})[1]
    assert Person.objects.count() == 1 + 996
    assert call("GET", f"people/{kept}")[1]["job_title"] == "Chief"
    assert call("POST", "people/batch", {"records": [*rows, {}]})[0] == 400


def test_limits_are_said_and_kept(cast: Cast, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    call = Caller(cast.owner)
    assert [call("GET", "people?limit=1")[0] for _ in range(3)] == [200, 200, 429]
    assert call.response["RateLimit-Limit"] == "2"
    assert call.response["RateLimit-Remaining"] == "0"
    assert 1 <= int(call.response["Retry-After"]) <= 60


def test_a_token_ends_with_its_time_its_user_or_itself(cast: Cast) -> None:
    late = Caller(cast.owner, expires_at=timezone.now() - timedelta(seconds=1))
    assert late("GET", "people")[0] == 401
    call, other = Caller(cast.owner), Caller(cast.mate)
    assert call("GET", "people")[0] == 200
    cast.owner.tokens.all().delete()
    assert call("GET", "people")[0] == 401
    User.objects.filter(pk=cast.mate.pk).update(is_active=False)
    assert other("GET", "people")[0] == 401
    again = Caller(cast.outsider)
    close_doors(cast.outsider)
    assert again("GET", "people")[0] == 401


def test_rights_follow_a_change_of_roles_at_once(cast: Cast) -> None:
    reader, writer = make_role("Reader", {"people": {"view": "all"}}), make_role("Writer", {"people": ALL})
    user = make_user("both@ours.example", reader, writer)
    whole, narrow = Caller(user), Caller(user, role_ids=[reader.pk])
    assert whole("POST", "people", {"name": "Jonas"})[0] == 201
    assert narrow("POST", "people", {"name": "Jonas"})[0] == 403
    assert narrow("GET", "people")[0] == 200
    assert narrow("GET", "organizations")[1]["results"] == []
    Role.objects.filter(pk=writer.pk).update(grants={})
    assert whole("POST", "people", {"name": "Jonas"})[0] == 403
    UserRole.objects.filter(user=user, role=reader).delete()
    assert narrow("GET", "people")[1]["results"] == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "people", "GET, POST"),
        ("DELETE", "people", "GET, POST"),
        ("POST", "interactions", "GET"),
        ("GET", "people/batch", "POST"),
    ],
)
def test_an_unknown_method_is_told_what_is_allowed(cast: Cast, method: str, path: str, allowed: str) -> None:
    call = Caller(cast.administrator)
    assert call(method, path)[0] == 405
    assert call.response["Allow"] == allowed


def test_a_strange_host_is_refused(cast: Cast) -> None:
    assert Caller(cast.owner)("GET", "people", Host="evil.example")[0] == 400


@pytest.mark.parametrize(
    "body",
    ["[]", "1", '"x"', "{", "\ufeff{}", "[" * 5_000, '{"name": "\\ud800"}', '{"name": 1e400}', "NaN",
    '{"a":' * 900 + "1" + "}" * 900],
)  # fmt: skip
def test_a_body_that_is_no_object_is_refused(cast: Cast, body: str) -> None:
    assert Caller(cast.owner)("POST", "people", body)[0] in (400, 422)


HOSTILE = [
    "\0", "a\0b", "'; SELECT pg_sleep(2); --", "' || pg_sleep(2) || '", "%", "_", "\\", "1e999999",
    "-1e-999999", "9" * 400,
    "0x1F", "NaN", "Infinity", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0000-00-00",
    "99999-01-01",
    "{{7*7}}", "${7*7}", "\u202e\u2066", "\U0001f469\u200d\U0001f680", "ſ", "I\u0307", "__proto__",
    "custom__a", "pk", "true,false",
    "," * 600, "0190a000-0000-7000-8000-000000000000", "é" * 2_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_answered_in_every_place(cast: Cast, text: str) -> None:
    from time import monotonic
    from urllib.parse import quote

    from rapport.platform.resources.registry import RESOURCES

    call, began, value = Caller(cast.administrator), monotonic(), quote(text)
    parameters = [
        name if operator == "eq" else f"{name}__{operator}"
        for name, field in RESOURCES["people"].built_in.items()
        for operator in field.kind.operators
    ]
    for name in [*parameters, "order", "cursor", "fields", "expand", "q", "limit", "count", "trash", value]:
        assert call("GET", f"people?{name}={value}")[0] in (200, 400), name
    for name in RESOURCES["people"].built_in:
        assert call("POST", "people", {"name": "x", name: text})[0] in (201, 409, 422), name
    for body in ({text: 1}, {"name": [text]}, {"name": {text: text}}):
        assert call("POST", "people", body)[0] == 422
    assert call("POST", "tags", {"name": text}, Idempotency_Key="k")[0] in (201, 409, 422)
    for path in (f"people/{value}", f"people/summary?group={value}", f"{value}/x", f"people/{value}/restore"):
        assert call("GET", path)[0] in (200, 400, 404, 405)
    assert call("PATCH", f"roles/{Role.objects.first().pk}", {"grants": {text: text}})[0] == 422  # type: ignore[union-attr]
    assert monotonic() - began < 60
