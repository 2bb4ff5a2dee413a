"""The cast, signed in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rapport.platform.access.actors import actor_for
from rapport.platform.access.models import SetUp, User
from rapport.platform.resources import verbs
from rapport.platform.resources.registry import RESOURCES
from rapport.web.middleware import SETUP
from tests.factories.cast import Cast, make_cast

SignIn = Callable[[User], Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def forget_set_up() -> Iterator[None]:
    SETUP.is_done = False
    yield
    SETUP.is_done = False


@pytest.fixture
def cast() -> Cast:
    """Of an organisation that is set up: the cast itself has no passwords."""
    SetUp.objects.update_or_create(id=1, defaults={"done_at": timezone.now()})
    return make_cast()


@pytest.fixture
def sign_in() -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend=BACKEND)
        just_signed_in(client, user)
        return client

    return signed_in


def just_signed_in(client: Client, user: User, *, seconds_ago: float = 0) -> None:
    """Notes what signing in by password notes: `force_login` leaves it out."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def add(user: User, resource: str, **values: Any) -> Any:
    return verbs.create(RESOURCES[resource], values, actor=actor_for(user, "page"))
