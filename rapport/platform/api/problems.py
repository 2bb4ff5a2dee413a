"""Problems as RFC 9457 describes them: the one shape of every error, of a request and of a row of a batch."""

from __future__ import annotations

from typing import Any

from rapport.platform.errors import Problem


def details(problem: Problem) -> dict[str, Any]:
    return as_details(int(problem.status), str(problem.title), problem.detail, problem.fields)


def as_details(status: int, title: str, detail: str = "", fields: dict[str, str] | None = None) -> dict[str, Any]:
    """`errors` is ours: a pointer (RFC 6901) to each field, with what is wrong with it."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
    if detail:
        body["detail"] = str(detail)
    if fields:
        body["errors"] = [{"pointer": f"/{name}", "field": name, "detail": str(text)} for name, text in fields.items()]
    return body
