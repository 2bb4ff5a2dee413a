"""A list in groups, with what they add up to."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.parties.models import Party, Stage
from rapport.platform.fields.models import CustomField, SavedView
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add
from tests.web.test_lists import LIST_QUERIES
from tests.web.test_lists_words import listed

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def people(cast: Cast) -> Cast:
    for name, kind in (("hours", "number"), ("worth", "money"), ("paid", "boolean"), ("born_on", "date")):
        CustomField.objects.create(resource="people", name=name, label=name.replace("_", " ").capitalize(), kind=kind)
    active, lost = (Stage.objects.get(kind__name="Customer", name=name) for name in ("Active", "Lost"))
    firm = add(cast.owner, "organizations", name="Okafor")
    common: dict[str, Any] = {"relationship": str(active.kind_id)}
    for name, stage, values in (
        ("Ada", lost, {"hours": 1200.5, "worth": {"amount": "10", "currency": "EUR"}, "paid": True}),
        ("Bob", active, {"hours": 2, "worth": {"amount": "1.5", "currency": "EUR"}, "born_on": "2020-02-29"}),
        ("Cleo", active, {"hours": 3, "worth": {"amount": "5", "currency": "USD"}, "born_on": "2020-02-01"}),
        ("Dan", None, {"paid": False, "organization": str(firm.pk)}),
    ):
        stood = {**common, "stage": str(stage.pk)} if stage else {}
        add(cast.owner, "people", name=name, **stood, **values)
    return cast


def groups(page: str) -> list[tuple[str, str, list[str]]]:
    """Label, count and the sums that are told of each group."""
    found = []
    for head in re.findall(r'<tr class="head">(.*?)</tr>', page, re.DOTALL):
        label = re.search(
            r'aria-expanded="true">(?:<svg.*?</svg>)?([^<]+)</button><span[^>]*>([^<]+)<', head, re.DOTALL
        )
        assert label
        sums = [unescape(each) for each in re.findall(r"<td[^>]*>([^<]+)</td>", head)]
        found.append((unescape(label[1]).strip(), label[2], sums))
    return found


def addresses(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'class="further" hx-get="([^"]*)"', page)]


def test_groups_are_counted_added_up_and_lead_to_their_rows(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    page = client.get("/people/?group=stage&fields=name,hours,worth&order=-name").content.decode()
    assert groups(page) == [
        ("Customer: Active", "2", ["5", "€1.50, US$5.00"]),
        ("Customer: Lost", "1", ["1,200.5", "€10.00"]),
        ("Without stage", "1", []),
    ]
    rows = [client.get(each, headers=HX).content.decode() for each in addresses(page)]
    assert [listed(each) for each in rows] == [["Cleo", "Bob"], ["Ada"], ["Dan"]]
    assert "<html" not in rows[0]
    alone = client.get(addresses(page)[0].removesuffix("&rows=true")).content.decode()
    assert listed(alone) == ["Cleo", "Bob"]
    assert "group=" not in addresses(page)[0]


def test_a_group_goes_on_behind_its_end(people: Cast, sign_in: SignIn) -> None:
    for number in range(55):  # ten at first, then fifty at a time
        add(people.owner, "people", name=f"Person {number:02d}")
    client = sign_in(people.owner)
    page = client.get("/people/?group=stage").content.decode()
    first = client.get(addresses(page)[-1], headers=HX).content.decode()
    assert len(listed(first)) == 10
    second = client.get(addresses(first)[0], headers=HX).content.decode()
    assert len(listed(second)) == 46
    assert listed(second)[-1] == "Person 54"
    assert addresses(second) == []


def test_a_group_is_narrowed_beside_what_the_list_is_narrowed_by(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    page = client.get(
        "/people/", {"group": "paid", "where": "name is Ada or name is Bob", "hours__gt": "1"}
    ).content.decode()
    assert groups(page) == [("Yes", "1", []), ("Without paid", "1", [])]
    assert [listed(client.get(each, headers=HX).content.decode()) for each in addresses(page)] == [["Ada"], ["Bob"]]


def test_times_are_grouped_by_month_latest_first(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    Party.objects.filter(display_name="Ada").update(created_at="2026-03-31T23:30:00Z")
    Party.objects.exclude(display_name="Ada").update(created_at="2026-04-02T00:00:00Z")
    page = client.get("/people/?group=created_at").content.decode()
    assert [each[:2] for each in groups(page)] == [("April 2026", "3"), ("March 2026", "1")]
    assert listed(client.get(addresses(page)[1], headers=HX).content.decode()) == ["Ada"]
    people.owner.time_zone = "Europe/Berlin"
    people.owner.save()
    assert [each[:2] for each in groups(client.get("/people/?group=created_at").content.decode())] == [
        ("April 2026", "4")
    ]
    born = client.get("/people/?group=born_on").content.decode()
    assert [each[:2] for each in groups(born)] == [("February 2020", "2"), ("Without born on", "2")]
    assert listed(client.get(addresses(born)[0], headers=HX).content.decode()) == ["Bob", "Cleo"]


def test_a_record_that_somebody_may_not_see_gives_a_group_no_name(people: Cast, sign_in: SignIn) -> None:
    Party.objects.filter(display_name="Dan").update(owner_ids=[people.outsider.pk])
    page = sign_in(people.outsider).get("/people/?group=organization").content.decode()
    assert [each[:2] for each in groups(page)] == [("somebody you may not see", "1")]
    own = sign_in(people.owner).get("/people/?group=organization").content.decode()
    assert ("Without organisation", "3", []) in groups(own)


def test_only_what_somebody_reads_can_be_grouped_by(people: Cast, sign_in: SignIn) -> None:
    hidden = {"*": {"view": "all"}, "people": {"view": "all", "fields": {"stage": "hidden"}}}
    client = sign_in(make_user("blind@ours.example", make_role("Blind", hidden)))
    answers = [client.get(f"/people/?group={name}") for name in ("stage", "qwxz", "name", "tags")]
    assert [each.status_code for each in answers] == [400] * 4
    assert len({each.content for each in answers}) == 1
    assert "group=stage" not in client.get("/people/").content.decode()


def test_groups_are_kept_in_views_and_are_no_part_of_the_question(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    client.post("/people/views", {"name": "Staged", "at": "group=stage&name__contains=a"})
    assert SavedView.objects.get().query == {"group": "stage", "name__contains": "a"}
    page = client.get("/people/?group=stage&name__contains=a").content.decode()
    assert 'aria-current="page"' in page.split("Staged</a>")[0].rsplit("<a ", 1)[1]
    assert client.get("/people/count?group=stage&name__contains=a").content == b"2"
    exported = b"".join(client.get("/people/export.csv?group=stage&name__contains=a&fields=name"))
    assert exported.decode("utf-8-sig").count("\r\n") == 3
    client.post("/people/bulk/trash", {"matching": "true", "at": "group=stage&name__contains=a"})
    assert Party.objects.filter(deleted_at=None, kind="person").count() == 2


def test_groups_cost_the_same_queries_whatever_their_number(
    people: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(people.owner)
    client.get("/people/?group=stage")
    with django_assert_num_queries(LIST_QUERIES + 1):
        client.get("/people/?group=stage")
    stages = list(Stage.objects.filter(kind__name="Prospect"))
    for stage in stages:
        add(people.owner, "people", name="Eve", relationship=str(stage.kind_id), stage=str(stage.pk))
    client.get("/people/?group=stage")
    with django_assert_num_queries(LIST_QUERIES + 1):
        page = client.get("/people/?group=stage").content.decode()
    assert len(groups(page)) == 3 + len(stages)
