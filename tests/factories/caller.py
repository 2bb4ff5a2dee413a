"""A caller of the API: a client with a token."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from rapport.platform.access.models import User
from rapport.platform.api.tokens import make_token


class Caller:
    """Calls the API as a user; as nobody when `user` is None. `response` is that of the last call."""

    def __init__(self, user: User | None, **token: Any) -> None:
        headers = {"Authorization": f"Bearer {make_token(user, 'test', **token)}"} if user else {}
        self.client = Client(headers=headers, raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and decoded body. Headers are written with underscores for hyphens."""
        content = body if isinstance(body, (str, bytes)) else "" if body is None else json.dumps(body)
        self.response: Any = self.client.generic(
            method,
            path if path.startswith("http") else f"/api/v1/{path}",
            content,
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )
        return self.response.status_code, json.loads(self.response.content) if self.response.content else None
