"""The API's own description, held against the API by a fuzzer driven by it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from rapport.config.wsgi import application
from rapport.platform.api.tokens import make_token
from rapport.platform.resources.registry import RESOURCES
from tests.factories.caller import Caller
from tests.factories.cast import Cast

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_every_door_is_described(cast: Cast) -> None:
    status, document = Caller(cast.administrator)("GET", "openapi.json")
    assert status == 200
    assert document["openapi"] == "3.1.0"
    described = {path.split("/")[1] for path in document["paths"]}
    assert described >= {name for name, resource in RESOURCES.items() if resource.is_door}
    parameters = {each["name"] for each in document["paths"]["/people"]["get"]["parameters"]}
    assert parameters >= {
        "name",
        "name__contains",
        "created_at__gte",
        "order",
        "cursor",
        "expand",
        "q",
        "count",
    }
    assert document["components"]["schemas"]["people.create"]["required"] == ["name"]


def test_the_description_needs_a_token(cast: Cast) -> None:
    assert Caller(None)("GET", "openapi.json")[0] == 401


@pytest.mark.parametrize(("who", "examples"), [("administrator", 3), ("owner", 1)])
def test_the_fuzzer_finds_no_fault_and_no_broken_schema(cast: Cast, who: str, examples: int) -> None:
    user = getattr(cast, who)
    Caller(user)("POST", "people", {"name": "Jonas Okafor", "email": "jonas@acme.example"})
    token = make_token(user, "fuzzer")
    with inside_the_test():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=_bearer(token))
        operations = [found.ok() for found in schema.get_all_operations()]  # type: ignore[union-attr]
        for operation in operations:
            _fuzz(operation, token, examples)
    assert len(operations) > 50


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Host": "localhost"}


def _fuzz(operation: Any, token: str, examples: int) -> None:
    @hypothesis.settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate],
    )  # fmt: skip
    @hypothesis.given(case=operation.as_strategy())
    def check(case: Any) -> None:
        with _Undone():
            case.call_and_validate(headers=_bearer(token), checks=CHECKS)

    check()


@contextmanager
def inside_the_test() -> Iterator[None]:
    """Keeps the server's end-of-request cleaning away from the test's transaction, and refusals out of the log."""
    logging.disable(logging.WARNING)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)


class _Undone:
    """Undoes what was written inside, so that each example meets the same database."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:
        if not connection.needs_rollback:
            transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)
