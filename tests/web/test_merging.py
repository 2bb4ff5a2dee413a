"""Merging on pages: suggested, explained, done, undone."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.parties.models import Person, Relationship
from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
MERGE_QUERIES = 24


@pytest.fixture
def ann(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Ann Lee", email="ann@lee.example", job_title="Buyer", tags=["VIP"])


@pytest.fixture
def anna(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Anna Lee", email="ann@lee.example", phone="+442079460001", job_title="Head")


def test_two_that_share_an_address_are_suggested(cast: Cast, sign_in: SignIn, ann: Any, anna: Any) -> None:
    client = sign_in(cast.owner)
    for path in (f"/people/{ann.pk}/alike", f"/people/{ann.pk}/merge", "/people/duplicates"):
        text = client.get(path).content.decode()
        assert "Anna Lee" in text, path
        assert "the same e-mail address" in text, path
    assert "Ann Lee" not in client.get("/organizations/duplicates").content.decode()
    assert b"Lee" not in sign_in(cast.outsider).get("/people/duplicates").content
    assert sign_in(cast.mate).get(f"/people/{ann.pk}/alike").content == b""


def test_the_page_explains_field_by_field_and_what_moves(cast: Cast, sign_in: SignIn, ann: Any, anna: Any) -> None:
    text = sign_in(cast.owner).get(f"/people/{ann.pk}/merge?with={anna.pk}").content.decode()
    assert 'name="take.job_title" value="ours" checked' in text
    assert 'name="take.phone"' not in text
    assert "+442079460001" in text
    assert "<b>1</b> way to reach them" in text


def test_two_are_merged_as_chosen_and_parted_by_the_toast(cast: Cast, sign_in: SignIn, ann: Any, anna: Any) -> None:
    client = sign_in(cast.owner)
    sent = {"with": str(anna.pk), "take.job_title": "theirs", "take.name": "ours"}
    done = client.post(f"/people/{ann.pk}/merge", sent, follow=True).content.decode()
    ann.refresh_from_db()
    assert (ann.display_name, ann.job_title) == ("Ann Lee", "Head")
    assert client.get(f"/people/{anna.pk}/merge").status_code == 404
    undo = done.split(f'action="/people/{ann.pk}/merge/undo?')[1].split('"')[0]
    client.post(f"/people/{ann.pk}/merge/undo?{undo}")
    ann.refresh_from_db()
    assert ann.job_title == "Buyer"
    assert Person.objects.kept().count() == 2


def test_the_page_in_the_trash_offers_no_way_back_but_undoing_the_merge(
    cast: Cast, sign_in: SignIn, ann: Any, anna: Any
) -> None:
    client = sign_in(cast.owner)
    client.post(f"/people/{ann.pk}/merge", {"with": str(anna.pk)})
    text = client.get(f"/people/{anna.pk}/").content.decode()
    assert f'action="/people/{ann.pk}/merge/undo?merge=' in text
    assert f'action="/people/{anna.pk}/restore"' not in text
    assert client.post(f"/people/{anna.pk}/restore").status_code == 409
    Relationship.objects.filter(party=ann.pk).update(owner=cast.outsider)
    text = client.get(f"/people/{anna.pk}/").content.decode()
    assert str(ann.pk) not in text
    assert f'action="/people/{anna.pk}/restore"' not in text


def test_two_selected_in_a_list_lead_to_the_page(cast: Cast, sign_in: SignIn, ann: Any, anna: Any) -> None:
    client = sign_in(cast.owner)
    ids = [str(ann.pk), str(anna.pk)]
    assert client.post("/people/bulk/merge", {"ids": ids})["Location"] == f"/people/{ann.pk}/merge?with={anna.pk}"
    assert client.post("/people/bulk/merge", {"ids": ids[:1]}).status_code == 422


def test_who_may_not_change_both_merges_neither(cast: Cast, sign_in: SignIn, ann: Any, anna: Any) -> None:
    theirs = add(cast.outsider, "people", name="Eve")
    owner = sign_in(cast.owner)
    assert owner.get(f"/people/{ann.pk}/merge?with={theirs.pk}").status_code == 404
    assert owner.post(f"/people/{ann.pk}/merge", {"with": str(theirs.pk)}).status_code == 404
    assert sign_in(cast.mate).get(f"/people/{ann.pk}/merge").status_code == 403
    assert sign_in(cast.outsider).get(f"/people/{ann.pk}/merge").status_code == 404
    assert Person.objects.kept().count() == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_queries_whatever_hangs_on_them(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, ann: Any, anna: Any, count: int
) -> None:
    for number in range(count):
        add(cast.owner, "contact_points", party=str(anna.pk), kind="phone", value=f"+44 20 7946 001{number}")
    client = sign_in(cast.owner)
    address = f"/people/{ann.pk}/merge?with={anna.pk}"
    client.get(address)
    with django_assert_num_queries(MERGE_QUERIES):
        assert client.get(address).status_code == 200
