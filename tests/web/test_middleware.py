"""Who comes in, and what every answer carries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rapport.platform.jobs.models import Heartbeat
from tests.factories.cast import Cast
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/", "/people/", "/nothing", "/healthz", "/accounts/login/"])
def test_every_answer_carries_the_security_headers(cast: Cast, sign_in: SignIn, path: str) -> None:
    response = sign_in(cast.owner).get(path)
    assert {name: response[name] for name in HEADERS} == HEADERS
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_a_stranger_is_sent_to_sign_in_and_back_to_where_they_wanted(cast: Cast) -> None:
    response = Client().get("/people/?order=-name&relationship__empty=true")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=%2Fpeople%2F%3Forder%3D-name%26relationship__empty%3Dtrue"


def test_a_strangers_fragment_sends_the_whole_page_to_sign_in(cast: Cast) -> None:
    response = Client().get("/people/count", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/accounts/login/?next=%2F")


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_what_is_written_down_never_leads_elsewhere(cast: Cast, sign_in: SignIn, target: str) -> None:
    from tests.web.conftest import add

    person = add(cast.owner, "people", name="Ada Byron")
    sent = {"kind": "note", "text": "hello", "party": str(person.pk), "back": target}
    assert sign_in(cast.owner).post("/interactions/write", sent)["Location"] == "/"


def test_readiness_needs_a_worker_that_was_heard_lately(cast: Cast) -> None:
    assert Client().get("/readyz").status_code == 503
    Heartbeat.beat()
    assert Client().get("/readyz").status_code == 200
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=31))
    assert Client().get("/readyz").status_code == 503


def test_pages_of_somebody_are_never_kept_by_caches(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.owner).get("/people/")["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("name", ["session", "csrf"])
def test_a_cookie_of_nonsense_is_no_fault_of_ours(cast: Cast, name: str) -> None:
    client = Client(raise_request_exception=False)
    for value in ('"\\000aaaaaaaaaaaaaaaaaaaa"', "x" * 5_000, '"\\377\\200aaaaaaaa"'):
        assert client.get("/people/", HTTP_COOKIE=f"{name}={value}").status_code < 500, value
