"""The organisation's name, colour, currency and logo: on every page, and on the one where people sign in."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rapport.platform.access.house import house, sender
from tests.factories.cast import Cast
from tests.web.conftest import SignIn

pytestmark = pytest.mark.django_db
GOOD = {
    "name": "Okafor Logistics", "time_zone": "Europe/Berlin", "lapse_days": "30", "accent": "#C0392B",
    "currency": "chf",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kept_here(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path


def picture(width: int = 64, height: int = 64) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x06\0\0\0"


def send(client: Client, *contents: bytes) -> Any:
    return client.post(
        "/settings/organisation/logo", {"files": [SimpleUploadedFile("logo.png", each) for each in contents]}
    )


def test_name_and_colour_stand_on_every_page_and_where_people_sign_in(cast: Cast, sign_in: SignIn) -> None:
    boss = sign_in(cast.administrator)
    assert boss.post("/settings/organisation", GOOD).status_code == 302
    style = f"/house/style.css?v={house().version}"
    for client, address in ((boss, "/people/"), (Client(), "/accounts/login/"), (boss, "/accounts/2fa/")):
        text = client.get(address).content.decode()
        assert "Okafor Logistics" in text
        assert style in text
    sheet = Client().get(style)
    assert sheet["Content-Type"] == "text/css"
    assert sheet.content.startswith(b":root{--accent:light-dark(#")
    assert house().currency == "CHF"
    assert sender() == "Okafor Logistics <rapport@localhost>"


@pytest.mark.parametrize("wrong", [{"accent": "red;}*{display:none"}, {"accent": "#12345"}, {"currency": "EURO"}])
def test_what_is_no_colour_and_no_currency_is_refused(cast: Cast, sign_in: SignIn, wrong: dict[str, str]) -> None:
    assert sign_in(cast.administrator).post("/settings/organisation", {**GOOD, **wrong}).status_code == 422
    assert house().accent == ""


def test_a_logo_is_a_picture_of_points_of_a_modest_size(cast: Cast, sign_in: SignIn) -> None:
    boss = sign_in(cast.administrator)
    for wrong in (b"<svg/>", picture(5_000), picture(0), picture() + b"0" * 500_000):
        assert send(boss, wrong).status_code == 422
    assert Client().get("/house/logo").status_code == 404
    assert send(boss, picture()).status_code == 302
    answer: Any = Client().get("/house/logo")
    assert b"".join(answer.streaming_content) == picture()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert f"/house/logo?v={house().version}" in Client().get("/accounts/login/").content.decode()
    assert send(boss).status_code == 302
    assert house().logo_digest is None


def test_only_administrators_change_it(cast: Cast, sign_in: SignIn) -> None:
    owner = sign_in(cast.owner)
    assert send(owner, picture()).status_code == 403
    assert owner.post("/settings/organisation", GOOD).status_code == 403
    assert (house().name, house().logo_digest) == ("", None)


def test_it_costs_a_page_no_query(
    cast: Cast, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    from tests.web.test_lists import LIST_QUERIES

    sign_in(cast.administrator).post("/settings/organisation", GOOD)
    client = sign_in(cast.owner)
    client.get("/people/")
    with django_assert_max_num_queries(LIST_QUERIES):
        client.get("/people/")
