"""Kinds of record that an administrator makes: everything a built-in one has, from the moment they are made."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from rapport.kit.text import identifier
from rapport.platform.access.actors import actor_for, epoch_now
from rapport.platform.resources.registry import RESOURCES
from rapport.platform.search.finding import search
from rapport.platform.undo import changing
from rapport.platform.undo.models import BulkChange, Piece
from tests.contracts import test_rows as rows
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(cast: Cast) -> Caller:
    return Caller(cast.administrator)


@pytest.fixture
def machines(administrator: Caller) -> dict[str, Any]:
    status, kind = administrator("POST", "object_kinds", {"plural": "Machines", "label": "Machine"})
    assert (status, kind["name"]) == (201, "machines")
    for field in (
        {"label": "Customer", "kind": "link", "target": "organizations"},
        {"name": "built", "label": "Built", "kind": "integer"},
    ):
        assert administrator("POST", "custom_fields", {"resource": "machines", **field})[0] == 201
    return kind  # type: ignore[no-any-return]


def test_it_has_what_a_built_in_one_has(cast: Cast, machines: dict[str, Any], client: Client) -> None:
    call = Caller(cast.owner)
    acme = call("POST", "organizations", {"name": "Acme"})[1]
    status, press = call("POST", "machines", {"name": "Press", "customer": acme["id"], "built": 1999, "tags": ["old"]})
    assert (status, press["owner"]) == (201, str(cast.owner.pk))
    call("POST", "machines", {"name": "Saw", "built": 2020})
    found = call("GET", "machines?customer__name=Acme&order=-built&where=built+%3C+2000")[1]["results"]
    assert [each["name"] for each in found] == ["Press"]
    figures = call("GET", "machines/summary?group=owner&sum=built")[1]["results"]
    assert [(each["count"], each["sum_built"]) for each in figures] == [(2, 4019)]
    assert call("PATCH", f"machines/{press['id']}", {"built": 2000})[0] == 200
    history = call("GET", f"machines/{press['id']}/history")[1]["results"]
    assert history[0]["changes"] == [{"field": "built", "old": 1999, "new": 2000}]
    assert call("POST", f"machines/{press['id']}/follow", {})[0] == 200
    work()
    actor = actor_for(cast.owner, "page")
    assert [(hit.resource, hit.title) for hit in search("pres", actor)] == [("machines", "Press")]
    client.force_login(cast.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    for path, words in (
        ("/machines/", f'<a href="/organizations/{acme["id"]}/">Acme</a>'),
        (f"/machines/{press['id']}/", "2,000"),
        (f"/machines/{press['id']}/history", "Built"),
        (f"/organizations/{acme['id']}/", "Press"),
        (f"/machines/new?customer={acme['id']}", "Acme"),
        ("/machines/?group=customer", "Acme"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert words in answer.content.decode(), path


def test_its_form_refuses_nonsense_beside_the_field(
    cast: Cast, machines: dict[str, Any], administrator: Caller, client: Client
) -> None:
    for kind in ("datetime", "money"):
        administrator("POST", "custom_fields", {"resource": "machines", "label": f"A {kind}", "kind": kind})
    client.force_login(cast.owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/machines/new?a_datetime=2026-01-01T10:00&a_money=5").status_code == 200
    for wrong in ({"a_datetime": "2026-02-30T10:00"}, {"a_datetime": "0001-01-01T00:00"}, {"a_money": "5"}):
        assert client.post("/machines/new", {"name": "Press", **wrong}).status_code in (302, 422), wrong


def test_it_holds_files_which_wait_with_their_kind(
    cast: Cast, machines: dict[str, Any], administrator: Caller, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.DATA = tmp_path
    press = administrator("POST", "machines", {"name": "Press"})[1]["id"]
    client.force_login(cast.administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(f"/files/machines/{press}", {"files": SimpleUploadedFile("manual.txt", b"Turn it on.")})
    assert "manual.txt" in client.get(f"/machines/{press}/").content.decode()
    assert "manual.txt" in client.get(f"/machines/{press}/history").content.decode()
    administrator("DELETE", f"object_kinds/{machines['id']}")
    assert administrator("GET", "files")[1]["results"] == []
    administrator("POST", f"object_kinds/{machines['id']}/restore", {})
    assert [each["name"] for each in administrator("GET", "files")[1]["results"]] == ["manual.txt"]


def test_the_audit_names_it(cast: Cast, machines: dict[str, Any], administrator: Caller, client: Client) -> None:
    press = administrator("POST", "machines", {"name": "Press"})[1]
    client.force_login(cast.administrator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/settings/audit?what=objects_customrecord").content.decode()
    assert f'href="/machines/{press["id"]}/">Press</a>' in page


def test_whoever_may_not_see_it_finds_nothing(cast: Cast, machines: dict[str, Any]) -> None:
    mine = Caller(cast.owner)("POST", "machines", {"name": "Press"})[1]
    other = Caller(cast.outsider)
    assert other("GET", "machines")[1]["results"] == []
    assert other("GET", f"machines/{mine['id']}")[0] == 404
    assert other("PATCH", f"machines/{mine['id']}", {"name": "x"})[0] == 404


@pytest.mark.parametrize("who", ["mate", "outsider"])
def test_the_contracts_of_rows_hold_for_it(cast: Cast, machines: dict[str, Any], who: str) -> None:
    resource = RESOURCES["machines"]
    rows.test_absent_and_not_yours_answer_alike_and_write_nothing(cast, resource, who)
    rows.test_lists_counts_and_figures_hold_visible_rows_alone(cast, resource)
    rows.test_the_trash_gives_back_what_it_took(cast, resource)


def test_kinds_are_apart(administrator: Caller, machines: dict[str, Any]) -> None:
    administrator("POST", "object_kinds", {"plural": "Service contracts", "label": "Contract"})
    press = administrator("POST", "machines", {"name": "Press"})[1]
    contract = administrator("POST", "service_contracts", {"name": "Press care"})[1]
    assert [each["id"] for each in administrator("GET", "machines")[1]["results"]] == [press["id"]]
    assert administrator("GET", f"machines/{contract['id']}")[0] == 404
    assert administrator("PATCH", f"machines/{contract['id']}", {"name": "x"})[0] == 404


def test_one_in_the_trash_is_gone_with_its_records_and_comes_back_with_them(
    administrator: Caller, machines: dict[str, Any]
) -> None:
    link = {"resource": "people", "name": "machine", "label": "Machine", "kind": "link", "target": "machines"}
    assert administrator("POST", "custom_fields", link)[0] == 201
    press = administrator("POST", "machines", {"name": "Press"})[1]
    jonas = administrator("POST", "people", {"name": "Jonas", "machine": press["id"]})[1]
    assert administrator("DELETE", f"object_kinds/{machines['id']}")[0] == 204
    assert administrator("GET", "machines")[0] == 404
    assert "machine" not in administrator("GET", f"people/{jonas['id']}")[1]
    assert administrator("POST", f"object_kinds/{machines['id']}/restore", {})[0] == 200
    assert administrator("GET", f"machines/{press['id']}")[1]["name"] == "Press"
    assert administrator("GET", f"people/{jonas['id']}")[1]["machine"] == press["id"]


@pytest.mark.parametrize(
    "name",
    [
        "people",
        "parties",
        "inbox",
        "ledger",
        "settings",
        "accounts",
        "api",
        "static",
        "jobs",
        "search",
        "Fröhlich",
        "1x",
    ],
)
def test_a_name_that_means_something_else_is_refused(administrator: Caller, name: str) -> None:
    status, answer = administrator("POST", "object_kinds", {"plural": "Things", "label": "Thing", "name": name})
    assert status == 422
    assert [each["field"] for each in answer["errors"]] == ["name"]


def test_only_administrators_make_kinds(cast: Cast) -> None:
    assert Caller(cast.owner)("POST", "object_kinds", {"plural": "Machines", "label": "Machine"})[0] == 403


@pytest.mark.parametrize(
    ("text", "name"), [("Service contracts", "service_contracts"), ("Geräte!", "gerate"), ("机器", "")]
)
def test_a_name_follows_from_what_it_is_called(text: str, name: str) -> None:
    assert identifier(text) == name


def test_a_change_of_many_ends_where_their_kind_is_put_into_the_trash_meanwhile(
    cast: Cast, machines: dict[str, Any], administrator: Caller
) -> None:
    ids = [UUID(administrator("POST", "machines", {"name": name})[1]["id"]) for name in ("Press", "Saw")]
    values = {"owner": str(cast.mate.pk)}
    made = BulkChange.objects.create(
        user=cast.administrator, resource="machines", verb="set", values=values, expected=2
    )
    Piece.objects.create(change=made, ids=ids[:1])
    left = Piece.objects.create(change=made, ids=ids[1:], is_done=True)
    changing.go_on(made.pk)
    Piece.objects.filter(pk=left.pk).update(is_done=False)
    BulkChange.objects.update(state="doing")
    administrator("DELETE", f"object_kinds/{machines['id']}")
    changing.go_on(made.pk)
    made.refresh_from_db()
    left.refresh_from_db()
    assert (made.state, made.changed, made.refused, left.refused) == ("done", 1, 1, [ids[1]])
    changing.undo(made, actor_for(cast.administrator, "page"))
    made.refresh_from_db()
    assert (made.state, made.restored, made.kept) == ("undone", 0, 1)
    administrator("POST", f"object_kinds/{machines['id']}/restore", {})
    owners = [each["owner"] for each in administrator("GET", "machines?order=name")[1]["results"]]
    assert owners == [str(cast.mate.pk), str(cast.administrator.pk)]


def test_a_kind_that_comes_back_gets_its_indexes_again_and_so_do_links_to_it(
    machines: dict[str, Any], administrator: Caller
) -> None:
    link = {"resource": "people", "name": "machine", "label": "Machine", "kind": "link", "target": "machines"}
    assert administrator("POST", "custom_fields", {**link, "indexed": True})[0] == 201
    administrator("DELETE", f"object_kinds/{machines['id']}")
    do_waiting("events.deliver")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pgqueuer")
        administrator("POST", f"object_kinds/{machines['id']}/restore", {})
        epoch_now()  # as the worker does before each job
        do_waiting("events.deliver")
        cursor.execute("SELECT convert_from(payload, 'UTF8') FROM pgqueuer WHERE entrypoint = 'fields.index'")
        assert {json.loads(row[0])["table"] for row in cursor.fetchall()} == {"objects_customrecord", "parties_party"}
