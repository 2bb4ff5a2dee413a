"""A second factor is asked for, takes a code once, and isn't gone round by a link to a new password."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from rapport.platform.access.models import User
from rapport.platform.access.people import set_password
from tests.factories.cast import Cast
from tests.factories.jobs import do_waiting

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough sentence"
CODE_PAGE = "/accounts/2fa/authenticate/"


@pytest.fixture
def secret(cast: Cast) -> Iterator[str]:
    """Of the owner's authenticator app."""
    cache.clear()
    set_password(cast.owner, PASSWORD)
    made = str(generate_totp_secret())
    TOTP.activate(cast.owner, made)
    yield made
    cache.clear()


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def with_password(user: User) -> Client:
    """Where the code is asked for."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer["Location"].startswith(CODE_PAGE)
    return client


def is_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def test_a_password_alone_opens_nothing_and_a_code_works_once(cast: Cast, secret: str) -> None:
    first, second = with_password(cast.owner), with_password(cast.owner)
    assert not is_in(first)
    code = code_of(secret)
    first.post(CODE_PAGE, {"code": code})
    assert is_in(first)
    second.post(CODE_PAGE, {"code": code})
    assert not is_in(second)


@pytest.mark.parametrize("code", ["", "000000", "123 456", "x" * 10_000])
def test_a_wrong_code_opens_nothing(cast: Cast, secret: str, code: str) -> None:
    client = with_password(cast.owner)
    assert client.post(CODE_PAGE, {"code": code}).status_code == 200
    assert not is_in(client)


def test_a_link_to_a_new_password_doesnt_go_round_it(cast: Cast, secret: str) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": cast.owner.email})
    do_waiting("access.forgotten")
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1])["Location"]
    changed = client.post(form, {"password1": "another sentence", "password2": "another sentence"})
    assert changed.status_code == 302
    assert not is_in(client)
    answer = client.post("/accounts/login/", {"login": cast.owner.email, "password": "another sentence"})
    assert answer["Location"].startswith(CODE_PAGE)
    assert not is_in(client)


def test_without_the_key_that_kept_it_no_code_fits(cast: Cast, secret: str) -> None:
    """As after `rapport restore --without-key`: it is refused, not a fault."""
    authenticator = Authenticator.objects.get(user=cast.owner, type=Authenticator.Type.TOTP)
    authenticator.data = {"secret": "fernet:gAAAAABof-another-key"}
    authenticator.save()
    client = with_password(cast.owner)
    assert client.post(CODE_PAGE, {"code": code_of(secret)}).status_code == 200
    assert not is_in(client)


@pytest.mark.parametrize("password", ["password123", "qwertyuiop", "1234567890", "short", "owner@ours.example"])
def test_a_password_that_is_guessed_first_is_refused(cast: Cast, secret: str, password: str) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": cast.owner.email})
    do_waiting("access.forgotten")
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert link
    form = client.get(link[1])["Location"]
    assert client.post(form, {"password1": password, "password2": password}).status_code == 200
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(PASSWORD)
