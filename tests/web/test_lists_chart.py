"""A list as a chart: what is counted and added up, how it is drawn, and where its parts lead."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from rapport.parties.models import Party, Stage
from rapport.platform.resources import grouping
from rapport.web.lists.drawing import Scale
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add
from tests.web.test_lists import LIST_QUERIES
from tests.web.test_lists_groups import people
from tests.web.test_lists_words import listed

pytestmark = pytest.mark.django_db
__all__ = ["people"]


def figures(page: str) -> list[list[str]]:
    """The rows of the table beneath the picture."""
    body = page.split('<div class="chart">')[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    rows = [re.sub(r"</t[hd]>", "\0", row) for row in body.split("</tr>") if row]
    return [[unescape(re.sub(r"<[^>]*>", "", cell)) for cell in row.split("\0") if cell] for row in rows]


def finding(page: str) -> str:
    return unescape(page.split("<figcaption><h2>")[1].split("</h2>", maxsplit=1)[0])


def links(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'<th scope="row"><a class="link" href="([^"]*)"', page)]


def test_a_chart_counts_tells_what_it_finds_and_leads_to_exactly_its_records(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    page = client.get("/people/?as=chart&by=stage").content.decode()
    assert figures(page) == [["Customer: Active", "2"], ["Customer: Lost", "1"], ["Without stage", "1"]]
    assert finding(page) == "Customer: Active has most: 2 of 4, which is 50 %"
    assert [listed(client.get(each).content.decode()) for each in links(page)] == [["Bob", "Cleo"], ["Ada"], ["Dan"]]
    widths = re.findall(r'<rect class="c1" x="0.00%" y="\d+" width="([\d.]+)%"', page)
    assert widths == ["100.00", "50.00", "50.00"]


def test_money_is_added_up_in_one_currency_and_numbers_in_colours(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    euros = client.get("/people/?as=chart&by=stage&of=worth").content.decode()
    assert figures(euros) == [["Customer: Active", "€1.50"], ["Customer: Lost", "€10.00"]]
    assert 'of=worth.USD">USD</a>' in euros
    dollars = client.get("/people/?as=chart&by=stage&of=worth.USD").content.decode()
    assert figures(dollars) == [["Customer: Active", "US$5.00"]]
    hours = client.get("/people/?as=chart&by=stage&then=paid&of=hours").content.decode()
    assert figures(hours) == [
        ["Customer: Active", "0", "0", "5", "5"], ["Customer: Lost", "1,200.5", "0", "0", "1,200.5"],
        ["Without stage", "0", "0", "0", "0"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("per", "told"),
    [
        ("day", [("1 Feb 2020", "1"), ("29 Feb 2020", "1"), ("1 Mar 2020", "0")]),
        ("week", [("week from 27 Jan 2020", "1"), ("week from 24 Feb 2020", "1")]),
        ("month", [("February 2020", "2"), ("March 2020", "0"), ("April 2020", "1")]),
        ("quarter", [("Q1 2020", "2"), ("Q2 2020", "1")]),
        ("year", [("2020", "3")]),
    ],
)
def test_times_are_told_by_period_without_gaps(
    people: Cast, sign_in: SignIn, per: str, told: list[tuple[str, str]]
) -> None:
    add(people.owner, "people", name="Eve", born_on="2020-04-30")
    client = sign_in(people.owner)
    page = client.get(f"/people/?as=chart&by=born_on&per={per}").content.decode()
    shown = [(label, count) for label, count in figures(page)]
    assert [each for each in shown if each in told] == told
    assert sum(int(count) for _label, count in shown) == 3
    opened = [listed(client.get(each).content.decode()) for each in links(page)[-100:]]
    assert [len(each) for each in opened] == [int(count) for _label, count in shown][-100:]


def test_a_moment_is_of_the_day_that_it_is_where_one_is(people: Cast, sign_in: SignIn) -> None:
    Party.objects.update(created_at="2026-03-31T23:30:00Z")
    assert figures(sign_in(people.owner).get("/people/?as=chart&by=created_at").content.decode()) == [
        ["March 2026", "4"]
    ]
    people.owner.time_zone = "Europe/Berlin"
    people.owner.save()
    page = sign_in(people.owner).get("/people/?as=chart&by=created_at&per=day").content.decode()
    assert figures(page) == [["1 Apr 2026", "4"]]
    assert len(listed(sign_in(people.owner).get(links(page)[0]).content.decode())) == 4


def test_only_what_somebody_reads_is_drawn(people: Cast, sign_in: SignIn) -> None:
    hidden = {"*": {"view": "all"}, "people": {"view": "all", "fields": {"stage": "hidden", "worth": "hidden"}}}
    client = sign_in(make_user("blind@ours.example", make_role("Blind", hidden)))
    asked = ("by=stage", "by=paid&then=stage", "by=paid&of=worth", "by=paid&per=decade", "by=paid&then=paid", "by=name")
    assert [client.get(f"/people/?as=chart&{each}").status_code for each in asked] == [400] * 6


def test_a_chart_costs_the_same_queries_whatever_it_shows(
    people: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(people.owner)
    client.get("/people/?as=chart&by=stage")
    with django_assert_num_queries(LIST_QUERIES + 1):
        client.get("/people/?as=chart&by=stage")
    for each in Stage.objects.filter(kind__name="Prospect"):
        add(people.owner, "people", name="Eve", relationship=str(each.kind_id), stage=str(each.pk))
    with django_assert_num_queries(LIST_QUERIES + 1):
        client.get("/people/?as=chart&by=stage")


@pytest.mark.parametrize(
    ("values", "ticks"),
    [([], [0, 1]), ([3], [0, 1, 2, 3]), ([0, 97], [0, 20, 40, 60, 80, 100]), ([-4, 5], [-4, -2, 0, 2, 4, 6])],
)
def test_an_axis_has_round_numbers_and_zero(values: list[Any], ticks: list[int]) -> None:
    assert Scale.of([Decimal(each) for each in values]).ticks == ticks


def test_of_more_groups_than_are_told_of_the_largest_sums_and_the_latest_days_stand_there(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 6):
        for number in range(6 - day):
            add(cast.owner, "tasks", title=f"Task {day}.{number}", due_on=f"2031-02-{day:02d}")
    monkeypatch.setattr(grouping, "MOST", 3)
    page = sign_in(cast.owner).get("/tasks/?as=chart&by=due_on&per=day").content.decode()
    assert "5 Feb 2031" in page
    assert "2 Feb 2031" not in page
    assert "The picture leaves some out" in page
    assert " of 15" not in page
