"""A database that was restarted between two requests is no fault that a caller sees."""

from __future__ import annotations

import os

import psycopg
from django.db import connection

from tests.factories.caller import Caller
from tests.factories.cast import make_cast


def test_a_connection_that_was_lost_is_made_anew(committed: None) -> None:
    call = Caller(make_cast().owner)
    assert call("GET", "people")[0] == 200
    for method, path, body, status in (("GET", "people", None, 200), ("POST", "people", {"name": "Ada"}, 201)):
        assert connection.connection is not None
        process = connection.connection.info.backend_pid
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [process]).fetchone() == (True,)
        assert call(method, path, body)[0] == status
        assert connection.connection.info.backend_pid != process
    assert [each["name"] for each in call("GET", "people")[1]["results"]] == ["Ada"]
