"""What the platform's tests share: the cast, and callers of the API."""

from __future__ import annotations

import pytest

from tests.factories.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
