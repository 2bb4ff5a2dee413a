"""Secrets are planted, all that answers is asked, and what was answered, logged and stored is searched for them."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from rapport.platform.access.models import User
from rapport.platform.access.people import set_password
from rapport.platform.access.setup import one_time_link
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting
from tests.web.doors import House, make_house

pytestmark = pytest.mark.django_db
PASSWORD = "canary sentence of the owner"
ACCOUNT_PAGES = (
    "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/", "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/", "/accounts/email/", "/accounts/logout/", "/nowhere",
)  # fmt: skip


@dataclass
class Planted:
    """Secrets by what they are, and the browser and token in which they are at home."""

    client: Client
    call: Caller
    secrets: dict[str, str] = field(default_factory=dict)
    link: str = ""
    """To a new password, not used yet."""

    def found_in(self, text: str) -> list[str]:
        return sorted(name for name, secret in self.secrets.items() if secret in text)


def plant(user: User) -> Planted:
    """Signs in by password, makes a token on the page, sets up a second factor, and asks for a new password."""
    set_password(user, PASSWORD)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    page = client.post("/settings/tokens", {"name": "of the proof"}).content.decode()
    token = _first(r"rapport_[\w-]{43}", page)
    call = Caller(None)
    call.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    planted = Planted(client, call, {"password": PASSWORD, "token": token, "key": configured.SECRET_KEY})
    planted.secrets |= second_factor(client)
    Client().post("/accounts/password/reset/", {"email": user.email})
    do_waiting("access.forgotten")
    planted.link = _first(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    planted.secrets["link"] = planted.link.split("/")[-2].partition("-")[2]
    planted.secrets["database"] = str(configured.DATABASES["default"]["PASSWORD"])
    planted.secrets["owner's database"] = _first(r"//\w+:([^@]*)@", configured.OWNER_DATABASE_URL or "//x:@", 1)
    planted.secrets = {name: secret for name, secret in planted.secrets.items() if secret}
    return planted


def second_factor(client: Client) -> dict[str, str]:
    """The secret of an authenticator, and recovery codes."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    secret = _first(r"[A-Z2-7]{32}", client.get("/accounts/2fa/totp/activate/").content.decode())
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    shown = client.get("/accounts/2fa/recovery-codes/").content.decode()
    return {"second factor": secret, "recovery code": _first(r"\b\d{8}\b", shown)}


def _first(pattern: str, text: str, group: int = 0) -> str:
    found = re.search(pattern, text)
    assert found, text
    return str(found[group])


@pytest.fixture
def house(cast: Cast, tmp_path: Any, settings: Any) -> House:
    settings.DATA = tmp_path
    return make_house(cast)


@pytest.fixture
def planted(cast: Cast, house: House) -> Iterator[Planted]:
    cache.clear()
    one_time_link()
    yield plant(cast.administrator)
    cache.clear()


def test_no_answer_tells_a_secret(house: House, planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    """Nor does what is logged at the level at which a server logs."""
    told = {}
    with caplog.at_level(logging.INFO):
        for address in [*house.addresses(), *ACCOUNT_PAGES]:
            response = planted.client.get(address)
            content = b"".join(response) if response.streaming else response.content
            headers = {name: value for name, value in response.headers.items() if name != "Set-Cookie"}
            told[address] = planted.found_in(f"{headers} {content.decode(errors='replace')}")
        for address in api_addresses(planted.call):
            planted.call("GET", address)
            answer = planted.call.response
            told[address] = planted.found_in(f"{answer.headers} {answer.content.decode(errors='replace')}")
    assert {address: names for address, names in told.items() if names} == {}
    assert planted.found_in(caplog.text) == []
    assert len(told) > 150


def api_addresses(call: Caller) -> Iterator[str]:
    yield from ("openapi.json", "nowhere", "people?order=password", "users?password__contains=c", "tokens")
    for name in RESOURCES:
        yield from (name, f"{name}?q=canary", f"{name}/summary?group=id")
        status, answer = call("GET", f"{name}?limit=3")
        for row in answer["results"] if status == 200 else ():
            yield from (f"{name}/{row['id']}", f"{name}/{row['id']}/history")


def test_what_is_typed_into_the_wrong_field_is_not_logged(planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        for field_name in ("login", "password"):
            other = {"login": "password", "password": "login"}[field_name]
            Client().post("/accounts/login/", {field_name: PASSWORD, other: PASSWORD})
        Client().get(f"/accounts/login/?next={PASSWORD}")
        Client().get("/api/v1/people", headers={"Authorization": f"Bearer {planted.secrets['token']}x"})
        Client().get(planted.link)
    assert planted.found_in(caplog.text) == []


def test_the_database_holds_no_secret_in_the_clear(planted: Planted) -> None:
    """In no table, history, job, event and search included; sessions are read as the server reads them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM \"{table}\" t")
            found[table] = planted.found_in(cursor.fetchone()[0] or "")
    assert {table: names for table, names in found.items() if names} == {}
    assert len(tables) > 50
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    assert sessions
    assert planted.found_in(" ".join(sessions)) == []


def test_a_fault_of_ours_tells_its_visitor_nothing(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_more: Any) -> Any:
        raise RuntimeError(f"in the middle of {PASSWORD}")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", fail)
        for client in (planted.client, planted.call.client):
            client.raise_request_exception = False
            for address in ("/", "/people/", "/api/v1/people", "/readyz", "/accounts/login/"):
                for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
                    response = client.get(address, headers=headers)
                    assert response.status_code in (200, 204, 302, 401, 500, 503), address
                    assert planted.found_in(response.content.decode()) == [], address
                    assert b"Traceback" not in response.content, address
        assert planted.call("GET", "people")[0] == 500
