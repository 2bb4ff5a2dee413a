"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import hypothesis
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import plugin
from tests.dovecot import Dovecot, dovecot
from tests.factories.cast import Cast, make_cast


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database stands already: see `tests.plugin`."""


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def committed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database in which transactions really commit, for tests with several connections or processes."""
    with django_db_blocker.unblock():
        yield
        connections.close_all()
        plugin.fresh_copy()


@pytest.fixture(scope="session")
def running_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, settings: object) -> Callable[[Dovecot], Dovecot]:
    """Has Rapport believe a mail server's certificate, and reach this machine."""

    def trust(server: Dovecot) -> Dovecot:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.place / "fullchain.pem"))
        settings.PRIVATE_SERVERS = ["localhost"]  # type: ignore[attr-defined]
        return server

    return trust


@pytest.fixture
def server(running_server: Dovecot, trusted: Callable[[Dovecot], Dovecot]) -> Dovecot:
    """A real mail server; accounts come into being by signing in."""
    return trusted(running_server)


hypothesis.settings.register_profile("rapport", deadline=None)
hypothesis.settings.load_profile("rapport")
