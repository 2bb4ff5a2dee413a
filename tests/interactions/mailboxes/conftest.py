"""Each test has an account of its own."""

from __future__ import annotations

from uuid import uuid4

import pytest


@pytest.fixture
def account() -> str:
    return f"{uuid4().hex[:8]}@ours.example"
