"""A list as a board: columns, their cards, and moving these."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from rapport.interactions.models import Task
from rapport.parties.models import Party, Stage
from rapport.platform.fields.models import SavedView, ValidationRule
from rapport.platform.history.models import Read
from tests.factories.cast import Cast, make_role, make_user
from tests.web.conftest import SignIn, add
from tests.web.test_lists import LIST_QUERIES
from tests.web.test_lists_groups import HX, people

pytestmark = pytest.mark.django_db
__all__ = ["people"]

CUSTOMERS = "as=board&by=stage&fields=name,hours,worth"


def lanes(page: str) -> dict[str, tuple[str, list[str]]]:
    """Count and cards of each column, by its label."""
    found = {}
    for each in page.split('<section class="lane"')[1:]:
        label = re.search(r"<h2[^>]*><a[^>]*>([^<]*)</a>", each)
        count = re.search(r'<span class="faint">([^<]*)</span>', each)
        assert label
        assert count
        found[unescape(label[1])] = (count[1], re.findall(r"data-open[^>]*>([^<]*)</a>", each.split("</section>")[0]))
    return found


def stage(name: str) -> str:
    return str(Stage.objects.get(kind__name="Customer", name=name).pk)


def move(client: Any, name: str, to: str, seen: str, at: str = CUSTOMERS) -> Any:
    person = Party.objects.get(display_name=name)
    return client.post(f"/people/{person.pk}/move", {"at": at, "to": to, "seen": seen}, headers=HX)


def test_a_board_has_a_column_for_each_value_with_its_sum(people: Cast, sign_in: SignIn) -> None:
    kind = Stage.objects.get(kind__name="Customer", name="Active").kind_id
    client = sign_in(people.owner)
    page = client.get(f"/people/?{CUSTOMERS}&of=worth&relationship={kind}&order=-name").content.decode()
    shown = lanes(page)
    assert shown["Active"] == ("2", ["Cleo", "Bob"])
    assert shown["Lost"] == ("1", ["Ada"])
    assert list(shown)[-1] == "Without stage"
    assert len(shown) == 1 + Stage.objects.filter(kind=kind).count()
    assert re.findall(r'<b class="sum">([^<]*)<', page) == ["€1.50, US$5.00", "€10.00"]
    assert lanes(client.get("/people/?as=board&by=paid").content.decode()) == {
        "Yes": ("1", ["Ada"]), "No": ("1", ["Dan"]), "Without paid": ("2", ["Bob", "Cleo"]),
    }  # fmt: skip
    looked = Read.objects.latest("pk")
    assert len(looked.record_ids) == 4


def test_a_column_goes_on_behind_its_end_and_opens_as_a_list(people: Cast, sign_in: SignIn) -> None:
    for number in range(30):
        add(people.owner, "people", name=f"Person {number:02d}")
    client = sign_in(people.owner)
    page = client.get("/people/?as=board&by=paid").content.decode()
    assert lanes(page)["Without paid"] == ("32", ["Bob", "Cleo", *(f"Person {n:02d}" for n in range(23))])
    further = unescape(page.split('hx-get="/people/?')[1].split('"')[0])
    rest = client.get(f"/people/?{further}", headers=HX).content.decode()
    assert re.findall(r"data-open[^>]*>([^<]*)</a>", rest) == [f"Person {n:02d}" for n in range(23, 30)]
    assert "<html" not in rest
    alone = unescape(page.split('aria-label="Yes"')[1].split('href="')[1].split('"')[0])
    assert alone == "/people/?where=paid+is+yes"


def test_a_card_is_moved_and_its_toast_takes_everything_back(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    answer = move(client, "Bob", stage("Lost"), stage("Active"))
    assert answer.status_code == 200
    bob = Party.objects.get(display_name="Bob")
    assert bob.stage is not None
    assert bob.stage.name == "Lost"
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert client.post(toast["undo"]).status_code == 302
    bob.refresh_from_db()
    assert str(bob.stage_id) == stage("Active")
    assert client.post(toast["undo"], headers=HX).status_code == 412
    prospect = Stage.objects.filter(kind__name="Prospect")[0].kind_id
    changed = move(client, "Bob", str(prospect), str(bob.relationship_kind_id), "as=board&by=relationship")
    bob.refresh_from_db()
    assert (bob.relationship_kind_id, bob.stage_id) == (prospect, None)
    client.post(json.loads(changed["HX-Trigger"])["toast"]["undo"])
    bob.refresh_from_db()
    assert str(bob.stage_id) == stage("Active")


def test_what_is_refused_changes_nothing_and_says_why(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    rule = {"resource": "people", "condition": "stage is Lost and hours is 2", "message": "Say why.", "language": "en"}
    ValidationRule.objects.create(**rule)
    ruled = move(client, "Bob", stage("Lost"), stage("Active"))
    overtaken = move(client, "Bob", stage("Lost"), stage("Lost"))
    nonsense = move(client, "Bob", "never", stage("Active"))
    foreign = move(sign_in(people.mate), "Bob", stage("Lost"), stage("Active"))
    unseen = move(sign_in(people.outsider), "Bob", stage("Lost"), stage("Active"))
    assert [each.status_code for each in (ruled, overtaken, nonsense, foreign, unseen)] == [422, 412, 422, 403, 404]
    assert json.loads(ruled["HX-Trigger"])["toast"]["text"] == "Say why."
    assert str(Party.objects.get(display_name="Bob").stage_id) == stage("Active")


def test_tasks_are_put_off_from_day_to_day(cast: Cast, sign_in: SignIn) -> None:
    today = timezone.localdate().isoformat()
    task = add(cast.owner, "tasks", title="Call", due_on=today)
    add(cast.owner, "tasks", title="Write", due_on="2020-02-29")
    client = sign_in(cast.owner)
    shown = lanes(client.get("/tasks/?as=board").content.decode())
    assert shown == {
        "Before today": ("1", ["Write"]), "Today": ("1", ["Call"]), "Tomorrow": ("0", []), "Later": ("0", []),
        "Without due": ("0", []),
    }  # fmt: skip
    sent = {"at": "as=board", "seen": today}
    assert client.post(f"/tasks/{task.pk}/move", {**sent, "to": "later"}, headers=HX).status_code == 400
    assert client.post(f"/tasks/{task.pk}/move", {**sent, "to": ""}, headers=HX).status_code == 200
    assert Task.objects.get(pk=task.pk).due_on is None


def test_a_task_is_done_by_being_put_there_and_open_again_by_its_toast(cast: Cast, sign_in: SignIn) -> None:
    task = add(cast.owner, "tasks", title="Call", due_on="2020-02-29", repeats="daily")
    client = sign_in(cast.owner)
    assert lanes(client.get("/tasks/?as=board&by=done_at").content.decode()) == {
        "Open": ("1", ["Call"]), "Done": ("0", []),
    }  # fmt: skip
    sent = {"at": "as=board&by=done_at", "to": "done", "seen": ""}
    answer = client.post(f"/tasks/{task.pk}/move", sent, headers=HX)
    assert Task.objects.get(pk=task.pk).done_at
    assert Task.objects.kept().count() == 2
    assert lanes(client.get("/tasks/?as=board&by=done_at").content.decode())["Done"] == ("1", ["Call"])
    client.post(json.loads(answer["HX-Trigger"])["toast"]["undo"])
    assert Task.objects.get(pk=task.pk).done_at is None
    assert Task.objects.kept().count() == 1
    alien = sign_in(cast.outsider).post(f"/tasks/{task.pk}/move", sent, headers=HX)
    assert alien.status_code == 404
    assert client.get("/people/?as=board&by=created_at").status_code == 400


def test_a_board_is_kept_in_views_with_its_hidden_columns(people: Cast, sign_in: SignIn) -> None:
    client = sign_in(people.owner)
    page = client.get("/people/?as=board&by=paid&of=hours").content.decode()
    hide = [unescape(each) for each in re.findall(r'href="([^"]*)" title="Hide this column"', page)]
    assert list(lanes(client.get(hide[2]).content.decode())) == ["Yes", "No"]
    client.post("/people/views", {"name": "Bills", "at": hide[0].partition("?")[2]})
    assert SavedView.objects.get().query == {"as": "board", "by": "paid", "of": "hours", "hide": "true"}
    assert client.get("/people/count?as=board&by=paid&hide=true").content == b"4"


def test_only_what_somebody_reads_makes_a_board(people: Cast, sign_in: SignIn) -> None:
    hidden = {"*": {"view": "all"}, "people": {"view": "all", "fields": {"stage": "hidden", "worth": "hidden"}}}
    client = sign_in(make_user("blind@ours.example", make_role("Blind", hidden)))
    asked = ("by=stage", "by=qwxz", "by=name", "by=paid&of=worth", "by=paid&of=name")
    assert [client.get(f"/people/?as=board&{each}").status_code for each in asked] == [400] * 5
    assert client.get("/people/?as=qwxz").status_code == 400
    assert 'draggable="true"' not in client.get("/people/?as=board&by=paid").content.decode()


def test_a_board_costs_the_same_queries_whatever_is_on_it(
    people: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(people.owner)
    client.get(f"/people/?{CUSTOMERS}")
    with django_assert_num_queries(LIST_QUERIES + 3):
        client.get(f"/people/?{CUSTOMERS}")
    for each in Stage.objects.filter(kind__name="Prospect"):
        add(people.owner, "people", name="Eve", relationship=str(each.kind_id), stage=str(each.pk))
    with django_assert_num_queries(LIST_QUERIES + 3):
        assert client.get(f"/people/?{CUSTOMERS}").content.count(b"Eve</a>") == 4
