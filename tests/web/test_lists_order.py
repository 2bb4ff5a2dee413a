"""Sorting a list by several columns."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.factories.cast import Cast
from tests.web.conftest import SignIn, add
from tests.web.test_lists_words import listed

pytestmark = pytest.mark.django_db


def heads(page: str) -> dict[str, tuple[str, str, str]]:
    """By label: aria-sort, the address of sorting by it alone, and by it as well."""
    found = re.findall(
        r'<th scope="col"(?: aria-sort="(\w+)")? class="[^"]*"[^>]*>'
        r'<a href="([^"]*)" data-further="([^"]*)"[^>]*>([^<]+)',
        page,
    )
    return {unescape(label): (sort, unescape(alone), unescape(further)) for sort, alone, further, label in found}


def test_each_heading_leads_to_itself_alone_and_to_one_term_more(cast: Cast, sign_in: SignIn) -> None:
    for name, mail in (("Ada", "c@x.example"), ("Bob", "a@x.example"), ("Bob", "b@x.example")):
        add(cast.owner, "people", name=name, email=mail)
    client = sign_in(cast.owner)
    at = "/people/?email__contains=x.example"
    first = heads(client.get(at).content.decode())
    assert first["Name"] == ("ascending", f"{at}&order=-name", f"{at}&order=-name")
    assert first["E-mail"] == ("", f"{at}&order=email", f"{at}&order=name%2Cemail")
    page = client.get("/people/?order=-name,email").content.decode()
    second = heads(page)
    assert listed(page) == ["Bob", "Bob", "Ada"]
    assert page.index("a@x.example") < page.index("b@x.example")
    assert second["Name"] == ("descending", "/people/?order=name", "/people/?order=email")
    assert second["E-mail"] == ("", "/people/?order=email", "/people/?order=-name%2C-email")
    assert '<span class="unseen">sorted 2., ascending</span>' in page
    assert page.count("aria-sort=") == 1
    assert "<i>Sorted by</i> Name" in page
    assert '<a href="/people/" aria-label="Sort as usual">' in page
    assert "Sorted by" not in client.get("/people/?order=-name").content.decode()


def test_a_link_is_sorted_by_its_title_and_tags_by_nothing(cast: Cast, sign_in: SignIn) -> None:
    page = heads_of_all(cast, sign_in)
    assert page["Organisation"][1] == "/people/?fields=name%2Ctags%2Corganization&order=organization"
    assert "Tags" not in page


def heads_of_all(cast: Cast, sign_in: SignIn) -> dict[str, tuple[str, str, str]]:
    add(cast.owner, "people", name="Ada")
    return heads(sign_in(cast.owner).get("/people/?fields=name,tags,organization").content.decode())
