"""`GET /api/v1/ledger?group=party&days=30`: the ledger's figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from rapport.interactions.ledger.figures import Row, ledger, total
from rapport.interactions.ledger.gathering import GROUPS
from rapport.interactions.ledger.periods import Period
from rapport.platform.access.actors import Actor
from rapport.platform.api import endpoints
from rapport.platform.api.openapi import READING, operation
from rapport.platform.errors import BadQuery, Forbidden, NotFound
from rapport.platform.resources.registry import RESOURCES

LONGEST = 3_660


def figures(request: HttpRequest, rest: str, actor: Actor) -> tuple[int, Any, dict[str, str]]:
    if rest:
        raise NotFound()
    if not RESOURCES["responses"].may(actor, "view"):
        raise Forbidden()
    parameters = request.GET.dict()
    if unknown := set(parameters) - {"group", "days", "since", "until"}:
        raise BadQuery(fields={min(unknown): "There is no such parameter here."})
    period = read_period(parameters)
    rows = ledger(actor, parameters["group"], period) if "group" in parameters else [total(actor, period)]
    return 200, {"since": period.since, "until": period.until, "results": [_row(row) for row in rows]}, {}


def read_period(parameters: dict[str, str]) -> Period:
    """`days` (30), or `since` and `until`. Raises BadQuery."""
    if "since" in parameters or "until" in parameters:
        return Period(_moment(parameters, "since"), _moment(parameters, "until"))
    days = parameters.get("days", "30")
    if not days.isascii() or not days.isdigit() or not 1 <= int(days[:9]) <= LONGEST:
        raise BadQuery(fields={"days": f"This is a number of days from 1 to {LONGEST}."})
    return Period.days(int(days))


def _moment(parameters: dict[str, str], name: str) -> datetime:
    try:
        found = parse_datetime(parameters.get(name, ""))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1970 < found.year < 2200:
        raise BadQuery(fields={name: "This is a date and a time with its zone, such as 2026-11-01T00:00:00Z."})
    return found


def _row(row: Row) -> dict[str, Any]:
    values = asdict(row)
    before = values.pop("before")
    values["response_rate"] = row.response_rate
    values["previous"] = (
        {name: value for name, value in before.items() if name not in ("before", "key", "label")} if before else None
    )
    return values


endpoints.EXTRA["ledger"] = figures


NUMBERS = (
    "sent", "received", "answered_by_us", "answered_by_them", "in_time", "with_target", "open", "overdue",
    "median_by_us", "p90_by_us", "median_by_them", "p90_by_them", "response_rate",
)  # fmt: skip


def describe(actor: Actor) -> dict[str, Any]:
    """The ledger's address in OpenAPI, for those who may see responses."""
    if not RESOURCES["responses"].may(actor, "view"):
        return {}
    numbers = {name: {"type": ["number", "null"]} for name in NUMBERS}
    row = {
        "type": "object",
        "properties": {"key": {"type": ["string", "null"]}, "label": {"type": "string"}, **numbers},
        "required": ["key", "label", *NUMBERS],
    }
    answer = {
        "type": "object",
        "properties": {"results": {"type": "array", "items": row}},
        "required": ["since", "until", "results"],
    }
    days = {"type": "integer", "minimum": 1, "maximum": LONGEST}
    parameters = [
        {"name": "group", "in": "query", "schema": {"type": "string", "enum": list(GROUPS)}},
        {"name": "days", "in": "query", "schema": days},
    ]
    listed = operation(
        "ledger", "Who answers whom, how often and how fast", answer, problems=READING, parameters=parameters
    )
    return {"/ledger": {"get": listed}}


endpoints.EXTRA_PATHS["ledger"] = describe
