"""Connections that end: with a database that is restarted between two requests, and with a thread of a web worker."""

from __future__ import annotations

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from weakref import ref

import psycopg
from django.db import connection, connections

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


def test_what_is_kept_of_a_question_keeps_no_connection(committed: None) -> None:
    """Threads come and go; each would leave a session open at the server."""
    cast = make_cast()
    number = {"resource": "people", "name": "code", "label": "Code", "kind": "number"}
    assert Caller(cast.administrator)("POST", "custom_fields", number)[0] == 201
    made = Caller(cast.owner)("POST", "people", {"name": "Ada", "code": 7})[1]["id"]
    asked = (f"people/{made}", "people?order=name&fields=name,code", "people/summary?group=owner")

    def ask() -> tuple[ref[Any], list[Any]]:
        try:
            return ref(connections["default"]), [Caller(cast.owner)("GET", path)[1] for path in asked]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        of_thread, answers = thread.submit(ask).result()
    gc.collect()
    assert of_thread() is None
    assert [Caller(cast.owner)("GET", path)[1] for path in asked] == answers
    assert (answers[0]["code"], answers[1]["results"][0]["code"]) == (7, 7)
