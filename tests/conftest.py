"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator

import hypothesis
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import plugin
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


hypothesis.settings.register_profile("rapport", deadline=None)
hypothesis.settings.load_profile("rapport")
