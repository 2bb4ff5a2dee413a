"""A list that is narrowed in words: what its field takes, keeps, offers and says."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from rapport.platform.fields.models import SavedView
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add
from tests.web.test_lists import LIST_QUERIES

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast: Cast, sign_in: SignIn) -> Client:
    for name, title in (("Ada Byron", "Analyst"), ("Bob Cole", "Sales and care"), ("Cleo Dunn", "")):
        add(cast.owner, "people", name=name, job_title=title)
    return sign_in(cast.owner)


def listed(page: str) -> list[str]:
    return re.findall(r"data-open>([^<]+)</a>", page)


def field_of(page: str) -> str:
    found = re.search(r'<input name="where" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def test_what_is_typed_is_kept_in_words_of_every_language_and_shown_in_the_readers(cast: Cast, client: Client) -> None:
    typed = "job title is not empty and (owner is me or changed in the last 3 days)"
    response = client.get("/people/adjust", {"at": "order=-name&cursor=x", "where": typed})
    kept = "job_title is not empty and (owner is me or updated_at in the last 3 days)"
    assert parse_qs(urlsplit(response["Location"]).query) == {"order": ["-name"], "where": [kept]}
    page = client.get(response["Location"]).content.decode()
    assert listed(page) == ["Bob Cole", "Ada Byron"]
    assert field_of(page) == "Job title is not empty and (Owner is me or Changed in the last 3 days)"
    cast.owner.language = "de"
    cast.owner.save()
    german = client.get(response["Location"]).content.decode()
    assert listed(german) == ["Bob Cole", "Ada Byron"]
    assert field_of(german) == ("Position ist nicht leer und (Zuständig ist ich oder Geändert in den letzten 3 Tagen)")
    assert client.get("/people/adjust", {"at": "where=x&order=name", "where": " "})["Location"] == "/people/?order=name"


def test_what_cant_be_understood_stays_in_the_field_with_its_place_marked(client: Client) -> None:
    response = client.get("/people/adjust", {"at": "order=name", "where": "name is Ada and jub titel is x"})
    answer = client.get(response["Location"])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert field_of(page) == "name is Ada and jub titel is x"
    assert "There is no field “jub titel”. Did you mean “Job title”?" in page
    assert "<q>name is Ada and <mark>jub titel</mark> is x</q>" in page
    assert 'data-from="16" data-to="25"' in page
    assert listed(page) == []
    assert 'href="/people/?order=name"' in page
    assert "/people/count" not in page


def test_it_goes_with_the_count_the_export_a_view_and_what_is_done_to_all(cast: Cast, client: Client) -> None:
    where = 'job_title is "Sales and care" or job_title is empty'
    asked = {"where": where, "order": "name"}
    page = client.get("/people/", asked).content.decode()
    assert listed(page) == ["Bob Cole", "Cleo Dunn"]
    assert client.get("/people/count", asked).content == b"2"
    text = b"".join(client.get("/people/export.csv", {**asked, "fields": "name"})).decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(text))] == ["Name", "Bob Cole", "Cleo Dunn"]
    at = unescape(re.findall(r'name="at" value="([^"]*)"', page)[0])
    client.post("/people/views", {"name": "Carers", "at": at})
    assert SavedView.objects.get().query == asked
    client.post("/people/bulk/trash", {"matching": "true", "at": at})
    assert listed(client.get("/people/").content.decode()) == ["Ada Byron"]


def test_it_costs_what_a_list_costs(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/people/")
    with django_assert_num_queries(LIST_QUERIES):
        client.get("/people/", {"where": "job_title is not empty and owner is me"})


def offered(client: Client, where: str, at: int | None = None) -> list[str]:
    answer = client.get("/people/complete", {"where": where} | ({} if at is None else {"at": str(at)}))
    assert answer.status_code == 200
    return [unescape(text) for text in re.findall(r'data-text="([^"]*)"', answer.content.decode())]


def test_what_may_come_next_is_offered(cast: Cast, client: Client) -> None:
    add(cast.owner, "people", name="Eve", tags=["VIP", "Sturm and Drang"])
    assert offered(client, "")[:3] == ["Name ", "Given name ", "Family name "]
    assert offered(client, "jo") == ["Job title "]
    assert offered(client, "Stage")[:2] == ["Stage ", "Stage."]
    assert offered(client, "stage ")[:4] == ["is ", "is not ", "is one of ", "is none of "]
    assert offered(client, "stage is act") == ["Active ", "Contacted "]
    assert offered(client, "stage is Active ") == ["and ", "or "]
    assert offered(client, "(stage is Active ") == ["and ", "or ", ") "]
    assert offered(client, "stage is Active and ")[:2] == ["Name ", "Given name "]
    assert offered(client, "stage.na") == ["Name "]
    assert offered(client, "owner is m") == ["me ", "Mate ", "Administrator "]
    assert offered(client, "added is last m") == ["last month "]
    assert offered(client, "added is 30") == ["the last 30 days "]
    assert offered(client, "tags is ") == ['"Sturm and Drang" ', "VIP "]
    assert offered(client, "name contains ") == []
    assert offered(client, "jo is x and name is y", at=2) == ["Job title "]
    assert offered(client, "qwxz is ") == []
    assert offered(client, "jo", at=99) == ["Job title "]


def test_only_what_somebody_may_see_is_offered(cast: Cast, client: Client, sign_in: SignIn) -> None:
    add(cast.owner, "organizations", name="Okafor Logistics")
    assert offered(client, "organization is oka") == ["Okafor Logistics "]
    assert offered(sign_in(cast.outsider), "organization is oka") == []
    hidden = {"*": {"view": "all"}, "people": {"view": "all", "fields": {"job_title": "hidden"}}}
    blind = sign_in(make_user("blind@ours.example", make_role("Blind", hidden)))
    assert offered(blind, "jo") == []
    nobody = sign_in(make_user("nobody@ours.example", make_role("Nobody", {})))
    assert nobody.get("/people/complete", {"where": ""}).status_code == 403


def test_nothing_that_is_typed_is_markup(cast: Cast, client: Client) -> None:
    add(cast.owner, "organizations", name="<script>alert(1)</script>")
    for path, where in (("/people/", "<script>alert(1)</script> is x"), ("/people/complete", "organization is <scr")):
        assert b"<script>alert" not in client.get(path, {"where": where}).content
