"""Every page's address asks who is there, but for the few that are open by intention."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.cast import Cast

OPEN = ("accounts/", "healthz", "readyz", "set-up/", "join/", "house/", "manifest.webmanifest", "favicon.ico",
        "service-worker.js", "offline", "notifications/unsubscribe/")  # fmt: skip
"""Signing in, the health of the server, the first start, invitations, colour and logo, what an app begins with, and
the end of mails."""
SAMPLES = {
    "uuid": "0190a000-0000-7000-8000-000000000000",
    "int": "1",
    "str": "example",
    "slug": "example",
    "path": "example",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    """Every address of the URL configuration, with a sample for each of its parts."""
    for each in patterns:
        route = before + re.sub(
            r"<(?:(\w+):)?\w+>", lambda part: SAMPLES.get(part[1] or "str", "people"), str(each.pattern)
        )
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, route)
        else:
            yield route


CLOSED = [each for each in addresses(get_resolver().url_patterns) if not each.startswith(OPEN)]


@pytest.mark.parametrize("address", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_sends_a_stranger_to_the_door(cast: Cast, address: str, method: str) -> None:
    response = getattr(Client(), method)(f"/{address}")
    assert response.status_code in (302, 401, 403, 404), address
    if response.status_code == 302:
        assert response["Location"].startswith(("/accounts/login", "/set-up"))
