"""The box at the top: what one keeps in sight, where to go, what to make, whom to find, as far as one may."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rapport.platform.attention.models import Attention
from rapport.platform.attention.watching import forget
from rapport.platform.fields.models import SavedView
from rapport.platform.search.indexing import index_all
from rapport.web.palette import likeness
from tests.factories.caller import Caller
from tests.factories.cast import Cast, make_role
from tests.web.conftest import SignIn, add

pytestmark = pytest.mark.django_db
PALETTE_QUERIES = 7


def offered(client: Client, text: str = "") -> list[str]:
    content = client.get("/palette", {"q": text}).content.decode()
    return re.findall(r"<b>([^<]*)</b>", content)


@pytest.fixture
def ada(cast: Cast) -> Any:
    return add(cast.owner, "people", name="Ada Byron")


def test_what_was_looked_at_comes_first_the_newest_before(cast: Cast, sign_in: SignIn, ada: Any) -> None:
    owner = sign_in(cast.owner)
    firm = add(cast.owner, "organizations", name="Byron Mills")
    for address in (f"/people/{ada.pk}/", f"/organizations/{firm.pk}/", f"/people/{ada.pk}/"):
        assert owner.get(address).status_code == 200
    assert offered(owner)[:3] == ["Ada Byron", "Byron Mills", "Today"]
    assert offered(sign_in(cast.mate))[0] == "Today"
    assert Attention.objects.count() == 2


def test_favourites_stand_in_the_navigation_until_they_are_taken_out(cast: Cast, sign_in: SignIn, ada: Any) -> None:
    owner, mate = sign_in(cast.owner), sign_in(cast.mate)
    address = f"/people/{ada.pk}/"
    assert owner.post(f"{address}attention", {"verb": "favourite"}).status_code == 302
    assert offered(owner)[0] == "Ada Byron"
    assert f'href="{address}"' in owner.get("/ledger/").content.decode()
    assert f'href="{address}"' not in mate.get("/ledger/").content.decode()
    shown = owner.post(f"{address}attention", {"verb": "unfavourite"}, headers={"HX-Request": "true"}).content.decode()
    assert "Add to favourites" in shown
    assert offered(owner)[0] == "Today"


def test_nothing_is_offered_that_may_not_be_seen(cast: Cast, sign_in: SignIn, ada: Any) -> None:
    index_all()
    outsider = sign_in(cast.outsider)
    Attention.objects.create(
        user=cast.outsider, resource="people", record_id=ada.pk, looked_at=timezone.now(), is_favourite=True
    )
    assert outsider.post(f"/people/{ada.pk}/attention", {"verb": "follow"}).status_code == 404
    assert "Ada Byron" not in [*offered(outsider), *offered(outsider, "ada")]
    assert b"Ada Byron" not in outsider.get("/ledger/").content
    nameless = make_role("Nameless", {"people": {"view": "all", "fields": {"name": "hidden"}}, "*": {"view": "all"}})
    cast.outsider.roles.set([nameless])
    assert "Ada Byron" not in [*offered(outsider), *offered(outsider, "ada")]


def test_commands_follow_roles(cast: Cast, sign_in: SignIn) -> None:
    owner, administrator = sign_in(cast.owner), sign_in(cast.administrator)
    assert "New: Person" in offered(owner, "person")
    assert "Roles" in offered(administrator, "roles")
    assert "Roles" not in offered(owner, "roles")
    cast.owner.roles.set([make_role("Reader", {"*": {"view": "all"}})])
    assert "New: Person" not in offered(owner, "person")


def test_views_are_gone_to_by_name(cast: Cast, sign_in: SignIn) -> None:
    SavedView.objects.create(name="Big in Japan", resource="people", owner=cast.owner, query={"name__contains": "z"})
    assert offered(sign_in(cast.owner), "japan")[0] == "Big in Japan"
    assert "Big in Japan" not in offered(sign_in(cast.mate), "japan")


def test_people_are_found_and_text_is_text(cast: Cast, sign_in: SignIn, ada: Any) -> None:
    index_all()
    owner = sign_in(cast.owner)
    assert offered(owner, "byr") == ["Ada Byron", "Search everything for “byr”"]
    assert b"<script" not in owner.get("/palette", {"q": "<script>"}).content


@pytest.mark.parametrize(
    ("typed", "name", "is_alike"),
    [("inb", "Inbox", True), ("hours", "Organisation and hours", True), ("orgnaisation", "Organisation", True),
     ("uber", "Über uns", True), ("box", "Inbox", True),
     ("calender", "Calendar", True), ("setings", "Settings", True), ("feilds custm", "Custom fields", True),
     ("rolf", "Roles", False), ("peoria", "People", False), ("custom zebra", "Custom fields", False),
     ("ox", "Inbox", False), ("people", "Ledger", False)],
)  # fmt: skip
def test_names_are_found_by_their_words_and_nearly_so(typed: str, name: str, is_alike: bool) -> None:
    assert bool(likeness(typed, name)) == is_alike


def test_following_is_a_verb_of_the_api_too(cast: Cast, ada: Any) -> None:
    assert Caller(cast.mate)("POST", f"people/{ada.pk}/follow", {})[0] == 200
    assert Caller(cast.outsider)("POST", f"people/{ada.pk}/follow", {})[0] == 404
    assert [each.user for each in Attention.objects.filter(is_followed=True)] == [cast.mate]


def test_looks_are_forgotten_favourites_are_not(cast: Cast, ada: Any) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    for user, liked in ((cast.owner, False), (cast.mate, True)):
        Attention.objects.create(user=user, resource="people", record_id=ada.pk, looked_at=long_ago, is_favourite=liked)
    forget()
    assert [each.user for each in Attention.objects.all()] == [cast.mate]


def test_its_queries_do_not_grow_with_what_is_kept(cast: Cast, sign_in: SignIn, django_assert_num_queries: Any) -> None:
    owner = sign_in(cast.owner)
    for number in range(3):
        for name in ("Ada", "Bob"):
            person = add(cast.owner, "people", name=f"{name} {number}")
            owner.post(f"/people/{person.pk}/attention", {"verb": "favourite"})
            owner.get(f"/people/{person.pk}/")
        with django_assert_num_queries(PALETTE_QUERIES):
            owner.get("/palette")
