"""Rows that are written as tuples hold what Django would have written."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.fields.models import CustomField
from rapport.platform.records.bulk import FEW, insert

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, FEW + 1])
@pytest.mark.parametrize("default", [None, {}, [], "", 0, False, {"a": None}])
def test_json_comes_back_as_it_was_and_nothing_is_null(count: int, default: Any) -> None:
    insert(
        [CustomField(resource="people", name=f"n{n}", label="L", kind="text", default=default) for n in range(count)]
    )
    rows = CustomField.objects.filter(resource="people")
    assert [(each.default, each.options) for each in rows] == [(default, [])] * count
    assert rows.filter(default__isnull=True).count() == (count if default is None else 0)
