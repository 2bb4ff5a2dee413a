"""Accounts: what a stranger, a colleague who left, and a borrowed browser can't do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from rapport.platform.access.leaving import close_doors, disable_users
from rapport.platform.access.models import Role, Token, User
from rapport.platform.access.people import set_password
from tests.contracts.database import state
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting
from tests.web.conftest import SignIn, add, just_signed_in

pytestmark = pytest.mark.django_db
LOGIN, PASSWORD = "/accounts/login/", "a long enough sentence"


@pytest.fixture
def owner(cast: Cast) -> User:
    cache.clear()
    set_password(cast.owner, PASSWORD)
    return cast.owner


def enter(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": user.email, "password": password, **more.pop("fields", {})}, **more)


def test_signing_in_gives_another_session_and_its_cookie_is_shut(owner: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[configured.SESSION_COOKIE_NAME] = planted = str(session.session_key)
    assert enter(client, owner).status_code == 302
    cookie = client.cookies[configured.SESSION_COOKIE_NAME]
    assert cookie.value != planted
    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
    assert not Session.objects.filter(session_key=planted).exists()
    client.post("/accounts/logout/")
    assert not Session.objects.filter(session_key=cookie.value).exists()


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "http:evil.example", "/%09/evil.example", "///evil.example", "\thttps://evil.example"],
)  # fmt: skip
def test_signing_in_leads_nowhere_else(owner: User, target: str) -> None:
    assert enter(Client(), owner, fields={"next": target})["Location"].startswith("/")
    assert not enter(Client(), owner, fields={"next": target})["Location"].startswith(("//", "/\\"))


def test_a_known_and_an_unknown_address_are_answered_alike(owner: User) -> None:
    answers = []
    for email in (owner.email, "nobody@ours.example"):
        response = Client().post(LOGIN, {"login": email, "password": "wrong enough"})
        answers.append((response.status_code, _without_tokens(response.content.decode()).replace(email, "")))
        response = Client().post("/accounts/password/reset/", {"email": email})
        answers.append((response.status_code, response["Location"]))
    assert answers[:2] == answers[2:]


def _without_tokens(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_attempts_run_out_whatever_address_is_claimed(owner: User) -> None:
    for attempt in range(6):
        enter(Client(), owner, "wrong", headers={"X-Forwarded-For": f"198.51.100.{attempt}"})
    refused = enter(Client(), owner, headers={"X-Forwarded-For": "198.51.100.99"})
    assert refused.status_code in (200, 429)
    assert b"oo many" in refused.content


def test_nobody_signs_up_and_no_other_host_is_served(cast: Cast) -> None:
    before = state()
    answer = Client().post("/accounts/signup/", {"email": "eve@else.example", "password1": PASSWORD})
    assert b"losed" in answer.content
    assert User.objects.filter(email="eve@else.example").count() == 0
    assert state() == before
    for path in (LOGIN, "/people/", "/accounts/password/reset/", "/api/v1/people"):
        assert Client().get(path, headers={"Host": "evil.example"}).status_code == 400


def test_a_link_to_a_new_password_is_spent_once_and_dies_with_the_user(cast: Cast, owner: User) -> None:
    def link() -> str:
        cache.clear()
        Client().post("/accounts/password/reset/", {"email": owner.email})
        assert do_waiting("access.forgotten") == 1
        return re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))[1]  # type: ignore[index]

    first, client = link(), Client()
    form = client.get(first)["Location"]
    assert client.post(form, {"password1": "another sentence", "password2": "another sentence"}).status_code == 302
    assert client.get("/people/").status_code == 302  # it signs nobody in
    assert b"password1" not in Client().get(first, follow=True).content
    second = link()
    disable_users([owner.pk], actor=cast.actor("administrator"), unowned=True)
    assert b"password1" not in Client().get(second, follow=True).content
    assert enter(Client(), owner, "another sentence")["Location"] == "/accounts/inactive/"


def test_who_leaves_is_out_at_once(cast: Cast, owner: User, sign_in: SignIn) -> None:
    client, call = sign_in(owner), Caller(owner)
    assert (client.get("/people/").status_code, call("GET", "people")[0]) == (200, 200)
    disable_users([owner.pk], actor=cast.actor("administrator"), unowned=True)
    assert (client.get("/people/").status_code, call("GET", "people")[0]) == (302, 401)
    assert not Session.objects.filter(session_key=client.cookies[configured.SESSION_COOKIE_NAME].value).exists()


def test_a_role_taken_away_is_gone_with_the_next_request(cast: Cast, sign_in: SignIn) -> None:
    client, call = sign_in(cast.owner), Caller(cast.owner)
    add(cast.owner, "people", name="Ada Byron")
    assert (client.get("/people/").status_code, len(call("GET", "people")[1]["results"])) == (200, 1)
    Role.objects.filter(name="Seller").update(grants={})
    assert (client.get("/people/").status_code, call("GET", "people")[1]["results"]) == (403, [])
    assert call("POST", "people", {"name": "Eve"})[0] == 403


def test_another_password_ends_every_other_session(owner: User) -> None:
    one, other = Client(), Client()
    enter(one, owner)
    enter(other, owner)
    just_signed_in(one, owner)
    sent = {"oldpassword": PASSWORD, "password1": "another sentence", "password2": "another sentence"}
    assert one.post("/accounts/password/change/", sent).status_code == 302
    assert other.get("/people/").status_code == 302


POWER = ("tokens", "users/new", "users/{mate}", "users/{mate}/disable", "roles/new", "roles/{role}")


@pytest.mark.parametrize("door", POWER)
def test_power_is_given_only_by_who_has_signed_in_lately(cast: Cast, sign_in: SignIn, door: str) -> None:
    """A browser that somebody has left open is not enough: the page asks again, and keeps nothing of what was sent."""
    set_password(cast.administrator, PASSWORD)
    client = sign_in(cast.administrator)
    just_signed_in(client, cast.administrator, seconds_ago=configured.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    role = Role.objects.get(name="Seller").pk
    address = "/settings/" + door.format(mate=cast.mate.pk, role=role)
    before = state()
    sent = {"name": "Mine", "email": "eve@else.example", "is_administrator": "true", "successor": "nobody", "days": ""}
    for headers in ({}, {"HX-Request": "true"}):
        response = client.post(address, {**sent, "password": PASSWORD}, headers=headers)
        asked = response.headers.get("Location") or response.headers["HX-Redirect"]
        assert asked.startswith("/accounts/reauthenticate/?next=%2Fsettings%2F")
    assert state() == before
    assert PASSWORD not in str(dict(client.session))
    assert client.post(asked, {"password": PASSWORD})["Location"] == address
    assert client.get(address).status_code == 200
    assert client.post("/settings/tokens", sent).status_code == 200
    assert Token.objects.get().user == cast.administrator


ONCE_SENT = {
    "users/{mate}/enable": "users", "teams/new": "teams", "teams/{team}": "teams", "teams/{team}/remove": "teams",
    "our_addresses/new": "our_addresses",
}  # fmt: skip


@pytest.mark.parametrize(("door", "section"), ONCE_SENT.items())
def test_power_that_one_click_gives_is_given_only_by_who_has_signed_in_lately(
    cast: Cast, sign_in: SignIn, door: str, section: str
) -> None:
    close_doors(cast.mate)
    set_password(cast.administrator, PASSWORD)
    client = sign_in(cast.administrator)
    just_signed_in(client, cast.administrator, seconds_ago=configured.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1)
    before = state()
    address = "/settings/" + door.format(mate=cast.mate.pk, team=cast.mate.team_id)
    sent = {"name": "East", "address": "eve@else.example"}
    asked = client.post(address, sent)["Location"]
    assert asked == f"/accounts/reauthenticate/?next=%2Fsettings%2F{section}"
    assert state() == before
    assert client.post(asked, {"password": PASSWORD})["Location"] == f"/settings/{section}"
    assert client.post(address, sent)["Location"] == f"/settings/{section}"
    assert state() != before


def test_a_file_sent_to_a_form_is_kept_nowhere(cast: Cast, tmp_path: Any, settings: Any) -> None:
    """Whoever it is: the form's own token is only looked at when all is read."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    content = b"0" * 5_000_000
    head = b'--x\r\nContent-Disposition: form-data; name="login"; filename="a"\r\n\r\n'
    kept: list[int] = []
    client = Client()
    response = client.generic(
        "POST", LOGIN, head + content + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x"
    )
    kept += [len(each) for each in response.wsgi_request.FILES.values()]
    assert (kept, list(tmp_path.iterdir())) == ([], [])
