"""A Dovecot for all tests of this folder; each test has an account of its own."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.dovecot import Dovecot, dovecot


@pytest.fixture(scope="session")
def running_server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture
def server(running_server: Dovecot, monkeypatch: pytest.MonkeyPatch, settings: object) -> Dovecot:
    monkeypatch.setenv("SSL_CERT_FILE", str(running_server.place / "fullchain.pem"))
    settings.PRIVATE_SERVERS = ["localhost"]  # type: ignore[attr-defined]
    return running_server


@pytest.fixture
def account() -> str:
    return f"{uuid4().hex[:8]}@ours.example"
