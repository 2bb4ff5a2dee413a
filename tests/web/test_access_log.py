"""Who came in and who was kept out stands in the log: a line each, with who and from where and nothing typed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from rapport.platform.access.doors import came_from
from rapport.platform.access.models import Role, User
from rapport.platform.access.people import set_password
from tests.factories.caller import Caller
from tests.factories.cast import Cast
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough sentence"
WHENCE = "192.0.2.7"
LOGGER = "rapport.access"

Lines = Callable[[], list[str]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    """What has been logged of access so far, with its level."""
    caplog.set_level(logging.INFO)
    return lambda: [f"{each.levelname} {each.getMessage()}" for each in caplog.records if each.name == LOGGER]


@pytest.fixture
def owner(cast: Cast) -> User:
    cache.clear()
    set_password(cast.owner, PASSWORD)
    return cast.owner


def enter(login: str, password: str) -> Client:
    client = Client(REMOTE_ADDR=WHENCE)
    client.post("/accounts/login/", {"login": login, "password": password})
    return client


def test_whoever_signs_in_is_noted(owner: User, lines: Lines) -> None:
    enter(owner.email, PASSWORD)
    assert lines() == [f"INFO signed_in user={owner.pk} from={WHENCE}"]


def test_a_wrong_password_is_noted_with_whose_it_should_have_been(owner: User, lines: Lines) -> None:
    enter(owner.email.upper(), "not this sentence")
    enter("nobody@ours.example", "not this sentence")
    assert lines() == [
        f"WARNING sign_in_failed user={owner.pk} from={WHENCE}",
        f"WARNING sign_in_failed user=- from={WHENCE}",
    ]


def test_a_wrong_second_factor_is_noted(owner: User, lines: Lines) -> None:
    TOTP.activate(owner, generate_totp_secret())
    client = enter(owner.email, PASSWORD)
    assert lines() == []
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert lines() == [f"WARNING second_factor_failed user={owner.pk} from={WHENCE}"]


def test_behind_a_proxy_the_address_is_that_which_the_proxy_names(owner: User, lines: Lines, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": f"198.51.100.1, {WHENCE}"})
    client.post("/accounts/login/", {"login": owner.email, "password": PASSWORD})
    assert lines() == [f"INFO signed_in user={owner.pk} from={WHENCE}"]


def test_without_a_request_there_is_no_address() -> None:
    assert came_from(None) == "-"


def test_who_is_refused_is_noted_by_pages_and_api(cast: Cast, sign_in: SignIn, lines: Lines) -> None:
    Role.objects.filter(name="Seller").update(grants={"*": {"view": "all", "create": "none"}})
    pages, call = sign_in(cast.owner), Caller(cast.owner)
    already = len(lines())
    page = f"/settings/users/{cast.mate.pk}/disable"
    assert pages.post(page).status_code == 403
    assert call("POST", "people", {"name": "Ada"})[0] == 403
    assert call("GET", "people")[0] == 200
    assert Caller(None)("GET", "people/a%0Ab c")[0] == 401
    assert lines()[already:] == [
        f"WARNING refused user={cast.owner.pk} method=POST path='{page}' from=127.0.0.1",
        f"WARNING refused user={cast.owner.pk} method=POST path='/api/v1/people' from=127.0.0.1",
        r"WARNING refused user=- method=GET path='/api/v1/people/a\nb%20c' from=127.0.0.1",
    ]
